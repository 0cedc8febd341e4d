import type { Residual, Verdict } from '../../calibration/types.js';
import { interval, NO_FIGURE, quantity, relative, significant, titleOf, unitOfMetric } from '../format.js';
import { html, NOTHING, type Html } from '../html.js';
import { table, type Column } from '../table.js';
import { VERDICT_MARKS } from '../verdict-marks.js';
import { kernelRangeOf, toleranceOf } from './tolerance.js';

const TEXTS: Readonly<Record<Verdict, { readonly none: string; readonly caption: string }>> = {
  fail: {
    none: 'Nothing fails.',
    caption: 'The simulator’s figure is outside the tolerance around the kernel’s. The farthest outside comes first.',
  },
  undecided: {
    none: 'Nothing is undecided.',
    caption: 'The 95 % interval of the simulator’s mean lies on both sides of the tolerance’s edge: more seeds would tell.',
  },
  'not measured': {
    none: 'Everything was measured.',
    caption: 'Agreement here would say nothing: no knob turned wrong was seen to move the figure out of its tolerance.',
  },
  pass: {
    none: 'Nothing passes.',
    caption: 'Within the tolerance, and a knob turned wrong moves the figure out of it.',
  },
};

const COLUMNS: readonly Column[] = [
  { head: 'Metric' },
  { head: 'Recording' },
  { head: 'Kernel', figures: true },
  { head: 'Simulator', figures: true },
  { head: 'Error', figures: true },
  { head: 'Tolerance', figures: true },
  { head: 'Error ÷ tolerance', figures: true },
  { head: 'Power check', className: 'wide' },
];

/** Passes are folded away where they are more than this. */
const FEW = 12;

/** All figures with one verdict, with their numbers. */
export function verdictTable(residuals: readonly Residual[], verdict: Verdict): Html {
  const { none, caption } = TEXTS[verdict];
  const chosen = residuals.filter((residual) => residual.verdict === verdict);
  if (chosen.length === 0) return html`<p class="muted">${none}</p>`;
  // The sort is stable: what is as far outside keeps the document's order.
  const rows = verdict === 'fail' ? [...chosen].sort((a, b) => excess(b) - excess(a)) : chosen;
  const shown = table({
    caption,
    columns: COLUMNS,
    rows: rows.map(cells),
    className: VERDICT_MARKS[verdict].colour,
    cards: true,
    label: `Figures: ${verdict}`,
  });
  if (verdict !== 'pass' || chosen.length <= FEW) return shown;
  return html`<details><summary>Show all ${chosen.length}</summary>${shown}</details>`;
}

function cells(residual: Residual): Array<string | Html> {
  const { metric, workload, holdout, kernel, sim, simLo, simHi, relErr } = residual;
  const unit = unitOfMetric(metric);
  const seen = kernelRangeOf(residual);
  const spread = seen === '' ? NOTHING : html`<span class="sub">${seen}</span>`;
  return [
    html`${titleOf(metric)}<code class="sub">${metric}</code>`,
    html`${workload}<span class="sub">${holdout ? 'held out' : 'used for the fit'}</span>`,
    quantity(kernel, unit),
    html`${quantity(sim, unit)}<span class="sub">${interval(simLo, simHi, unit)}</span>`,
    html`<span class="strong">${relative(relErr)}</span>${relErr === null ? html`<span class="sub">of 0</span>` : NOTHING}`,
    html`${toleranceOf(residual)}${spread}`,
    times(residual),
    power(residual, unit),
  ];
}

/** How many tolerances the error is, for the order; where that is no number, as for a kernel's 0, it is more than any. */
function excess(residual: Residual): number {
  const ratio = inTolerances(residual);
  return Number.isFinite(ratio) ? ratio : Number.MAX_VALUE;
}

function inTolerances({ relErr, tolerance }: Residual): number {
  return relErr === null ? NaN : Math.abs(relErr) / tolerance;
}

function times(residual: Residual): string {
  const ratio = inTolerances(residual);
  if (!Number.isFinite(ratio)) return NO_FIGURE;
  return `${ratio < 100 ? ratio.toFixed(ratio < 10 ? 2 : 1) : significant(Math.round(ratio))} ×`;
}

function power({ power: measured, knob, turned, kernel }: Residual, unit: string): Html {
  if (knob === '') return html`<span class="muted">no knob was turned</span>`;
  if (turned === null) return html`<code>${knob}</code> <span class="muted">gave no figure</span>`;
  const moved = kernel === 0 ? '' : ` (${relative((turned - kernel) / kernel)})`;
  const verb = measured === 'measured' ? 'moves it to' : 'moves it only to';
  return html`<code>${knob}</code> <span class="sub">${verb} ${quantity(turned, unit)}${moved}</span>`;
}
