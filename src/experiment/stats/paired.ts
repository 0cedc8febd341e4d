import { METRIC_NAMES, type MetricName, type Metrics } from '../../sim/records/metrics.js';
import { judgedInterval, mean } from './intervals.js';
import { judge, UNCALIBRATED_ERROR_PERCENT, type Reason, type Verdict } from './verdict.js';

/** One run, as far as statistics need it. */
export interface Measured {
  readonly policy: string;
  readonly workload: string;
  readonly seed: number;
  readonly metrics: Metrics;
}

/** The difference policy − baseline of a metric over the seeds that both have. */
export interface PairedDifference {
  readonly policy: string;
  readonly baseline: string;
  readonly workload: string;
  readonly metric: MetricName;
  /** Pairs in which both runs have the metric. */
  readonly pairs: number;
  /** Pairs that one run of lacks the metric (it did not finish, say). Such a pair cannot be judged. */
  readonly missing: number;
  readonly baselineMean: number;
  /** Mean difference; lo and hi are the ends of its 95 % interval. All in the metric's own unit. */
  readonly mean: number;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly verdict: Verdict;
  readonly reason: Reason | 'runs without this metric';
}

/**
 * Compares every policy with the baseline, workload by workload and metric by metric, pairing runs by seed.
 *
 * @param errorPercent calibration error by workload (its machine's), null where it is not known
 */
export function pairedDifferences(
  runs: readonly Measured[],
  baseline: string,
  errorPercent: (workload: string) => number | null,
): PairedDifference[] {
  const out: PairedDifference[] = [];
  for (const workload of distinct(runs.map((run) => run.workload))) {
    const here = runs.filter((run) => run.workload === workload);
    const reference = new Map(here.filter((run) => run.policy === baseline).map((run) => [run.seed, run.metrics]));
    const error = errorPercent(workload) ?? UNCALIBRATED_ERROR_PERCENT;
    for (const policy of distinct(here.map((run) => run.policy))) {
      if (policy === baseline) continue;
      const own = here.filter((run) => run.policy === policy);
      for (const metric of METRIC_NAMES) {
        const difference = compareMetric(own, reference, metric, error);
        if (difference !== null) out.push({ policy, baseline, workload, ...difference });
      }
    }
  }
  return out;
}

type Difference = Omit<PairedDifference, 'policy' | 'baseline' | 'workload'>;

function compareMetric(
  own: readonly Measured[],
  reference: ReadonlyMap<number, Metrics>,
  metric: MetricName,
  errorPercent: number,
): Difference | null {
  const differences: number[] = [];
  const base: number[] = [];
  let missing = 0;
  for (const run of own) {
    const mine = run.metrics[metric];
    const theirs = reference.get(run.seed)?.[metric] ?? null;
    if (mine !== null && theirs !== null) {
      differences.push(mine - theirs);
      base.push(theirs);
    } else if (mine !== null || theirs !== null) missing += 1;
  }
  if (differences.length === 0 && missing === 0) return null;
  const pairs = differences.length;
  const interval = judgedInterval(differences, 0);
  const shared = {
    metric,
    pairs,
    missing,
    baselineMean: pairs === 0 ? 0 : mean(base),
    mean: pairs === 0 ? 0 : mean(differences),
  };
  const ends = { lo: interval?.lo ?? null, hi: interval?.hi ?? null };
  if (missing > 0) return { ...shared, ...ends, verdict: 'undecided', reason: 'runs without this metric' };
  return { ...shared, ...ends, ...judge(metric, differences, interval, shared.baselineMean, errorPercent) };
}

/** The values in order of their first appearance. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
