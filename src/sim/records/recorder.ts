import { SCHED_IDLE } from '../kernel/constants.js';
import type { LbEnv } from '../kernel/env.js';
import { task_util_est } from '../kernel/fair/signals.js';
import type { Kernel } from '../kernel/kernel.js';
import { scale_load_down } from '../kernel/math/weights.js';
import { peekTaskHLoad } from './peek.js';
import { inTimeOrder } from './time-order.js';
import { KIND, TABLES, type EventKind, type TableData, type TableName } from './records.js';

/** A table that grows: one array of doubles per column, doubled when full. Only recording runs have one. */
class GrowingTable {
  rows = 0;
  private readonly names: readonly string[];
  private columns: Float64Array[];
  private room = 1024;

  constructor(name: TableName) {
    this.names = TABLES[name].map((column) => column.name);
    this.columns = this.names.map(() => new Float64Array(this.room));
  }

  /** Starts a row; `put` fills it from the first column on. */
  begin(): void {
    if (this.rows === this.room) {
      this.room *= 2;
      this.columns = this.columns.map((old) => {
        const grown = new Float64Array(this.room);
        grown.set(old);
        return grown;
      });
    }
    this.at = 0;
    this.rows++;
  }

  put(value: number): void {
    this.columns[this.at++]![this.rows - 1] = value;
  }

  data(): TableData {
    return {
      rows: this.rows,
      columns: Object.fromEntries(this.names.map((name, i) => [name, this.columns[i]!.subarray(0, this.rows)])),
    };
  }

  private at = 0;
}

/** Keeps the rows of a bundle's tables as the run goes. */
export class Recorder {
  private readonly decisions = new GrowingTable('decisions');
  private readonly balances = new GrowingTable('balances');
  private readonly events = new GrowingTable('events');

  /** Rows so far, over all tables. */
  private seq = 0;

  constructor(private readonly k: Kernel) {}

  event(ts: number, cpu: number, kind: EventKind, pid: number, a: number, b: number): void {
    const t = this.events;
    t.begin();
    t.put(ts);
    t.put(cpu);
    t.put(KIND[kind]);
    t.put(pid);
    t.put(a);
    t.put(b);
    t.put(this.seq++);
  }

  /** In the order of DECISION_COLUMNS. */
  decision(ts: number, p: number, env: LbEnv, reason: number, hot: number, result: number): void {
    const { k } = this;
    const { task, se, avg, cfs, sd } = k;
    const queue = se.cfs_rq[p]!;
    const clock = k.rq.clock_task[env.src_cpu]!;
    const buddy = (cfs.next[queue] === p ? 1 : 0) | (cfs.last[queue] === p ? 2 : 0);
    const t = this.decisions;
    t.begin();
    t.put(ts);
    t.put(k.g.this_cpu[0]!);
    t.put(task.pid[p]!);
    t.put(120 + task.nice[p]!);
    t.put(task.policy[p]!);
    t.put(env.src_cpu);
    t.put(env.dst_cpu);
    t.put(sd.level[env.sd]!);
    t.put(env.idle);
    t.put(env.migration_type);
    t.put(env.flags);
    t.put(env.loop);
    t.put(env.imbalance);
    t.put(sd.cache_nice_tries[env.sd]!);
    t.put(sd.nr_balance_failed[env.sd]!);
    t.put(reason);
    t.put(hot);
    t.put(buddy);
    t.put(result);
    t.put(clock - se.exec_start[p]!);
    t.put(clock);
    t.put(se.exec_start[p]!);
    t.put(se.sum_exec_runtime[p]!);
    t.put(se.vruntime[p]!);
    t.put(cfs.min_vruntime[queue]!);
    t.put(se.nr_migrations[p]!);
    t.put(avg.load_avg[p]!);
    t.put(avg.util_avg[p]!);
    t.put(avg.runnable_avg[p]!);
    t.put(task.policy[p] === SCHED_IDLE ? 3 : scale_load_down(se.weight[p]!));
    t.put(peekTaskHLoad(k, p));
    t.put(task_util_est(k, p));
    this.queue(env.src_cpu);
    this.queue(env.dst_cpu);
    t.put(k.sysctl.migration_cost_ns);
    t.put(this.seq++);
  }

  /** In the order of BALANCE_COLUMNS. */
  balance(ts: number, env: LbEnv, sd: number, stage: number, busiest: number, moved: number, active: number): void {
    const domains = this.k.sd;
    const t = this.balances;
    t.begin();
    t.put(ts);
    t.put(domains.cpu[sd]!);
    t.put(domains.level[sd]!);
    t.put(env.idle);
    t.put(stage);
    t.put(busiest);
    t.put(moved);
    t.put(active);
    t.put(env.migration_type);
    t.put(env.imbalance);
    t.put(env.flags);
    t.put(domains.nr_balance_failed[sd]!);
    t.put(domains.balance_interval[sd]!);
    t.put(this.k.g.this_cpu[0]!);
    t.put(this.seq++);
  }

  /** The rows in order of time. */
  tables(): Record<TableName, TableData> {
    return inTimeOrder(this.arrived());
  }

  /** The rows in the order in which they came. */
  arrived(): Record<TableName, TableData> {
    return { decisions: this.decisions.data(), balances: this.balances.data(), events: this.events.data() };
  }

  private queue(cpu: number): void {
    const { k, decisions: t } = this;
    const a = k.cfs_avg + cpu;
    t.put(scale_load_down(k.cfs.weight[cpu]!));
    t.put(k.avg.load_avg[a]!);
    t.put(k.avg.util_avg[a]!);
    t.put(k.avg.runnable_avg[a]!);
    t.put(k.rq.nr_running[cpu]!);
    t.put(k.cfs.h_nr_running[cpu]!);
  }
}
