import type { MetricName } from '../../sim/records/metrics.js';
import type { Interval } from './intervals.js';

export type Verdict = 'better' | 'worse' | 'same' | 'undecided';

/** Why it is undecided; empty where it is decided. */
export type Reason = '' | 'too few pairs' | 'interval includes 0' | 'inside the calibration error';

/**
 * Which way a metric is better. For what is work or delay, less is better. For counts of what the kernel did
 * (migrations, calls, refusals) the word says no more than that there are fewer: whether that is good for a workload is
 * what its completion, throughput and latency say.
 */
export const BETTER: Readonly<Record<MetricName, 'lower' | 'higher'>> = {
  completion_ns: 'lower',
  throughput: 'higher',
  context_switches: 'lower',
  migrations_wakeup: 'lower',
  migrations_balance: 'lower',
  migrations_active: 'lower',
  migrations_fork: 'lower',
  forced_migrations: 'lower',
  can_migrate_calls: 'lower',
  hot_refusals: 'lower',
  lb_calls: 'lower',
  lb_failed: 'lower',
  refill_ns: 'lower',
  policy_ns: 'lower',
  wakeup_latency_p50_ns: 'lower',
  wakeup_latency_p99_ns: 'lower',
  fairness_jain: 'higher',
};

/** Metrics that are a matter of how long things take on the real machine, where a calibration error applies. */
export const RUNTIME_METRICS: ReadonlySet<MetricName> = new Set<MetricName>(['completion_ns', 'throughput']);

/**
 * Percent below which a difference of run time is no result on a machine whose calibration error is not known. Runs of
 * the same binary on the same machine commonly differ by one or two percent (layout, interrupts), and a model that was
 * never held against its machine cannot claim to be finer than that.
 */
export const UNCALIBRATED_ERROR_PERCENT = 3;

export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: Reason;
}

/**
 * Judges the paired differences (policy − baseline) of one metric.
 *
 * @param interval of the mean difference, null where there are fewer than two pairs
 * @param baselineMean mean of the baseline over the same pairs
 * @param errorPercent calibration error of the machine, in percent of the baseline
 */
export function judge(
  metric: MetricName,
  differences: readonly number[],
  interval: Interval | null,
  baselineMean: number,
  errorPercent: number,
): Judgement {
  if (differences.length > 0 && differences.every((d) => d === 0)) return { verdict: 'same', reason: '' };
  if (interval === null) return { verdict: 'undecided', reason: 'too few pairs' };
  if (interval.lo <= 0 && interval.hi >= 0) return { verdict: 'undecided', reason: 'interval includes 0' };
  const middle = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  if (RUNTIME_METRICS.has(metric) && Math.abs(middle) < (Math.abs(baselineMean) * errorPercent) / 100) {
    return { verdict: 'undecided', reason: 'inside the calibration error' };
  }
  return { verdict: interval.lo > 0 === (BETTER[metric] === 'higher') ? 'better' : 'worse', reason: '' };
}
