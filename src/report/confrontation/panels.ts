import type { MetricConfrontation, SideDifference } from '../../kernel-validation/confront/types.js';
import { quantity, relativeTick, titleOf } from '../format.js';
import { html, type Html } from '../html.js';
import { intervalChart, type IntervalRow } from '../interval-chart.js';
import { CONFRONT_MARKS, differenceText, intervalText } from './marks.js';

const SHAPES = {
  predicted: { colour: 'sim', shape: 'M0 -1.05L1.1 0.85L-1.1 0.85Z' },
  measured: { colour: 'kernel', shape: 'M0 -0.95A0.95 0.95 0 1 1 0 0.95A0.95 0.95 0 1 1 0 -0.95Z' },
} as const;

/** For each metric, objectives first: what every policy was predicted to change, and what it did, on every workload. */
export function confrontPanels(metrics: readonly MetricConfrontation[]): Html {
  if (metrics.length === 0) return html`<p class="muted">No policy was both predicted and measured beside stock.</p>`;
  const names = [...new Set([...metrics.filter(({ objective }) => objective), ...metrics].map(({ metric }) => metric))];
  return html`<p>Difference policy − stock in % of stock, with its 95&nbsp;% interval. The grey band is the limit below which a
difference is none. An arrow at the edge lies beyond it.</p>
<ul class="legend"><li>${key('predicted')} predicted</li><li>${key('measured')} measured</li></ul>
<div class="panels">
${names.map((metric, i) => panel(metric, metrics.filter((row) => row.metric === metric), `metric-${i + 1}`))}</div>`;
}

function panel(metric: string, rows: readonly MetricConfrontation[], id: string): Html {
  const chart = intervalChart({
    id: `${id}-chart`,
    title: `${titleOf(metric)}: predicted and measured differences from stock`,
    description: rows.map(inWords).join(' '),
    figuresHead: 'policy − stock',
    rows: rows.flatMap((row) => [rowOf(row, 'predicted'), rowOf(row, 'measured')]),
    axis: relativeTick,
    dumbbell: false,
    labelWidth: 150,
  });
  const badges = rows.map((row) => {
    const mark = CONFRONT_MARKS[row.verdict];
    return html`<span class="badge ${mark.colour}"><span aria-hidden="true">${mark.character}</span> ${row.verdict}</span> `;
  });
  return html`<figure id="${id}"><figcaption><h3>${titleOf(metric)}</h3><code>${metric}</code>
<p class="tally">${badges}</p></figcaption>
${chart}</figure>
`;
}

function rowOf(row: MetricConfrontation, which: 'predicted' | 'measured'): IntervalRow {
  const side = row[which];
  const { colour, shape } = SHAPES[which];
  return {
    label: which === 'predicted' ? `${row.policy} · ${row.workload}` : '',
    figures: differenceText(side, (value) => quantity(value, row.unit)),
    value: side.relative,
    lo: side.relativeLo,
    hi: side.relativeHi,
    band: side.relative === null ? 0 : row.limit,
    colour,
    shape,
    filled: true,
  };
}

function inWords(row: MetricConfrontation): string {
  const words = (side: SideDifference): string =>
    `${differenceText(side, (value) => quantity(value, row.unit))} (${intervalText(side, row.unit)})`;
  return `${row.policy} on ${row.workload}: predicted ${words(row.predicted)}, measured ${words(row.measured)}, ${row.verdict}.`;
}

function key(which: 'predicted' | 'measured'): Html {
  const { colour, shape } = SHAPES[which];
  return html`<svg class="key" viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true"><path d="${shape}" style="fill:var(--${colour})"/></svg>`;
}
