import { CPU_IDLE, CPU_NEWLY_IDLE, CPU_NOT_IDLE } from '../sim/kernel/constants.js';
import { task_util_est } from '../sim/kernel/fair/signals.js';
import type { Kernel } from '../sim/kernel/kernel.js';
import { scale_load_down } from '../sim/kernel/math/weights.js';
import { peekTaskHLoad } from '../sim/records/peek.js';
import type { MigrationContext } from '../sim/policy/policy.js';

/*
 * The one table of what a policy can decide on. The simulator reads a feature with `read`, the kernel with the C
 * expression `kernel`, and a bundle holds it in `column`; the three give the same integer.
 *
 * The C expressions stand where can_migrate_task() has done its hot test: `p`, `env` and `tsk_cache_hot` are in scope,
 * the source run queue is locked. `cfslab_h_load()` is task_h_load() without what that leaves behind.
 */
export interface Feature {
  /** Unique. The bundle's column where the feature is one, else a name of its own. */
  readonly name: string;
  /** Its name in table 5.3 of the NeuralCFS thesis, or null where it is not there. */
  readonly thesis: string | null;
  /** Unit, and meaning where the name does not say it. */
  readonly unit: string;
  /** Smallest and largest value; a model clamps to them. */
  readonly min: number;
  readonly max: number;
  /** C expression of the value in Linux 6.1. */
  readonly kernel: string;
  /** Name in DECISION_COLUMNS of src/sim/records/records.ts. */
  readonly column: string;
  /** The feature's value from the column's. */
  readonly ofColumn: (value: number) => number;
  /** The value at a decision of the simulated kernel. Changes nothing. */
  readonly read: (context: MigrationContext) => number;
}

const same = (value: number): number => value;

/** A feature that is a column of the bundle. */
function of(
  name: string,
  thesis: string | null,
  range: readonly [number, number],
  unit: string,
  kernel: string,
  read: (context: MigrationContext) => number,
): Feature {
  return { name, thesis, unit, min: range[0], max: range[1], kernel, column: name, ofColumn: same, read };
}

/** 1 where env->idle has the given value. */
function idleIs(name: string, thesis: string | null, value: number, kernel: string): Feature {
  return {
    name,
    thesis,
    unit: '0 or 1',
    min: 0,
    max: 1,
    kernel: `env->idle == ${kernel}`,
    column: 'idle',
    ofColumn: (idle) => (idle === value ? 1 : 0),
    read: (c) => (c.env.idle === value ? 1 : 0),
  };
}

const INT_MAX = 2 ** 31 - 1;
const EXACT = Number.MAX_SAFE_INTEGER;
const COUNT = [0, INT_MAX] as const;
const CPU = [0, 32767] as const;
const NS = [0, EXACT] as const;
const SIGNED_NS = [-EXACT, EXACT] as const;
/** Sums of a run queue: no machine comes near the upper end. */
const SUM = [0, INT_MAX] as const;
/** A task's own share of a CPU's time. */
const SHARE = [0, 1024] as const;
/** The weight of nice −20 bounds the load of a task, that of the largest group what it counts for on a CPU. */
const WEIGHT = [2, 88761] as const;
const LOAD = [0, 88761] as const;
const H_LOAD = [0, 262144] as const;

/** An average of the root cfs_rq of a CPU. */
function average(column: 'load_avg' | 'util_avg' | 'runnable_avg', k: Kernel, cpu: number): number {
  return k.avg[column][k.cfs_avg + cpu]!;
}

/** Bit 0: next buddy of its cfs_rq, bit 1: last buddy. */
function buddy(c: MigrationContext): number {
  const k = c.kernel;
  const cfs = k.se.cfs_rq[c.p]!;
  return (k.cfs.next[cfs] === c.p ? 1 : 0) | (k.cfs.last[cfs] === c.p ? 2 : 0);
}

export const FEATURES: readonly Feature[] = [
  // The moment. Its zero differs between sources: only differences mean something.
  of('ts', 'ts', NS, 'ns', 'sched_clock()', (c) => c.kernel.g.now[0]!),
  of('cpu', null, CPU, 'CPU that balances', 'smp_processor_id()', (c) => c.kernel.g.this_cpu[0]!),

  // The task.
  of('pid', 'pid', COUNT, 'process id', 'p->pid', (c) => c.kernel.task.pid[c.p]!),
  of('prio', null, [100, 139], 'kernel priority', 'p->prio', (c) => 120 + c.kernel.task.nice[c.p]!),
  of('policy', null, [0, 5], '0 NORMAL, 3 BATCH, 5 IDLE', 'p->policy', (c) => c.kernel.task.policy[c.p]!),
  of('hot', null, [0, 1], '1: the stock test calls it hot', 'tsk_cache_hot', (c) => c.hot),
  of(
    'buddy',
    null,
    [0, 3],
    'bit 0 next buddy, bit 1 last buddy',
    '(cfs_rq_of(&p->se)->next == &p->se) | (cfs_rq_of(&p->se)->last == &p->se) << 1',
    buddy,
  ),
  of(
    'delta',
    'delta',
    SIGNED_NS,
    'ns since it last ran',
    '(s64)(rq_clock_task(env->src_rq) - p->se.exec_start)',
    (c) => c.kernel.rq.clock_task[c.env.src_cpu]! - c.kernel.se.exec_start[c.p]!,
  ),
  of('clock_task', null, NS, 'ns', 'rq_clock_task(env->src_rq)', (c) => c.kernel.rq.clock_task[c.env.src_cpu]!),
  of('exec_start', 'start_runtime', NS, 'ns', 'p->se.exec_start', (c) => c.kernel.se.exec_start[c.p]!),
  of('sum_exec', null, NS, 'ns', 'p->se.sum_exec_runtime', (c) => c.kernel.se.sum_exec_runtime[c.p]!),
  of('vruntime', 'task_vruntime', SIGNED_NS, 'ns, weighted', '(s64)p->se.vruntime', (c) => c.kernel.se.vruntime[c.p]!),
  of(
    'min_vruntime',
    null,
    SIGNED_NS,
    'ns, weighted; of its cfs_rq',
    '(s64)cfs_rq_of(&p->se)->min_vruntime',
    (c) => c.kernel.cfs.min_vruntime[c.kernel.se.cfs_rq[c.p]!]!,
  ),
  of('nr_migrations', 'task_nr_migrations', COUNT, 'count', 'p->se.nr_migrations', (c) => c.kernel.se.nr_migrations[c.p]!),
  of('task_load', 'task_load_avg', LOAD, 'weight', 'p->se.avg.load_avg', (c) => c.kernel.avg.load_avg[c.p]!),
  of('task_util', 'task_util_avg', SHARE, '1/1024 CPU', 'p->se.avg.util_avg', (c) => c.kernel.avg.util_avg[c.p]!),
  of('task_runnable', null, SHARE, '1/1024 CPU', 'p->se.avg.runnable_avg', (c) => c.kernel.avg.runnable_avg[c.p]!),
  of('task_weight', null, WEIGHT, 'weight', 'scale_load_down(p->se.load.weight)', (c) =>
    scale_load_down(c.kernel.se.weight[c.p]!),
  ),
  of('h_load', null, H_LOAD, 'weight, as it counts on its CPU', 'cfslab_h_load(p)', (c) => peekTaskHLoad(c.kernel, c.p)),
  of('util_est', null, SHARE, '1/1024 CPU', 'task_util_est(p)', (c) => task_util_est(c.kernel, c.p)),

  // The balance.
  of('src_cpu', null, CPU, 'CPU', 'env->src_cpu', (c) => c.env.src_cpu),
  of('dst_cpu', null, CPU, 'CPU', 'env->dst_cpu', (c) => c.env.dst_cpu),
  of('level', null, [0, 127], 'sd->level', 'env->sd->level', (c) => c.kernel.sd.level[c.env.sd]!),
  of('idle', null, [0, 2], '0 IDLE, 1 NOT_IDLE, 2 NEWLY_IDLE', 'env->idle', (c) => c.env.idle),
  idleIs('cpu_idle', 'cpu_idle', CPU_IDLE, 'CPU_IDLE'),
  idleIs('cpu_not_idle', null, CPU_NOT_IDLE, 'CPU_NOT_IDLE'),
  idleIs('cpu_newly_idle', 'cpu_newly_idle', CPU_NEWLY_IDLE, 'CPU_NEWLY_IDLE'),
  of('migration_type', null, [0, 3], '0 load, 1 util, 2 task, 3 misfit', 'env->migration_type', (c) => c.env.migration_type),
  of('flags', null, [0, 31], 'LBF_*', 'env->flags', (c) => c.env.flags),
  of('loop', null, COUNT, 'tasks asked about', 'env->loop', (c) => c.env.loop),
  of('imbalance', 'imbalance', [0, EXACT], 'as migration_type', 'env->imbalance', (c) => c.env.imbalance),
  of(
    'cache_nice_tries',
    'sd_cache_nice_tries',
    COUNT,
    'count',
    'env->sd->cache_nice_tries',
    (c) => c.cacheNiceTries,
  ),
  of(
    'nr_balance_failed',
    'sd_nr_balance_failed',
    COUNT,
    'count',
    'env->sd->nr_balance_failed',
    (c) => c.nrBalanceFailed,
  ),
  of('migration_cost', null, [-1, INT_MAX], 'ns', '(int)sysctl_sched_migration_cost', (c) =>
    c.kernel.sysctl.migration_cost_ns,
  ),

  // The two run queues: their root cfs_rqs.
  ...queue('src', (c) => c.env.src_cpu),
  ...queue('dst', (c) => c.env.dst_cpu),
];

function queue(side: 'src' | 'dst', cpu: (c: MigrationContext) => number): Feature[] {
  const rq = `env->${side}_rq`;
  return [
    of(`${side}_weight`, `${side}_rq_load`, SUM, 'weight', `scale_load_down(${rq}->cfs.load.weight)`, (c) =>
      scale_load_down(c.kernel.cfs.weight[cpu(c)]!),
    ),
    of(`${side}_load`, `${side}_rq_load_avg`, SUM, 'weight', `${rq}->cfs.avg.load_avg`, (c) =>
      average('load_avg', c.kernel, cpu(c)),
    ),
    of(`${side}_util`, `${side}_rq_util_avg`, SUM, '1/1024 CPU', `${rq}->cfs.avg.util_avg`, (c) =>
      average('util_avg', c.kernel, cpu(c)),
    ),
    of(`${side}_runnable`, null, SUM, '1/1024 CPU', `${rq}->cfs.avg.runnable_avg`, (c) =>
      average('runnable_avg', c.kernel, cpu(c)),
    ),
    of(`${side}_nr`, `${side}_rq_nr_running`, COUNT, 'tasks', `${rq}->nr_running`, (c) =>
      c.kernel.rq.nr_running[cpu(c)]!,
    ),
    of(`${side}_h_nr`, null, COUNT, 'fair tasks', `${rq}->cfs.h_nr_running`, (c) =>
      c.kernel.cfs.h_nr_running[cpu(c)]!,
    ),
  ];
}

const byName = new Map(FEATURES.map((feature) => [feature.name, feature]));

/** The feature of that name (a name of the table, not of the thesis), or undefined. */
export function featureByName(name: string): Feature | undefined {
  return byName.get(name);
}
