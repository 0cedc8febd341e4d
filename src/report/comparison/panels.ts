import type { Comparison } from '../../experiment/compare.js';
import { METRIC_NAMES } from '../../sim/records/metrics.js';
import { interval, relative, relativeTick, titleOf } from '../format.js';
import { gainLegend, GAIN_MARKS } from '../gain-marks.js';
import { html, type Html } from '../html.js';
import { intervalChart } from '../interval-chart.js';
import { relativeOf } from './differences.js';

/** For each metric the differences of all policies on all workloads, as shares of the baseline. */
export function differencePanels(comparison: Comparison): Html {
  const metrics = METRIC_NAMES.filter((metric) => comparison.paired.some((one) => one.metric === metric && (relativeOf(one).value ?? 0) !== 0));
  if (metrics.length === 0) return html`<p class="muted">Nothing differs.</p>`;
  return html`<p>Means with 95 % intervals, relative to ${comparison.baseline}. Of counts, better says no more than fewer.</p>
${gainLegend()}
<div class="panels">
${metrics.map((metric) => {
    const rows = comparison.paired.filter((one) => one.metric === metric);
    const several = comparison.scenarios.length > 1;
    const chart = intervalChart({
      id: `difference-${metric.replaceAll('_', '-')}-chart`,
      title: `${titleOf(metric)}: difference from ${comparison.baseline}`,
      description: rows.map((one) => `${one.policy} on ${one.workload}: ${relative(relativeOf(one).value)}, ${one.verdict}.`).join(' '),
      figuresHead: '95 % interval',
      axis: relativeTick,
      dumbbell: false,
      rows: rows.map((one) => {
        const { value, lo, hi } = relativeOf(one);
        const { colour, shape, filled } = GAIN_MARKS[one.verdict];
        const figures = lo === null || hi === null ? relative(value) : interval(100 * lo, 100 * hi, '%');
        return { label: several ? `${one.policy} ${one.workload}` : one.policy, figures, value, lo, hi, band: 0, colour, shape, filled };
      }),
    });
    return html`<figure id="difference-${metric.replaceAll('_', '-')}"><figcaption><h3>${titleOf(metric)}</h3><code>${metric}</code></figcaption>${chart}</figure>\n`;
  })}</div>`;
}
