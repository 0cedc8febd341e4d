import type { Residual } from '../../calibration/types.js';

/** The figures of one metric. */
export interface MetricGroup {
  readonly metric: string;
  /** Where the page shows it. */
  readonly id: string;
  readonly residuals: readonly Residual[];
}

/** The figures by metric, in the order in which metrics first come. */
export function byMetric(residuals: readonly Residual[]): MetricGroup[] {
  return distinct(residuals.map(({ metric }) => metric)).map((metric, i) => ({
    metric,
    id: `metric-${i + 1}`,
    residuals: residuals.filter((residual) => residual.metric === metric),
  }));
}

/** Names of the recordings, in the order in which they first come. */
export function workloadsOf(residuals: readonly Residual[]): string[] {
  return distinct(residuals.map(({ workload }) => workload));
}

/** Each value once, in the order of first appearance. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
