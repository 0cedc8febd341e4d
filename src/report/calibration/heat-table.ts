import type { Residual, Verdict } from '../../calibration/types.js';
import { HEAT_STEPS } from '../colours.js';
import { change, NO_FIGURE, plusMinus, relative, titleOf, unitOfMetric } from '../format.js';
import { html, shorten, type Html } from '../html.js';
import { table } from '../table.js';
import { VERDICT_MARKS, VERDICTS } from '../verdict-marks.js';
import { byMetric, workloadsOf } from './groups.js';

/** Relative errors from which each step of the colour begins. */
const FROM: readonly number[] = [0, 0.02, 0.05, 0.1, 0.3];

/** More recordings than this have their names written upwards. */
const FEW_COLUMNS = 8;

/** Relative error of every metric on every recording at a glance: colour is the error, the mark is the verdict. */
export function heatTable(residuals: readonly Residual[]): Html {
  if (residuals.length === 0) return html`<p class="muted">No figure was compared.</p>`;
  const workloads = workloadsOf(residuals);
  const rows = byMetric(residuals).map(({ metric, residuals: ofMetric, id }) => {
    const byWorkload = new Map(ofMetric.map((residual) => [residual.workload, residual]));
    return [html`<a href="#${id}">${titleOf(metric)}</a>`, ...workloads.map((workload) => cell(byWorkload.get(workload)))];
  });
  return html`${legend()}
${table({
    label: 'Relative errors by recording and metric',
    caption: 'Error of the simulator in % of the kernel’s figure; where that is 0, both are given: kernel → simulator.',
    className: workloads.length > FEW_COLUMNS ? 'heat many' : 'heat',
    columns: [{ head: 'Metric' }, ...workloads.map((workload) => ({ head: columnHead(workload) }))],
    rows,
  })}`;
}

/** The whole name is in the tables above and in the tooltip. */
function columnHead(workload: string): Html {
  return html`<span title="${workload}">${shorten(workload, 30)}</span>`;
}

function cell(residual: Residual | undefined): Html {
  if (residual === undefined) return html`<span class="empty">${NO_FIGURE}</span>`;
  const { relErr, verdict, kernel, sim, metric } = residual;
  const error = relErr === null ? change(kernel, sim, unitOfMetric(metric)) : relative(relErr).replace(/\s%$/, '');
  const classes = ['heat-cell', ...(relErr === null ? [] : [heatClass(relErr)]), ...(verdict === 'fail' ? ['fails'] : [])];
  return html`<span class="${classes.join(' ')}">${error}${mark(verdict)}</span>`;
}

function mark(verdict: Verdict): Html {
  const { colour, character } = VERDICT_MARKS[verdict];
  return html`<span class="mark ${colour}" role="img" aria-label="${verdict}" title="${verdict}">${character}</span>`;
}

function heatClass(relErr: number): string {
  const step = FROM.findLastIndex((from) => Math.abs(relErr) >= from);
  return `${relErr < 0 ? 'less' : 'more'}-${Math.max(0, step)}`;
}

function legend(): Html {
  const swatches = (side: 'less' | 'more'): Html[] => {
    const steps = HEAT_STEPS.map((_, i) => html`<span class="swatch ${side}-${i}"></span>`);
    return side === 'less' ? steps.reverse() : steps;
  };
  const edges = FROM.slice(1).map(plusMinus).join(', ');
  const marks = VERDICTS.map((verdict) => html`<li>${mark(verdict)} ${verdict}</li>`);
  return html`<ul class="legend"><li>simulator less ${swatches('less')}&nbsp;${swatches('more')} more; steps at ${edges}</li>
${marks}</ul>`;
}
