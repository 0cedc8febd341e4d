import type { Comparison } from '../../experiment/compare.js';
import type { PairedDifference } from '../../experiment/stats/paired.js';
import { BETTER } from '../../experiment/stats/verdict.js';

/** Metrics that say most of a policy, in the order in which one is looked for to answer by. */
const ANSWERING = ['completion_ns', 'throughput', 'wakeup_latency_p99_ns'] as const;

/** The metric that a workload is answered by: the first that its runs have. */
export function answeringMetric(comparison: Comparison, workload: string): (typeof ANSWERING)[number] | null {
  const runs = comparison.results.filter((run) => run.workload === workload);
  return ANSWERING.find((metric) => runs.length > 0 && runs.every((run) => run.metrics[metric] !== null)) ?? null;
}

export function differencesOf(comparison: Comparison, workload: string, metric: string): PairedDifference[] {
  return comparison.paired.filter((one) => one.workload === workload && one.metric === metric);
}

/** A difference as a share of the baseline's mean, above 0 where it is better; null where there is no such share. */
export function gainOf({ metric, mean, baselineMean, pairs }: PairedDifference): number | null {
  if (pairs === 0 || baselineMean === 0) return null;
  return (BETTER[metric] === 'higher' ? 1 : -1) * (mean / Math.abs(baselineMean));
}

/** The mean difference and the ends of its interval as shares of the baseline's mean, not turned. */
export function relativeOf({ mean, lo, hi, baselineMean }: PairedDifference): { readonly value: number | null; readonly lo: number | null; readonly hi: number | null } {
  if (baselineMean === 0) return { value: mean === 0 ? 0 : null, lo: null, hi: null };
  const share = (value: number | null): number | null => (value === null ? null : value / Math.abs(baselineMean));
  return { value: share(mean), lo: share(lo), hi: share(hi) };
}

/** The policy beside the baseline that gains most on a workload, by the metric that answers; null where there is none. */
export function bestPolicy(comparison: Comparison, workload: string): string | null {
  const metric = answeringMetric(comparison, workload);
  const others = comparison.policies.filter((policy) => policy !== comparison.baseline);
  if (metric === null) return others[0] ?? null;
  const gains = differencesOf(comparison, workload, metric).map((one) => ({ policy: one.policy, gain: gainOf(one) ?? -Infinity }));
  return gains.reduce<{ policy: string; gain: number } | null>((best, one) => (best === null || one.gain > best.gain ? one : best), null)?.policy ?? others[0] ?? null;
}
