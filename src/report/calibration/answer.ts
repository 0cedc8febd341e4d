import type { CalibrationDocument, Residual, Verdict } from '../../calibration/types.js';
import { countOf } from '../format.js';
import { html, NOTHING, type Html } from '../html.js';
import { VERDICT_MARKS, VERDICTS } from '../verdict-marks.js';

const LINKS: Readonly<Record<Verdict, string>> = {
  fail: 'fails',
  undecided: 'undecided',
  'not measured': 'not-measured',
  pass: 'passes',
};

const TILE_TEXTS: Readonly<Record<Verdict, string>> = {
  fail: 'outside the tolerance',
  undecided: 'the interval lies across its edge',
  'not measured': 'no knob turned wrong moves it out',
  pass: 'within the tolerance',
};

/** The answer in a sentence, then how many figures have which verdict. */
export function answer({ residuals, seeds, inputs }: CalibrationDocument): Html {
  const held = residuals.filter((residual) => residual.holdout);
  const fitted = inputs.filter((input) => !input.holdout).length;
  return html`<p class="answer">${sentence(residuals)}${heldSentence(residuals, held)}</p>
${residuals.length === 0 ? NOTHING : tally(residuals)}
<p class="note">${countOf(inputs.length, 'recording')} of a real kernel, ${fitted} used for the fit; each beside
${countOf(seeds, 'free run')} of the fitted machine. A tolerance is never tighter
than what the kernel itself differs by from seed to seed.</p>`;
}

function sentence(residuals: readonly Residual[]): Html {
  const all = countOf(residuals.length, 'figure');
  const [fail, undecided, unmeasured] = VERDICTS.map((verdict) => countWith(residuals, verdict));
  if (residuals.length === 0) return html`No figure was compared.`;
  if (fail! > 0) return html`<strong>${fail!} of ${all} ${fail === 1 ? 'fails' : 'fail'}.</strong>`;
  if (undecided! + unmeasured! === 0) return html`<strong>All ${all} pass.</strong>`;
  return html`<strong>None of ${all} fails</strong>, ${undecided!} undecided, ${unmeasured!} not measured.`;
}

function heldSentence(residuals: readonly Residual[], held: readonly Residual[]): Html {
  if (residuals.length === 0) return NOTHING;
  if (held.length === 0) return html` No recording was held out of the fit: nothing here is an independent test.`;
  const fails = countWith(held, 'fail');
  if (held.length === residuals.length) return html` All are from recordings held out of the fit.`;
  return html` On recordings held out of the fit: ${fails} of ${held.length}.`;
}

function tally(residuals: readonly Residual[]): Html {
  const counts = VERDICTS.map((verdict) => ({
    verdict,
    count: countWith(residuals, verdict),
    mark: VERDICT_MARKS[verdict],
  }));
  const tiles = counts.map(
    ({ verdict, count, mark }) => html`<li class="${mark.colour}"><a href="#${LINKS[verdict]}"><b>${count}</b>
<span><span aria-hidden="true">${mark.character}</span> ${verdict}</span>
<span class="sub">${TILE_TEXTS[verdict]}</span></a></li>`,
  );
  const parts = counts
    .filter(({ count }) => count > 0)
    .map(({ count, mark }) => html`<i class="${mark.colour}" style="flex:${count}"></i>`);
  return html`<ul class="tiles">${tiles}</ul><div class="share" aria-hidden="true">${parts}</div>`;
}

function countWith(residuals: readonly Residual[], verdict: Verdict): number {
  return residuals.filter((residual) => residual.verdict === verdict).length;
}
