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

/** The same in every table: where the row stands in the recording as a whole, so that tables can be merged exactly. */
const SEQ: ColumnSpec = { name: 'seq', type: 'uint32', doc: 'order of arrival, over all tables: rows of equal ts are in this order' };
/** CPU that executed: `cpu` is the one that the row is about. */
const ON: ColumnSpec = { name: 'on', type: 'int16', doc: 'CPU that executed' };
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
  SEQ,
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
  ON,
  SEQ,
];

/** Kinds of rows in events.parquet. */
export const EVENT_KINDS = [
  'switch', 'waking', 'wakeup', 'wakeup_new', 'migrate', 'fork', 'exec', 'exit',
  'throttle', 'newidle', 'swap', 'prio', 'allowed', 'group', 'draw', 'fallback',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
/** The number of each kind. */
export const KIND = Object.fromEntries(EVENT_KINDS.map((kind, i) => [kind, i])) as Readonly<Record<EventKind, number>>;

/**
 * One row per scheduler event. `pid` is whom it happens to. a and b by kind: switch (pid = next): previous pid, its
 * state (0: still runnable, R or R+; else the kernel's bits, 1 S, 2 D, ...); waking: target CPU, bit 0 (value 1) where an
 * interrupt (hardirq or softirq) woke it, bit 1 (value 2) where the wake-up was synchronous (WF_SYNC); wakeup,
 * wakeup_new: target CPU, –; migrate: from, to; fork: child pid, –; throttle (pid −1): group,
 * 1 on / 0 off; newidle: gate, pulled; draw (pid −1, before its newidle): what the kernel's dice showed, 0…1023, and
 * for which domain; swap (pid −1): slot of the policy's model that decides from now on, decisions so far; fallback
 * (pid −1): the policy found its model off and is the stock kernel from now on: ‰ of its answers that turned out right,
 * of how many. prio, allowed and group say what a later event of the task showed to have changed: kernel priority (−1 of
 * deadline tasks), –; row of the contents' masks, –; id of the task group, –.
 */
export const EVENT_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns'),
  c('cpu', 'int16', 'CPU that it happened on'),
  c('kind', 'int8', 'index into EVENT_KINDS'),
  c('pid', 'int32', 'task'),
  c('a', 'int32', 'see above'),
  c('b', 'int32', 'see above'),
  SEQ,
];

/** select_task_rq_fair(), one row per call: cfslab_select_rq. −1 where the kernel did not come there. */
export const WAKEUP_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns, at its end'),
  c('cpu', 'int16', 'CPU that it ran on: the one of the waker'),
  ON,
  c('pid', 'int32', 'task that is placed'),
  c('prev', 'int16', 'CPU that it ran on last'),
  c('wake_flags', 'int16', '2 exec, 4 fork, 8 wake-up, 16 synchronous'),
  c('sync', 'int8', 'synchronous, and the waker is not exiting'),
  c('want_affine', 'int8', '1: the CPU of the waker is a candidate'),
  c('wide', 'int8', 'wake_wide()'),
  c('affine', 'int16', 'what wake_affine() chose, −1 not called'),
  c('path', 'int8', '0 none, 1 find_idlest_cpu(), 2 select_idle_sibling()'),
  c('target', 'int16', 'CPU handed to that path'),
  c('chosen', 'int16', 'the answer'),
  c('recent', 'int16', 'recent_used_cpu before'),
  c('idle_low', 'uint32', 'available_idle_cpu() just before the search: CPUs 0…31'),
  c('idle_high', 'uint32', 'CPUs 32…63'),
  c('allowed', 'int32', "row of the contents' masks"),
  c('has_idle_cores', 'int8', "of the target's last-level cache, before; −1 none"),
  c('has_idle_cores_after', 'int8', ''),
  c('nr_idle_scan', 'int32', ''),
  c('util_est', 'int32', 'of the task'),
  c('util_avg', 'int32', ''),
  c('load_avg', 'int64', ''),
  SEQ,
];

/** check_preempt_wakeup(), one row per call: cfslab_preempt. */
export const PREEMPT_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns'),
  c('cpu', 'int16', 'CPU of the run queue'),
  ON,
  c('pid', 'int32', 'task that has come'),
  c('curr', 'int32', 'task that runs there'),
  c('result', 'int8', '1: reschedule'),
  c('cause', 'int8', '0 same, 1 throttled, 2 already set, 3 idle policy, 4 batch, 5 idle group, 6 group idle, 7 by vruntime'),
  c('wpe', 'int8', 'wakeup_preempt_entity(); −2 not called'),
  c('vdiff', 'int64', 'ns of weighted time'),
  c('gran', 'int64', 'wakeup_gran(), ns of weighted time'),
  c('curr_vruntime', 'int64', 'of the entities compared'),
  c('vruntime', 'int64', ''),
  c('nr', 'int32', 'nr_running of the cfs_rq compared on'),
  c('scale', 'int8', 'nr_running >= sched_nr_latency'),
  c('next', 'int8', 'set as next buddy'),
  c('last', 'int8', 'set as last buddy'),
  c('wake_flags', 'int16', ''),
  SEQ,
];

/** check_preempt_tick(), one row per call: cfslab_tick. */
export const TICK_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns'),
  c('cpu', 'int16', ''),
  ON,
  c('pid', 'int32', 'task that runs; −1 an entity of a group'),
  c('tg', 'int32', 'group of the cfs_rq, 0 root'),
  c('depth', 'int16', ''),
  c('ideal', 'int64', 'sched_slice(), ns'),
  c('exec', 'int64', 'run since it was picked, ns'),
  c('nr', 'int32', 'nr_running of the cfs_rq'),
  c('rq_nr', 'int32', 'nr_running of the CPU'),
  c('resched', 'int8', '1: reschedule'),
  c('cause', 'int8', '0 minimum, 1 slice used up, 2 leftmost, 3 lag within, 4 lag above the slice'),
  c('delta', 'int64', 'vruntime − that of the leftmost that waits'),
  c('vruntime', 'int64', ''),
  c('first', 'int32', 'pid of the leftmost that waits; −1 a group, −2 none'),
  c('first_vruntime', 'int64', ''),
  c('min_vruntime', 'int64', ''),
  SEQ,
];

/** place_entity(), one row per call: cfslab_place. */
export const PLACE_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns'),
  c('cpu', 'int16', 'of the cfs_rq'),
  ON,
  c('pid', 'int32', '−1 an entity of a group'),
  c('tg', 'int32', 'group of the cfs_rq, 0 root'),
  c('initial', 'int8', '1 fork, 0 wake-up'),
  c('before', 'int64', 'vruntime before'),
  c('after', 'int64', 'and after'),
  c('candidate', 'int64', ''),
  c('min_vruntime', 'int64', 'of the cfs_rq'),
  c('nr', 'int32', 'nr_running of the cfs_rq'),
  SEQ,
];

const byDomain = (name: string, type: ColumnType, doc: string): ColumnSpec[] =>
  [0, 1, 2, 3].map((domain) => c(`${name}${domain}`, type, `${doc}, domain ${domain}`));

/** Newly-idle balancing, one row per call: cfslab_newidle. */
export const NEWIDLE_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns, at its end'),
  c('cpu', 'int16', ''),
  ON,
  c('gate', 'int8', '0 ran, 1 wake-up pending, 2 CPU inactive, 3 no domain, 4 not overloaded, 5 avg_idle too short'),
  c('pulled', 'int32', 'what it returns'),
  c('avg_idle', 'int64', 'ns'),
  c('overload', 'int8', 'rd->overload'),
  c('cost0', 'int64', 'max_newidle_lb_cost of the lowest domain, ns'),
  c('tried', 'int16', 'bits of the domains balanced'),
  c('diced', 'int16', 'bits of the domains that the dice skipped'),
  c('stop', 'int8', 'domain at which the time was up, −1 none'),
  c('ndom', 'int8', 'domains looked at'),
  c('cost', 'int64', 'ns'),
  c('nr', 'int32', 'nr_running after'),
  ...byDomain('cost_domain', 'int64', 'max_newidle_lb_cost before, ns'),
  ...byDomain('draw', 'int32', 'the dice, −1 not rolled'),
  ...byDomain('ratio', 'int32', 'what it was compared with'),
  SEQ,
];

const group = (side: string): ColumnSpec[] =>
  (
    [
      ['type', 'int8', '0 spare, 1 fully busy, 2 misfit, 3 asymmetric, 4 imbalanced, 5 overloaded'],
      ['nr', 'int32', 'sum_nr_running'], ['h_nr', 'int32', ''], ['idle_cpus', 'int32', ''], ['weight', 'int32', 'CPUs'],
      ['avg_load', 'int64', ''], ['load', 'int64', ''], ['util', 'int64', ''], ['runnable', 'int64', ''], ['capacity', 'int64', ''],
    ] as const
  ).map(([name, type, doc]) => c(`${side}_${name}`, type, doc));

/** find_busiest_group() where there is a candidate: cfslab_find_busiest. */
export const BUSIEST_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns'),
  c('cpu', 'int16', 'CPU that balances'),
  ON,
  c('level', 'int8', 'sd->level'),
  c('idle', 'int8', '0 IDLE, 1 NOT_IDLE, 2 NEWLY_IDLE'),
  c('found', 'int8', '1: it is out of balance'),
  c('migration_type', 'int8', ''),
  c('imbalance', 'int64', ''),
  ...group('local'),
  ...group('busiest'),
  SEQ,
];

/** kick_ilb(): cfslab_nohz_kick. */
export const KICK_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns'),
  c('cpu', 'int16', 'CPU that kicks'),
  ON,
  c('flags', 'int16', 'NOHZ_*'),
  c('ilb', 'int16', 'idle CPU chosen'),
  c('sent', 'int8', '1: the interrupt was sent'),
  SEQ,
];

/** update_curr(): sched_stat_runtime. */
export const RUNTIME_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns'),
  c('cpu', 'int16', ''),
  ON,
  c('pid', 'int32', ''),
  c('runtime', 'int64', 'ns'),
  c('vruntime', 'int64', ''),
  SEQ,
];

/** Most inputs of a policy that a row has room for; a kernel takes no more. */
export const POLICY_INPUTS = 32;

/** One row per call that a policy was asked about in a kernel: cfslab_policy. */
export const POLICY_COLUMNS: readonly ColumnSpec[] = [
  c('ts', 'int64', 'ns'),
  c('cpu', 'int16', 'CPU that balances'),
  ON,
  c('pid', 'int32', 'task asked about'),
  c('src_cpu', 'int16', 'CPU that it is queued on'),
  c('dst_cpu', 'int16', 'CPU that would get it'),
  c('generation', 'int64', 'of the policy: counted from 1 with each that was made active since the boot'),
  c('task', 'int8', 'of the model: 1 imitate, 2 early, 3 forced; 0 for a policy without a model'),
  c('mode', 'int8', '1 shadow, 2 decide'),
  c('hot', 'int8', '0 cold, 1 hot'),
  c('stock', 'int8', 'what the stock test says'),
  c('policy', 'int8', 'what the policy says'),
  c('result', 'int8', 'what was answered'),
  c('logit', 'int64', "the network's output"),
  c('cycles', 'int64', 'of the processor, for the policy'),
  c('clock', 'int64', 'ns of the kernel’s clock, where the policy keeps to more than its model’s word; 0 elsewhere'),
  c('by', 'int8', 'what made the policy’s answer: 0 the policy itself; stock 1 since a task was moved early lately, 2 since its model has fallen behind'),
  c('n', 'int8', 'inputs of the model; of early-migration its counters: failures, tries, ns since the task ran, cold tasks that wait (−1 not looked for)'),
  ...Array.from({ length: POLICY_INPUTS }, (_, i) => c(`raw${i}`, 'int64', `its input ${i + 1} before scaling; 0 beyond n`)),
  SEQ,
];

/** Tables that only an instrumented kernel fills; a bundle has the files of those that are not empty. */
export const INSTRUMENT_TABLES = {
  wakeups: WAKEUP_COLUMNS,
  preempts: PREEMPT_COLUMNS,
  ticks: TICK_COLUMNS,
  places: PLACE_COLUMNS,
  newidles: NEWIDLE_COLUMNS,
  busiest: BUSIEST_COLUMNS,
  kicks: KICK_COLUMNS,
  runtimes: RUNTIME_COLUMNS,
  policy: POLICY_COLUMNS,
} as const;
export type InstrumentName = keyof typeof INSTRUMENT_TABLES;

/** Tables that every bundle has. */
export const TABLES = { decisions: DECISION_COLUMNS, balances: BALANCE_COLUMNS, events: EVENT_COLUMNS } as const;
export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];
export const INSTRUMENT_NAMES = Object.keys(INSTRUMENT_TABLES) as readonly InstrumentName[];

/** A table in memory: one array per column, all of length `rows` or longer. Integers; int64 columns are doubles. */
export interface TableData {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ArrayLike<number>>>;
}
