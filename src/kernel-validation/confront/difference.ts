import { judgedInterval, mean } from '../../experiment/stats/intervals.js';
import { unpairedInterval } from '../../experiment/stats/unpaired.js';
import { pairKey, type Run } from './run.js';
import type { SideDifference } from './types.js';

/**
 * How a policy's runs differ from stock's in a metric: of pairs of runs of one seed and perturbation where there are two such or
 * more, else of the means. Null where no run on either hand has the metric.
 */
export function differenceOf(policy: readonly Run[], stock: readonly Run[], metric: string): SideDifference | null {
  const pairs = pairsOf(policy, stock).filter(([a, b]) => has(a, metric) || has(b, metric));
  const paired = pairs.length >= 2;
  const [own, base] = paired
    ? [pairs.map(([run]) => run), pairs.map(([, run]) => run)]
    : [policy, stock];
  if (![...own, ...base].some((run) => has(run, metric))) return null;
  const [a, b] = [own.map((run) => valueOf(run, metric)), base.map((run) => valueOf(run, metric))];
  const interval = paired ? judgedInterval(a.map((value, i) => value - b[i]!), 0) : unpairedInterval(a, b, 0);
  const [level, stockLevel] = [mean(a), mean(b)];
  const relative = (value: number | null): number | null => (value === null || stockLevel === 0 ? null : value / Math.abs(stockLevel));
  const difference = paired ? mean(a.map((value, i) => value - b[i]!)) : level - stockLevel;
  const [lo, hi] = [interval?.lo ?? null, interval?.hi ?? null];
  return {
    stock: stockLevel,
    policy: level,
    difference,
    lo,
    hi,
    relative: relative(difference),
    relativeLo: relative(lo),
    relativeHi: relative(hi),
    runs: Math.min(own.length, base.length),
    paired,
    events: eventsOf(own, base, metric),
  };
}

/** The runs of both that have the same seed and perturbation, in the order of the first. */
export function pairsOf(policy: readonly Run[], stock: readonly Run[]): Array<readonly [Run, Run]> {
  const byKey = new Map(stock.map((run) => [pairKey(run.facts), run]));
  return policy.flatMap((run) => {
    const other = byKey.get(pairKey(run.facts));
    return other === undefined ? [] : [[run, other] as const];
  });
}

/** A run that has not got the metric did none of what it counts. */
export function valueOf(run: Run, metric: string): number {
  return run.figures[metric]?.value ?? 0;
}

function has(run: Run, metric: string): boolean {
  return Object.hasOwn(run.figures, metric);
}

/** What has few events in one of the two may still have them in the other. */
function eventsOf(policy: readonly Run[], stock: readonly Run[], metric: string): number | null {
  const of = (runs: readonly Run[]): number => mean(runs.map((run) => run.figures[metric]?.events ?? 0));
  const most = Math.max(of(policy), of(stock));
  return Number.isFinite(most) ? most : null;
}
