import type { ConfrontDocument, ConfrontVerdict, Tau } from '../../kernel-validation/confront/types.js';
import { CONFRONT_VERDICTS, tallyOf } from '../../kernel-validation/confront/wording.js';
import { countOf } from '../format.js';
import { html, NOTHING, type Html } from '../html.js';
import { CONFRONT_MARKS } from './marks.js';

const SENTENCES: Readonly<Record<ConfrontVerdict, string>> = {
  confirmed: 'The kernel did as was predicted.',
  refuted: 'The kernel did otherwise than was predicted.',
  undecided: 'It is undecided whether the kernel does as was predicted.',
};

const TILE_TEXTS: Readonly<Record<ConfrontVerdict, string>> = {
  refuted: 'the kernel says otherwise',
  undecided: 'the intervals do not tell',
  confirmed: 'both say the same',
};

/** The verdict in a sentence with what it rests on, then how many figures have which. */
export function confrontAnswer({ verdict, reasons, metrics, decisions, tau, runs }: ConfrontDocument): Html {
  const on = (side: 'sim' | 'kernel'): number => runs.filter((run) => run.side === side).length;
  return html`<p class="answer"><strong>${SENTENCES[verdict]}</strong> ${reasons.map((reason) => html`${reason}. `)}</p>
${metrics.length === 0 ? NOTHING : tiles({ metrics })}
<p class="note">${countOf(on('sim'), 'simulated run')} beside ${on('kernel')} of the kernel.
Decisions of the kernel’s policy that are those of the integer program: ${decisions.agree} of ${decisions.count}. ${tauText(tau)}</p>`;
}

function tiles({ metrics }: Pick<ConfrontDocument, 'metrics'>): Html {
  const tally = tallyOf(metrics);
  const shown = CONFRONT_VERDICTS.map((verdict) => ({ verdict, count: tally[verdict], mark: CONFRONT_MARKS[verdict] }));
  const list = shown.map(
    ({ verdict, count, mark }) => html`<li class="${mark.colour}"><a href="#${verdict}"><b>${count}</b>
<span><span aria-hidden="true">${mark.character}</span> ${verdict}</span>
<span class="sub">${TILE_TEXTS[verdict]}</span></a></li>`,
  );
  const parts = shown
    .filter(({ count }) => count > 0)
    .map(({ count, mark }) => html`<i class="${mark.colour}" style="flex:${count}"></i>`);
  return html`<ul class="tiles">${list}</ul><div class="share" aria-hidden="true">${parts}</div>`;
}

export function tauText({ value, lo, hi, n }: Tau): string {
  const pairs = `${n} ${n === 1 ? 'pair' : 'pairs'} of policies`;
  if (value === null) return `Order of the policies: none on one of the sides, of ${pairs}.`;
  const interval = lo === null || hi === null ? 'too few runs for an interval' : `95 % interval ${lo.toFixed(2)} … ${hi.toFixed(2)}`;
  return `Order of the policies: Kendall’s τ_b ${value.toFixed(2)} of ${pairs}, ${interval}.`;
}
