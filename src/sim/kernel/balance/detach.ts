import { activate_task, check_preempt_curr, deactivate_task, set_task_cpu } from '../core/activate.js';
import { list_move_head } from '../core/cfs-tasks.js';
import { update_rq_clock } from '../core/clock.js';
import {
  CAUSE_ACTIVE,
  CAUSE_BALANCE,
  CPU_NOT_IDLE,
  DEQUEUE_NOCLOCK,
  ENQUEUE_NOCLOCK,
  LBF_ACTIVE_LB,
  LBF_ALL_PINNED,
  LBF_NEED_BREAK,
  migrate_load,
  migrate_misfit,
  migrate_util,
} from '../constants.js';
import type { LbEnv } from '../env.js';
import { task_h_load } from '../fair/h-load.js';
import { task_fits_cpu, task_util_est } from '../fair/signals.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { can_migrate_task } from './can-migrate.js';
import { SCHED_NR_MIGRATE_BREAK } from './lb-env.js';

const TWO_32 = 2 ** 32;

/**
 * val >> shift for 0 ≤ val < 2^53 and any shift ≥ 0: each failed balance halves what a task counts for.
 * @kernel kernel/sched/sched.h shr_bound
 * @omits nothing
 */
export function shr_bound(val: number, shift: number): number {
  let rest = val;
  let left = shift;
  while (rest >= TWO_32 && left > 0) {
    rest = Math.floor(rest / 2);
    left--;
  }
  return left > 31 ? 0 : rest >= TWO_32 ? rest : rest >>> left;
}

/**
 * Takes p, for which can_migrate_task() said yes, off its queue and gives it to env->dst_cpu, not yet queued there.
 * @kernel kernel/sched/fair.c detach_task
 * @omits nothing
 */
export function detach_task(k: Kernel, p: number, env: LbEnv): void {
  if (k.task.sched_task_hot[p]! !== 0) {
    k.task.sched_task_hot[p] = 0;
    k.sd_stats.lb_hot_gained[env.sd * 3 + env.idle]!++;
    k.task.nr_forced_migrations[p]!++;
  }
  k.charge(k.cost.lb_per_move);
  deactivate_task(k, env.src_cpu, p, DEQUEUE_NOCLOCK);
  set_task_cpu(k, p, env.dst_cpu, (env.flags & LBF_ACTIVE_LB) !== 0 ? CAUSE_ACTIVE : CAUSE_BALANCE);
}

/**
 * Detaches the first task that may go, beginning with the one that has waited longest since it ran.
 * @returns the task, or NIL
 * @kernel kernel/sched/fair.c detach_one_task
 * @omits nothing
 */
export function detach_one_task(k: Kernel, env: LbEnv): number {
  let p = k.rq.cfs_tasks_tail[env.src_cpu]!;
  while (p !== NIL) {
    k.charge(k.cost.lb_per_task);
    if (can_migrate_task(k, p, env)) {
      detach_task(k, p, env);
      k.sd_stats.lb_gained[env.sd * 3 + env.idle]!++;
      return p;
    }
    p = k.task.group_prev[p]!;
  }
  return NIL;
}

/**
 * Whether p fits into what is left to move; if so the imbalance is reduced by it. The unit of the imbalance depends on
 * the migration type: load, utilisation, tasks, or one misfit task.
 */
function fits_imbalance(k: Kernel, p: number, env: LbEnv): boolean {
  const nr_balance_failed = k.sd.nr_balance_failed[env.sd]!;
  if (env.migration_type === migrate_load) {
    const load = Math.max(task_h_load(k, p), 1);
    if (k.feat.LB_MIN && load < 16 && nr_balance_failed === 0) return false;
    if (shr_bound(load, nr_balance_failed) > env.imbalance) return false;
    env.imbalance -= load;
  } else if (env.migration_type === migrate_util) {
    const util = task_util_est(k, p);
    if (shr_bound(util, nr_balance_failed) > env.imbalance) return false;
    env.imbalance -= util;
  } else if (env.migration_type === migrate_misfit) {
    if (task_fits_cpu(k, p, env.src_cpu)) return false;
    env.imbalance = 0;
  } else {
    env.imbalance--;
  }
  return true;
}

/**
 * Detaches tasks from env->src_cpu onto env->tasks until the imbalance is used up or enough were asked about. A task
 * that is not taken goes to the head of the list, so that the next balance begins with another.
 * @returns how many
 * @kernel kernel/sched/fair.c detach_tasks
 * @omits the stop after one task when newly idle, which only a kernel with CONFIG_PREEMPTION has
 */
export function detach_tasks(k: Kernel, env: LbEnv): number {
  const rq = k.rq;
  const src_cpu = env.src_cpu;
  if (rq.nr_running[src_cpu]! <= 1) {
    env.flags &= ~LBF_ALL_PINNED;
    return 0;
  }
  if (env.imbalance <= 0) return 0;

  let detached = 0;
  while (rq.cfs_tasks_tail[src_cpu]! !== NIL) {
    // An idle CPU must not empty the other one.
    if (env.idle !== CPU_NOT_IDLE && rq.nr_running[src_cpu]! <= 1) break;
    env.loop++;
    if (env.loop > env.loop_max) break;
    if (env.loop > env.loop_break) {
      env.loop_break += SCHED_NR_MIGRATE_BREAK;
      env.flags |= LBF_NEED_BREAK;
      break;
    }
    const p = rq.cfs_tasks_tail[src_cpu]!;
    k.charge(k.cost.lb_per_task);
    if (!can_migrate_task(k, p, env) || !fits_imbalance(k, p, env)) {
      if (k.task.sched_task_hot[p]! !== 0) k.task.nr_failed_migrations_hot[p]!++;
      list_move_head(k, src_cpu, p);
      continue;
    }
    detach_task(k, p, env);
    k.task.group_prev[p] = NIL;
    k.task.group_next[p] = env.tasks;
    env.tasks = p;
    detached++;
    if (env.imbalance <= 0) break;
  }
  k.sd_stats.lb_gained[env.sd * 3 + env.idle]! += detached;
  return detached;
}

/**
 * @kernel kernel/sched/fair.c attach_task
 * @omits nothing
 */
export function attach_task(k: Kernel, cpu: number, p: number): void {
  activate_task(k, cpu, p, ENQUEUE_NOCLOCK);
  check_preempt_curr(k, cpu, p, 0);
}

/**
 * @kernel kernel/sched/fair.c attach_one_task
 * @omits nothing (the lock has no meaning here)
 */
export function attach_one_task(k: Kernel, cpu: number, p: number): void {
  update_rq_clock(k, cpu);
  attach_task(k, cpu, p);
}

/**
 * Queues the detached tasks on env->dst_cpu, the one detached last first.
 * @kernel kernel/sched/fair.c attach_tasks
 * @omits nothing (the lock has no meaning here)
 */
export function attach_tasks(k: Kernel, env: LbEnv): void {
  update_rq_clock(k, env.dst_cpu);
  while (env.tasks !== NIL) {
    const p = env.tasks;
    env.tasks = k.task.group_next[p]!;
    k.task.group_next[p] = NIL;
    attach_task(k, env.dst_cpu, p);
  }
}
