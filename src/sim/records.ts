/**
 * The columns of a bundle's tables, once for all who write or read them: the simulator's recorder, the trace parsers,
 * the Parquet writer and the documentation. Names follow the captures' trace events where they have one.
 */
export type ColumnType = 'int8' | 'int16' | 'int32' | 'uint32' | 'int64';

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  /** Unit and meaning. */
  readonly doc: string;
}

const c = (name: string, type: ColumnType, doc: string): ColumnSpec => ({ name, type, doc });

/** One row per can_migrate_task() call. −1 where the source does not know. */
export const DECISION_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns since the start of the run or trace'),
  c('cpu', 'int16', 'CPU that balances'),
  c('pid', 'int32', 'task asked about'),
  c('prio', 'int16', 'kernel priority, 100…139'),
  c('policy', 'int8', '0 NORMAL, 3 BATCH, 5 IDLE'),
  c('src_cpu', 'int16', 'CPU that it is queued on'),
  c('dst_cpu', 'int16', 'CPU that would get it'),
  c('level', 'int8', 'sd->level'),
  c('idle', 'int8', '0 IDLE, 1 NOT_IDLE, 2 NEWLY_IDLE'),
  c('migration_type', 'int8', '0 load, 1 util, 2 task, 3 misfit'),
  c('flags', 'int16', 'LBF_* after the call'),
  c('loop', 'int32', 'env->loop'),
  c('imbalance', 'int64', 'env->imbalance'),
  c('cache_nice_tries', 'int32', 'sd->cache_nice_tries'),
  c('nr_balance_failed', 'int32', 'sd->nr_balance_failed'),
  c('reason', 'int8', '0 throttled, 1 per-CPU kthread, 2 affinity, 3 running, 4 active balance, 5 decided'),
  c('hot', 'int8', '−2 not evaluated, 0 cold, 1 hot'),
  c('buddy', 'int8', 'bit 0: next buddy, bit 1: last buddy'),
  c('result', 'int8', '0 no, 1 yes, 2 yes although hot (forced)'),
  c('delta', 'int64', 'ns since it last ran: clock_task − exec_start'),
  c('clock_task', 'int64', 'rq_clock_task of the source, ns'),
  c('exec_start', 'int64', 'ns; 0: it never ran on this CPU'),
  c('sum_exec', 'int64', 'ns'),
  c('vruntime', 'int64', 'ns of weighted time, signed'),
  c('min_vruntime', 'int64', 'of its cfs_rq, signed'),
  c('nr_migrations', 'int32', 'migrations of the task so far'),
  c('task_load', 'int64', 'load_avg'),
  c('task_util', 'int32', 'util_avg'),
  c('task_runnable', 'int32', 'runnable_avg'),
  c('task_weight', 'int32', 'load weight, scaled down'),
  c('h_load', 'int64', 'task_h_load()'),
  c('util_est', 'int32', 'task_util_est()'),
  c('src_weight', 'int64', 'root cfs_rq of the source: load.weight, scaled down'),
  c('src_load', 'int64', 'load_avg'),
  c('src_util', 'int64', 'util_avg'),
  c('src_runnable', 'int64', 'runnable_avg'),
  c('src_nr', 'int32', 'rq->nr_running'),
  c('src_h_nr', 'int32', 'cfs.h_nr_running'),
  c('dst_weight', 'int64', 'the same of the destination'),
  c('dst_load', 'int64', ''),
  c('dst_util', 'int64', ''),
  c('dst_runnable', 'int64', ''),
  c('dst_nr', 'int32', ''),
  c('dst_h_nr', 'int32', ''),
  c('migration_cost', 'int64', 'sysctl_sched_migration_cost, ns'),
];

/** One row per load_balance() call. */
export const BALANCE_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns'),
  c('cpu', 'int16', 'CPU that balances: the one whose domain it is'),
  c('level', 'int8', 'sd->level'),
  c('idle', 'int8', '0 IDLE, 1 NOT_IDLE, 2 NEWLY_IDLE'),
  c('stage', 'int8', '0 not the balancer, 1 no busiest group, 2 no busiest queue, 3 tried'),
  c('busiest', 'int16', 'busiest CPU, −1 where none was found'),
  c('moved', 'int32', 'tasks moved'),
  c('active', 'int8', '1: an active balance was started'),
  c('migration_type', 'int8', '0 load, 1 util, 2 task, 3 misfit'),
  c('imbalance', 'int64', 'env->imbalance after'),
  c('flags', 'int16', 'LBF_* after'),
  c('nr_balance_failed', 'int32', 'after'),
  c('balance_interval', 'int32', 'ms, after'),
];

/** Kinds of rows in events.parquet. */
export const EVENT_KINDS = [
  'switch', 'waking', 'wakeup', 'wakeup_new', 'migrate', 'fork', 'exec', 'exit',
  'throttle', 'newidle', 'swap', 'prio', 'allowed', 'group', 'draw',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/**
 * One row per scheduler event. `pid` is whom it happens to. a and b by kind: switch (pid = next): previous pid, its
 * state (0: still runnable, R or R+; else the kernel's bits, 1 S, 2 D, ...); waking: target CPU, bit 0 (value 1) where an
 * interrupt (hardirq or softirq) woke it, bit 1 (value 2) where the wake-up was synchronous (WF_SYNC); wakeup,
 * wakeup_new: target CPU, –; migrate: from, to; fork: child pid, –; throttle (pid −1): group,
 * 1 on / 0 off; newidle: gate, pulled; draw (pid −1, before its newidle): what the kernel's dice showed, 0…1023, and
 * for which domain. prio, allowed and group say what a later event of the task showed to have changed: kernel priority, –;
 * row of the contents' masks, –; id of the task group, –.
 */
export const EVENT_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns'),
  c('cpu', 'int16', 'CPU that it happened on'),
  c('kind', 'int8', 'index into EVENT_KINDS'),
  c('pid', 'int32', 'task'),
  c('a', 'int32', 'see above'),
  c('b', 'int32', 'see above'),
];

export const TABLES = { decisions: DECISION_COLUMNS, balances: BALANCE_COLUMNS, events: EVENT_COLUMNS } as const;
export type TableName = keyof typeof TABLES;

/** A table in memory: one array per column, all of length `rows` or longer. Integers; int64 columns are doubles. */
export interface TableData {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ArrayLike<number>>>;
}
