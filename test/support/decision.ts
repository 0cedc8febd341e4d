import fc from 'fast-check';
import { CPU_IDLE, CPU_NEWLY_IDLE, SCHED_IDLE, TASK_ON_RQ_QUEUED } from '../../src/sim/kernel/constants.js';
import { list_add } from '../../src/sim/kernel/core/cfs-tasks.js';
import type { Kernel } from '../../src/sim/kernel/kernel.js';
import { NIL } from '../../src/sim/kernel/state/table.js';
import type { Tracepoints } from '../../src/sim/kernel/hooks.js';
import { MigrationContext } from '../../src/sim/policy/policy.js';
import { busy, grid, handMadeKernel, runnerOf } from './wakeup-kernel.js';

/*
 * States in which can_migrate_task() is asked, for the tests of the policies: a balance between CPU 0 (source) and CPU 2
 * (destination, another core of the same cache), with some tasks waiting on the source.
 */

export const SRC = 0;
export const DST = 2;
/** Rows of the waiting tasks. */
export const waiting = (i: number): number => 9 + i;
export const MAX_WAITING = 6;

export interface DecisionState {
  /** ns since each waiting task ran. */
  readonly deltas: readonly number[];
  /** Which of them have policy SCHED_IDLE, and which may run on the source only. */
  readonly idlePolicy: readonly boolean[];
  readonly pinned: readonly boolean[];
  readonly nr_balance_failed: number;
  readonly cache_nice_tries: number;
  readonly migration_cost_ns: number;
  readonly newidle: boolean;
  /** The task asked about: number of a waiting task, or −1 for the one that runs. */
  readonly asked: number;
}

export const decisionState: fc.Arbitrary<DecisionState> = fc.record({
  deltas: fc.array(fc.integer({ min: -1000, max: 2_000_000 }), { minLength: MAX_WAITING, maxLength: MAX_WAITING }),
  idlePolicy: fc.array(fc.nat(9).map((n) => n === 0), { minLength: MAX_WAITING, maxLength: MAX_WAITING }),
  pinned: fc.array(fc.nat(4).map((n) => n === 0), { minLength: MAX_WAITING, maxLength: MAX_WAITING }),
  nr_balance_failed: fc.nat(12),
  cache_nice_tries: fc.nat(3),
  migration_cost_ns: fc.constantFrom(-1, 0, 500_000, 5_000_000),
  newidle: fc.boolean(),
  asked: fc.integer({ min: -1, max: MAX_WAITING - 1 }),
});

const CLOCK = 2 ** 31;

/** A kernel in that state, ready for `can_migrate_task(k, askedTask(state), k.lb_env)`. */
export function decisionKernel(state: DecisionState): Kernel {
  const k = handMadeKernel(grid(1, 4, 2), { sysctl: { migration_cost_ns: state.migration_cost_ns } });
  k.trace = silentTrace;
  busy(k, SRC, 3000, 1 + MAX_WAITING);
  busy(k, DST, 500);
  k.rq.clock_task[SRC] = CLOCK;
  k.mask.set(1, [SRC, 1]);
  list_add(k, SRC, runnerOf(SRC));
  k.se.exec_start[runnerOf(SRC)] = CLOCK;
  for (let i = 0; i < MAX_WAITING; i++) {
    const p = waiting(i);
    k.task.cpu[p] = SRC;
    k.task.on_rq[p] = TASK_ON_RQ_QUEUED;
    k.task.mask[p] = state.pinned[i] === true ? 1 : 0;
    k.task.policy[p] = state.idlePolicy[i] === true ? SCHED_IDLE : 0;
    k.se.cfs_rq[p] = SRC;
    k.se.exec_start[p] = CLOCK - state.deltas[i]!;
    k.avg.load_avg[p] = 100 + i;
    list_add(k, SRC, p);
  }
  const sd = k.sd.parent[k.rq.sd[DST]!]!;
  k.sd.nr_balance_failed[sd] = state.nr_balance_failed;
  k.sd.cache_nice_tries[sd] = state.cache_nice_tries;
  const env = k.lb_env;
  env.sd = sd;
  env.src_cpu = SRC;
  env.dst_cpu = DST;
  env.dst_grp = k.sd.groups[sd]!;
  env.idle = state.newidle ? CPU_NEWLY_IDLE : CPU_IDLE;
  env.imbalance = 1;
  env.cpus.fill(1);
  k.g.this_cpu[0] = DST;
  return k;
}

export function askedTask(state: DecisionState): number {
  return state.asked < 0 ? runnerOf(SRC) : waiting(state.asked);
}

/** A context as the hook would make it. @param state the policy's own doubles */
export function contextOf(k: Kernel, p: number, hot: number, state = new Float64Array(0)): MigrationContext {
  const context = new MigrationContext(k, k.lb_env, state);
  context.p = p;
  context.hot = hot;
  return context;
}

/** The tasks of a CPU's list, from its head. */
export function listOf(k: Kernel, cpu: number): number[] {
  const out: number[] = [];
  for (let p = k.rq.cfs_tasks_head[cpu]!; p !== NIL; p = k.task.group_next[p]!) out.push(p);
  return out;
}

const nothing = (): void => undefined;

export const silentTrace: Tracepoints = {
  sched_switch: nothing,
  sched_waking: nothing,
  sched_wakeup: nothing,
  sched_wakeup_new: nothing,
  sched_migrate_task: nothing,
  sched_process_fork: nothing,
  sched_process_exec: nothing,
  sched_process_exit: nothing,
  can_migrate: nothing,
  load_balance: nothing,
  newidle: nothing,
  throttle: nothing,
};
