import type { BundleContents, TaskInfo } from '../bundle/contents.js';
import type { Metrics } from '../sim/metrics.js';
import { EVENT_KINDS, type EventKind, type TableData } from '../sim/records.js';

/**
 * The metrics of a recorded run, counted from a bundle's tables the way a simulated run counts its own: what the real
 * kernel did, to be laid beside what the simulator does with the same workload. null where the recording cannot tell:
 * a kernel does not say what refills cost, and a bundle without switches knows neither switches nor latencies.
 *
 * Wake-up latency runs from `waking` to the switch to the task. A balance that tried and moved nothing failed. A move is
 * put down to what the kernel was doing on that CPU: to a wake-up if it comes between a task's waking and wakeup, else
 * to the balancer, or to the stopper where that was running.
 */
export function recordedMetrics(contents: BundleContents): Metrics {
  const { decisions, balances, events } = contents.tables;
  const counted = countEvents(events, stopperPids(contents.tasks));
  const hasSwitches = counted.switches > 0;
  return {
    completion_ns: contents.manifest.durationNs,
    throughput: null,
    context_switches: hasSwitches ? counted.switches : null,
    migrations_wakeup: hasSwitches ? counted.migrationsWakeup : null,
    migrations_balance: hasSwitches ? counted.migrationsBalance : null,
    migrations_active: hasSwitches ? counted.migrationsActive : null,
    migrations_fork: null,
    forced_migrations: countWhere(decisions, 'result', (result) => result === 2),
    can_migrate_calls: decisions.rows,
    hot_refusals: countRefusals(decisions),
    lb_calls: balances.rows,
    lb_failed: countFailures(balances),
    refill_ns: null,
    policy_ns: null,
    wakeup_latency_p50_ns: percentile(counted.latencies, 50),
    wakeup_latency_p99_ns: percentile(counted.latencies, 99),
    fairness_jain: null,
  };
}

interface Counted {
  switches: number;
  migrationsWakeup: number;
  migrationsBalance: number;
  migrationsActive: number;
  readonly latencies: number[];
}

const kind = (name: EventKind): number => EVENT_KINDS.indexOf(name);

function countEvents(events: TableData, stoppers: ReadonlySet<number>): Counted {
  const { ts, cpu, kind: kinds, pid } = events.columns as Record<'ts' | 'cpu' | 'kind' | 'pid', ArrayLike<number>>;
  const counted: Counted = { switches: 0, migrationsWakeup: 0, migrationsBalance: 0, migrationsActive: 0, latencies: [] };
  const wakingSince = new Map<number, number>();
  const placing = new Set<number>();
  const stopperRuns = new Set<number>();
  for (let row = 0; row < events.rows; row++) {
    const task = pid[row]!;
    switch (kinds[row]) {
      case kind('switch'): {
        counted.switches++;
        const since = wakingSince.get(task);
        if (since !== undefined) counted.latencies.push(ts[row]! - since);
        wakingSince.delete(task);
        if (stoppers.has(task)) stopperRuns.add(cpu[row]!);
        else stopperRuns.delete(cpu[row]!);
        break;
      }
      case kind('waking'):
        wakingSince.set(task, ts[row]!);
        placing.add(task);
        break;
      case kind('wakeup'):
        placing.delete(task);
        break;
      case kind('migrate'):
        if (placing.has(task)) counted.migrationsWakeup++;
        else if (stopperRuns.has(cpu[row]!)) counted.migrationsActive++;
        else counted.migrationsBalance++;
        break;
      default:
        break;
    }
  }
  counted.latencies.sort((a, b) => a - b);
  return counted;
}

/** The pids of the migration threads: −2 in a simulated bundle, tasks called `migration/N` in a kernel's. */
function stopperPids(tasks: readonly TaskInfo[]): Set<number> {
  return new Set([-2, ...tasks.filter((task) => task.comm.startsWith('migration/')).map((task) => task.pid)]);
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
