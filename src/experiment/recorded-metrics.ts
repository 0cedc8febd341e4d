import type { BundleContents } from '../bundle/tables/contents.js';
import type { Metrics } from '../sim/records/metrics.js';
import type { TableData } from '../sim/records/records.js';
import { walkOf } from './series.js';

/**
 * The metrics of a recorded run, counted from a bundle's tables the way a simulated run counts its own: what the real
 * kernel did, to be laid beside what the simulator does with the same workload. null where the recording cannot tell:
 * a kernel does not say what refills cost, and a bundle without switches knows neither switches nor latencies.
 *
 * A balance that tried and moved nothing failed. What moves are put down to, and from when to when latencies run, is as in
 * `seriesOf`, save that no move at a fork is counted.
 */
export function recordedMetrics(contents: BundleContents): Metrics {
  const { decisions, balances } = contents.tables;
  const walked = walkOf(contents);
  const latencies = [...(walked?.samples.wakeup_latency.ns ?? [])].sort((x, y) => x - y);
  return {
    completion_ns: contents.manifest.durationNs,
    throughput: null,
    context_switches: walked?.switches.length ?? null,
    migrations_wakeup: walked?.migrations.wakeup.length ?? null,
    migrations_balance: walked?.migrations.balance.length ?? null,
    migrations_active: walked?.migrations.active.length ?? null,
    migrations_fork: null,
    forced_migrations: countWhere(decisions, 'result', (result) => result === 2),
    can_migrate_calls: decisions.rows,
    hot_refusals: countRefusals(decisions),
    lb_calls: balances.rows,
    lb_failed: countFailures(balances),
    refill_ns: null,
    policy_ns: null,
    wakeup_latency_p50_ns: percentile(latencies, 50),
    wakeup_latency_p99_ns: percentile(latencies, 99),
    fairness_jain: null,
  };
}

function countWhere(table: TableData, column: string, test: (value: number) => boolean): number {
  const values = table.columns[column]!;
  let count = 0;
  for (let row = 0; row < table.rows; row++) if (test(values[row]!)) count++;
  return count;
}

function countRefusals(decisions: TableData): number {
  const { hot, result } = decisions.columns as Record<'hot' | 'result', ArrayLike<number>>;
  let count = 0;
  for (let row = 0; row < decisions.rows; row++) if (hot[row] === 1 && result[row] === 0) count++;
  return count;
}

function countFailures(balances: TableData): number {
  const { stage, moved } = balances.columns as Record<'stage' | 'moved', ArrayLike<number>>;
  let count = 0;
  for (let row = 0; row < balances.rows; row++) if (stage[row] === 3 && moved[row] === 0) count++;
  return count;
}

function percentile(sorted: readonly number[], percent: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)]!;
}
