import type { Comparison } from '../../experiment/compare.js';
import { relativeTick, titleOf } from '../format.js';
import { html, NOTHING, type Html } from '../html.js';
import { xyChart, type XyPoint } from '../xy-chart.js';
import { answeringMetric, differencesOf, gainOf, relativeOf } from './differences.js';

const LATENCY = 'wakeup_latency_p99_ns';
const DISC = 'M0 -0.95A0.95 0.95 0 1 1 0 0.95A0.95 0.95 0 1 1 0 -0.95Z';
const DIAMOND = 'M0 -1.15L1.15 0L0 1.15L-1.15 0Z';

/** Where policies stand between finishing early and answering soon: the front is those that none is better than in both. */
export function tradeOff(comparison: Comparison): Html {
  const charts = comparison.scenarios.map(({ name }, i) => chartOf(comparison, name, i)).filter((chart) => chart !== null);
  if (charts.length === 0) return html`<p class="muted">No workload has two objectives.</p>`;
  return html`<p>Gains over ${comparison.baseline} with their 95 % intervals: to the right it does its work sooner, to the top tasks
wait less for a CPU at the 99th percentile. Diamonds are on the Pareto front of the means: nothing is better than they are in both.</p>
${charts}`;
}

function chartOf(comparison: Comparison, workload: string, index: number): Html | null {
  const work = answeringMetric(comparison, workload);
  if (work === null || work === LATENCY) return null;
  const latency = new Map(differencesOf(comparison, workload, LATENCY).map((one) => [one.policy, one]));
  const points = differencesOf(comparison, workload, work).flatMap((one) => {
    const other = latency.get(one.policy);
    const [x, y] = [gainOf(one), other === undefined ? null : gainOf(other)];
    if (x === null || y === null) return [];
    const [across, up] = [turned(relativeOf(one), x), turned(relativeOf(other!), y)];
    return [{ x, y, xLo: across.lo, xHi: across.hi, yLo: up.lo, yHi: up.hi, label: one.policy }];
  });
  if (points.length === 0) return null;
  const all: XyPoint[] = [{ x: 0, y: 0, label: comparison.baseline }, ...points];
  const onFront = (one: XyPoint): boolean => !all.some((other) => other.x >= one.x && other.y >= one.y && (other.x > one.x || other.y > one.y));
  const chart = xyChart({
    id: `trade-off-${index + 1}-chart`,
    title: `${workload}: ${titleOf(work)} and wake-up latency p99`,
    description: all.map((point) => `${point.label ?? ''}: ${relativeTick(point.x)}, ${relativeTick(point.y)}${onFront(point) ? ', on the front' : ''}.`).join(' '),
    x: { name: `gain in ${titleOf(work).toLowerCase()}`, format: relativeTick },
    y: { name: 'gain in latency p99', format: relativeTick },
    zero: true,
    width: 560,
    height: 320,
    series: [
      { colour: 'muted', shape: DISC, filled: true, line: 'none', points: all.filter((point) => !onFront(point)) },
      { colour: 'one', shape: DIAMOND, filled: true, line: 'none', points: all.filter(onFront) },
    ],
  });
  return html`<figure class="broad">${comparison.scenarios.length > 1 ? html`<figcaption><h3>${workload}</h3></figcaption>` : NOTHING}${chart}</figure>\n`;
}

/** The interval of a gain, from that of a difference: turned round where less is better. */
function turned({ value, lo, hi }: ReturnType<typeof relativeOf>, gain: number): { readonly lo: number | null; readonly hi: number | null } {
  if (lo === null || hi === null) return { lo: null, hi: null };
  return (value ?? 0) === gain ? { lo, hi } : { lo: -hi, hi: -lo };
}
