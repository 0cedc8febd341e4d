import type { Kernel } from '../../src/sim/kernel/kernel.js';
import { SCHED_IDLE } from '../../src/sim/kernel/constants.js';
import { NIL } from '../../src/sim/kernel/state/table.js';
import type { LoadWeight } from './arith.js';
import { same } from './draw.js';
import { type Avg, UTIL_AVG_UNCHANGED } from './pelt.js';

/** `struct sched_entity`, as far as the references need it. vruntime is the kernel's u64 read as s64. */
export interface Se extends LoadWeight {
  readonly row: number;
  on_rq: boolean;
  exec_start: bigint;
  sum_exec_runtime: bigint;
  prev_sum_exec_runtime: bigint;
  vruntime: bigint;
  parent: Se | null;
  cfs_rq: CfsRq;
  my_q: CfsRq | null;
  runnable_weight: bigint;
  /** The task has policy SCHED_IDLE. */
  idlePolicy: boolean;
  readonly avg: Avg;
}

/** `struct cfs_rq` */
export interface CfsRq extends LoadWeight {
  readonly row: number;
  cpu: number;
  tg: TaskGroup;
  nr_running: bigint;
  h_nr_running: bigint;
  idle_nr_running: bigint;
  min_vruntime: bigint;
  curr: Se | null;
  next: Se | null;
  last: Se | null;
  skip: Se | null;
  /** Waiting entities in order. */
  timeline: Se[];
  idle: boolean;
  removed_nr: bigint;
  removed_load: bigint;
  removed_util: bigint;
  removed_runnable: bigint;
  tg_load_avg_contrib: bigint;
  propagate: boolean;
  prop_runnable_sum: bigint;
  h_load: bigint;
  last_h_load_update: bigint;
  h_load_next: Se | null;
  throttle_count: bigint;
  throttled_clock_pelt: bigint;
  throttled_clock_pelt_time: bigint;
  readonly avg: Avg;
}

/** `struct task_group` */
export interface TaskGroup {
  readonly row: number;
  shares: bigint;
  load_avg: bigint;
}

/** `struct rq` */
export interface Rq {
  readonly row: number;
  clock_task: bigint;
  clock_pelt: bigint;
  lost_idle_time: bigint;
}

const AVG_FIELDS = [
  'last_update_time', 'load_sum', 'runnable_sum', 'util_sum', 'period_contrib', 'load_avg', 'runnable_avg', 'util_avg',
] as const;

const SE_FIELDS = [
  'weight', 'exec_start', 'sum_exec_runtime', 'prev_sum_exec_runtime', 'vruntime', 'runnable_weight',
] as const;

const CFS_FIELDS = [
  'weight', 'nr_running', 'h_nr_running', 'idle_nr_running', 'min_vruntime', 'removed_nr', 'removed_load', 'removed_util',
  'removed_runnable', 'tg_load_avg_contrib', 'prop_runnable_sum', 'h_load', 'last_h_load_update', 'throttle_count',
  'throttled_clock_pelt', 'throttled_clock_pelt_time',
] as const;

const RQ_FIELDS = ['clock_task', 'clock_pelt', 'lost_idle_time'] as const;

/**
 * The objects of a kernel's fair class in BigInt. `load` reads them from the tables; `compare` says where the two have
 * come apart.
 */
export class World {
  readonly se: Se[];
  readonly cfs: CfsRq[];
  readonly tg: TaskGroup[];
  readonly rq: Rq[];
  jiffies = 0n;

  constructor(readonly k: Kernel) {
    this.tg = Array.from({ length: k.tg.rows }, (_, row) => ({ row, shares: 0n, load_avg: 0n }));
    this.rq = Array.from({ length: k.cpus }, (_, row) => ({ row, clock_task: 0n, clock_pelt: 0n, lost_idle_time: 0n }));
    this.cfs = Array.from({ length: k.cfs.rows }, (_, row) => newCfsRq(row, this.tg[0]!));
    this.se = Array.from({ length: k.se.rows }, (_, row) => newSe(row, this.cfs[0]!));
    this.load();
  }

  /** Reads everything from the kernel's tables. */
  load(): void {
    const { k } = this;
    this.jiffies = BigInt(k.g.jiffies[0]!);
    for (const rq of this.rq) for (const field of RQ_FIELDS) rq[field] = BigInt(k.rq[field][rq.row]!);
    for (const tg of this.tg) {
      tg.shares = BigInt(k.tg.shares[tg.row]!);
      tg.load_avg = BigInt(k.tg.load_avg[tg.row]!);
    }
    for (const cfs of this.cfs) this.loadCfsRq(cfs);
    for (const se of this.se) this.loadSe(se);
  }

  /** Throws at the first field in which the kernel's tables differ from the objects. */
  compare(): void {
    const { k } = this;
    for (const tg of this.tg) same(`tg ${tg.row} load_avg`, k.tg.load_avg[tg.row]!, tg.load_avg);
    for (const cfs of this.cfs) this.compareCfsRq(cfs);
    for (const se of this.se) {
      for (const field of SE_FIELDS) check('se', se.row, field, k.se[field][se.row]!, se[field]);
      check('se', se.row, 'on_rq', k.se.on_rq[se.row]!, se.on_rq ? 1n : 0n);
      this.compareAvg('se', se.row, se.row, se.avg);
    }
  }

  private compareCfsRq(cfs: CfsRq): void {
    const { k } = this;
    for (const field of CFS_FIELDS) check('cfs_rq', cfs.row, field, k.cfs[field][cfs.row]!, cfs[field]);
    check('cfs_rq', cfs.row, 'propagate', k.cfs.propagate[cfs.row]!, cfs.propagate ? 1n : 0n);
    check('cfs_rq', cfs.row, 'curr', k.cfs.curr[cfs.row]!, BigInt(cfs.curr?.row ?? NIL));
    check('cfs_rq', cfs.row, 'h_load_next', k.cfs.h_load_next[cfs.row]!, BigInt(cfs.h_load_next?.row ?? NIL));
    this.compareAvg('cfs_rq', cfs.row, k.cfs_avg + cfs.row, cfs.avg);
  }

  private compareAvg(owner: string, row: number, at: number, avg: Avg): void {
    const table = this.k.avg;
    for (const field of AVG_FIELDS) check(owner, row, field, table[field][at]!, avg[field]);
    check(owner, row, 'util_est.ewma', table.util_est_ewma[at]!, avg.ewma);
    const enqueued = table.util_est_enqueued[at]! + table.util_est_unchanged[at]! * 2 ** 31;
    check(owner, row, 'util_est.enqueued', enqueued, avg.enqueued);
  }

  private loadAvg(at: number, avg: Avg): void {
    const table = this.k.avg;
    for (const field of AVG_FIELDS) avg[field] = BigInt(table[field][at]!);
    avg.ewma = BigInt(table.util_est_ewma[at]!);
    avg.enqueued = BigInt(table.util_est_enqueued[at]!) | (table.util_est_unchanged[at] === 1 ? UTIL_AVG_UNCHANGED : 0n);
  }

  private loadCfsRq(cfs: CfsRq): void {
    const { k } = this;
    const { row } = cfs;
    for (const field of CFS_FIELDS) cfs[field] = BigInt(k.cfs[field][row]!);
    cfs.inv_weight = 0n;
    cfs.cpu = k.cfs.cpu[row]!;
    cfs.tg = this.tg[k.cfs.tg[row]!]!;
    cfs.curr = this.entity(k.cfs.curr[row]!);
    cfs.next = this.entity(k.cfs.next[row]!);
    cfs.last = this.entity(k.cfs.last[row]!);
    cfs.skip = this.entity(k.cfs.skip[row]!);
    cfs.h_load_next = this.entity(k.cfs.h_load_next[row]!);
    cfs.idle = k.cfs.idle[row] === 1;
    cfs.propagate = k.cfs.propagate[row] === 1;
    cfs.timeline.length = 0;
    for (let se = k.cfs.first[row]!; se !== NIL; se = k.se.next[se]!) cfs.timeline.push(this.se[se]!);
    this.loadAvg(k.cfs_avg + row, cfs.avg);
  }

  private loadSe(se: Se): void {
    const { k } = this;
    const { row } = se;
    for (const field of SE_FIELDS) se[field] = BigInt(k.se[field][row]!);
    // A task keeps its inverse from the table; a group's is computed where it is used.
    se.inv_weight = k.is_task(row) ? BigInt(k.se.inv_weight[row]!) : 0n;
    se.on_rq = k.se.on_rq[row] === 1;
    se.parent = this.entity(k.se.parent[row]!);
    se.cfs_rq = this.cfs[k.se.cfs_rq[row]!]!;
    se.my_q = k.is_task(row) ? null : this.cfs[k.group_cfs_rq(row)]!;
    se.idlePolicy = k.is_task(row) && k.task.policy[row] === SCHED_IDLE;
    this.loadAvg(row, se.avg);
  }

  private entity(row: number): Se | null {
    return row === NIL ? null : this.se[row]!;
  }
}

function check(owner: string, row: number, field: string, model: number, reference: bigint): void {
  if (model === Number(reference)) return;
  throw new Error(`${owner} ${row} ${field}: model ${model}, reference ${reference}`);
}

function newAvg(): Avg {
  return {
    last_update_time: 0n, load_sum: 0n, runnable_sum: 0n, util_sum: 0n, period_contrib: 0n, load_avg: 0n, runnable_avg: 0n,
    util_avg: 0n, enqueued: 0n, ewma: 0n,
  };
}

function newSe(row: number, cfs: CfsRq): Se {
  return {
    row, weight: 0n, inv_weight: 0n, on_rq: false, exec_start: 0n, sum_exec_runtime: 0n, prev_sum_exec_runtime: 0n,
    vruntime: 0n, parent: null, cfs_rq: cfs, my_q: null, runnable_weight: 0n, idlePolicy: false, avg: newAvg(),
  };
}

function newCfsRq(row: number, tg: TaskGroup): CfsRq {
  return {
    row, tg, cpu: 0, weight: 0n, inv_weight: 0n, nr_running: 0n, h_nr_running: 0n, idle_nr_running: 0n, min_vruntime: 0n,
    curr: null, next: null, last: null, skip: null, timeline: [], idle: false, removed_nr: 0n, removed_load: 0n,
    removed_util: 0n, removed_runnable: 0n, tg_load_avg_contrib: 0n, propagate: false, prop_runnable_sum: 0n, h_load: 0n,
    last_h_load_update: 0n, h_load_next: null, throttle_count: 0n, throttled_clock_pelt: 0n, throttled_clock_pelt_time: 0n,
    avg: newAvg(),
  };
}
