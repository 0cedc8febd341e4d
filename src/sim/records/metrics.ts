/** Names of the metrics, the same everywhere. */
export const METRIC_NAMES = [
  'completion_ns',
  'throughput',
  'context_switches',
  'migrations_wakeup',
  'migrations_balance',
  'migrations_active',
  'migrations_fork',
  'forced_migrations',
  'can_migrate_calls',
  'hot_refusals',
  'lb_calls',
  'lb_failed',
  'refill_ns',
  'policy_ns',
  'wakeup_latency_p50_ns',
  'wakeup_latency_p99_ns',
  'fairness_jain',
] as const;

export type MetricName = (typeof METRIC_NAMES)[number];

/** Metrics of a run; null where the run has none (no throughput where nothing is marked, and such). */
export type Metrics = Record<MetricName, number | null>;
