import type { Residual } from '../../calibration/types.js';
import { change, relative, relativeTick, titleOf, unitOfMetric } from '../format.js';
import { html, type Html } from '../html.js';
import { intervalChart, type IntervalRow } from '../interval-chart.js';
import { VERDICT_MARKS, verdictLegend, VERDICTS } from '../verdict-marks.js';
import { byMetric, type MetricGroup } from './groups.js';
import { toleranceOf } from './tolerance.js';

/** For each metric: kernel and simulator on every recording, with interval and tolerance. */
export function metricPanels(residuals: readonly Residual[]): Html {
  if (residuals.length === 0) return html`<p class="muted">No figure was compared.</p>`;
  return html`<p>The ring is the kernel, the mark is the simulator’s mean with its 95&nbsp;% interval, the grey
band is the tolerance; the axis is the relative error. An arrow at the edge lies beyond it. At the
right: kernel → simulator.</p>
${verdictLegend()}
<div class="panels">
${byMetric(residuals).map(panel)}</div>`;
}

function panel({ metric, id, residuals }: MetricGroup): Html {
  const unit = unitOfMetric(metric);
  const chart = intervalChart({
    id: `${id}-chart`,
    title: `${titleOf(metric)}: kernel and simulator on each recording`,
    description: residuals.map((residual) => inWords(residual, unit)).join(' '),
    figuresHead: 'kernel → simulator',
    rows: residuals.map((residual) => rowOf(residual, unit)),
    axis: relativeTick,
    dumbbell: true,
  });
  return html`<figure id="${id}"><figcaption><h3>${titleOf(metric)}</h3><code>${metric}</code>
<p class="tally">${tally(residuals)}</p></figcaption>
${chart}</figure>
`;
}

function tally(residuals: readonly Residual[]): Html[] {
  return VERDICTS.map((verdict) => ({
    count: residuals.filter((residual) => residual.verdict === verdict).length,
    verdict,
    mark: VERDICT_MARKS[verdict],
  }))
    .filter(({ count }) => count > 0)
    .map(
      ({ count, verdict, mark }) => html`<span class="badge ${mark.colour}">
<span aria-hidden="true">${mark.character}</span> ${count} ${verdict}</span> `,
    );
}

function rowOf(residual: Residual, unit: string): IntervalRow {
  const { workload, verdict, kernel, sim, simLo, simHi, relErr } = residual;
  const { colour, shape, filled } = VERDICT_MARKS[verdict];
  const toError = (value: number): number | null => {
    const error = (value - kernel) / kernel;
    return Number.isFinite(error) ? error : null;
  };
  return {
    label: workload,
    figures: change(kernel, sim, unit),
    value: relErr === null ? null : toError(sim),
    lo: toError(simLo),
    hi: toError(simHi),
    ...band(residual),
    colour,
    shape,
    filled,
  };
}

/** The tolerance on both sides of the kernel's figure. */
function band({ kernel, tolerance, toleranceLo = NaN, toleranceHi = NaN }: Residual): Pick<IntervalRow, 'band' | 'bandBelow'> {
  const [below, above] = [toleranceLo, toleranceHi].map((bound) => Math.abs((bound - kernel) / kernel));
  if (Number.isFinite(below) && Number.isFinite(above)) return { band: above!, bandBelow: below! };
  return { band: Number.isFinite(tolerance) ? tolerance : 0 };
}

function inWords(residual: Residual, unit: string): string {
  const { workload, kernel, sim, relErr, verdict } = residual;
  const error = relErr === null ? '' : `, ${relative(relErr)}`;
  return `${workload}: ${change(kernel, sim, unit)}${error}, tolerance ${toleranceOf(residual)}, ${verdict}.`;
}
