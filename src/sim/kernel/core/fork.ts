import {
  CAUSE_FORK,
  ENQUEUE_NOCLOCK,
  PF_EXITING,
  TASK_DEAD,
  TASK_NEW,
  TASK_RUNNING,
  WF_FORK,
} from '../constants.js';
import { task_dead_fair, task_fork_fair } from '../fair/class.js';
import type { Kernel } from '../kernel.js';
import { inv_weight_of, load_weight_of, scale_load_down } from '../math/weights.js';
import { NIL } from '../state/table.js';
import { activate_task, check_preempt_curr } from './activate.js';
import { update_rq_clock } from './clock.js';
import { select_task_rq } from './select.js';
import { __set_task_cpu } from './task-rq.js';

/** What fork() fixes of a new task. */
export interface NewTask {
  readonly pid: number;
  readonly nice: number;
  readonly policy: number;
  readonly mask: number;
  readonly tg: number;
  readonly flags: number;
  /** Preferred NUMA node, or NIL: what NUMA balancing would have found. */
  readonly preferred_nid: number;
}

/**
 * Clears row `p` for a new task that is born on `cpu`.
 * @param parent the forking task, or NIL where it comes from outside the model
 * @kernel kernel/sched/core.c sched_fork, __sched_fork, sched_cgroup_fork
 * @kernel kernel/sched/fair.c init_entity_runnable_average
 * @omits SCHED_RESET_ON_FORK and the other classes
 */
export function sched_fork(k: Kernel, p: number, cpu: number, parent: number, born: NewTask): void {
  const { task, se: e, avg } = k;
  task.pid[p] = born.pid;
  task.nice[p] = born.nice;
  task.policy[p] = born.policy;
  task.mask[p] = born.mask;
  task.tg[p] = born.tg;
  task.flags[p] = born.flags;
  task.state[p] = TASK_NEW;
  task.on_rq[p] = 0;
  task.on_cpu[p] = 0;
  task.numa_preferred_nid[p] = born.preferred_nid;
  task.sched_task_hot[p] = 0;
  task.sched_remote_wakeup[p] = 0;
  // A fork copies the task: the child begins with its parent's record of whom it wakes.
  task.wakee_flips[p] = parent === NIL ? 0 : task.wakee_flips[parent]!;
  task.wakee_flip_decay_ts[p] = parent === NIL ? 0 : task.wakee_flip_decay_ts[parent]!;
  task.last_wakee[p] = parent === NIL ? NIL : task.last_wakee[parent]!;
  task.nr_forced_migrations[p] = 0;
  task.nr_failed_migrations_affine[p] = 0;
  task.nr_failed_migrations_running[p] = 0;
  task.nr_failed_migrations_hot[p] = 0;

  e.weight[p] = load_weight_of(born.nice, born.policy);
  e.inv_weight[p] = inv_weight_of(born.nice, born.policy);
  e.on_rq[p] = 0;
  e.exec_start[p] = 0;
  e.sum_exec_runtime[p] = 0;
  e.prev_sum_exec_runtime[p] = 0;
  e.vruntime[p] = 0;
  e.nr_migrations[p] = 0;
  e.prev[p] = NIL;
  e.next[p] = NIL;
  avg.last_update_time[p] = 0;
  avg.load_sum[p] = 0;
  avg.runnable_sum[p] = 0;
  avg.util_sum[p] = 0;
  avg.period_contrib[p] = 0;
  avg.load_avg[p] = scale_load_down(e.weight[p]!);
  avg.runnable_avg[p] = 0;
  avg.util_avg[p] = 0;
  avg.util_est_enqueued[p] = 0;
  avg.util_est_unchanged[p] = 0;
  avg.util_est_ewma[p] = 0;

  __set_task_cpu(k, p, cpu);
  task_fork_fair(k, p, cpu, parent);
}

/**
 * What a new task is taken to use before anything is known of it: a part of what its CPU has to spare.
 * @kernel kernel/sched/fair.c post_init_entity_util_avg
 * @omits other classes
 */
export function post_init_entity_util_avg(k: Kernel, p: number): void {
  const avg = k.avg;
  const cfs = k.se.cfs_rq[p]!;
  const a = k.cfs_avg + cfs;
  const cpu_util = avg.util_avg[a]!;
  const cap = Math.trunc((k.cpu_scale[k.cfs.cpu[cfs]!]! - cpu_util) / 2);
  if (cap > 0) {
    if (cpu_util !== 0) {
      // The weight is the scaled one here, as in the kernel; the result is cut to the spare capacity.
      const util = Math.floor((cpu_util * k.se.weight[p]!) / (avg.load_avg[a]! + 1));
      avg.util_avg[p] = util > cap ? cap : util;
    } else {
      avg.util_avg[p] = cap;
    }
  }
  avg.runnable_avg[p] = avg.util_avg[p]!;
}

/**
 * Starts a new task on the CPU that fork balancing finds for it.
 * @kernel kernel/sched/core.c wake_up_new_task
 * @omits nothing
 */
export function wake_up_new_task(k: Kernel, p: number): void {
  select_new_task_rq(k, p);
  queue_new_task(k, p);
}

/**
 * Its first part: sends a new task to the CPU that fork balancing finds for it.
 * @kernel kernel/sched/core.c wake_up_new_task (up to the lock of the queue)
 * @omits nothing
 */
export function select_new_task_rq(k: Kernel, p: number): void {
  const task = k.task;
  task.state[p] = TASK_RUNNING;
  const from = task.cpu[p]!;
  task.recent_used_cpu[p] = from;
  const cpu = select_task_rq(k, p, from, WF_FORK);
  __set_task_cpu(k, p, cpu);
  if (cpu !== from) k.trace.sched_migrate_task(p, from, cpu, CAUSE_FORK);
}

/**
 * The rest: puts it on the queue there.
 * @kernel kernel/sched/core.c wake_up_new_task (from the lock of the queue on)
 * @omits nothing
 */
export function queue_new_task(k: Kernel, p: number): void {
  const cpu = k.task.cpu[p]!;
  update_rq_clock(k, cpu);
  post_init_entity_util_avg(k, p);
  activate_task(k, cpu, p, ENQUEUE_NOCLOCK);
  k.trace.sched_wakeup_new(p, cpu);
  k.charge_event();
  check_preempt_curr(k, cpu, p, WF_FORK);
}

/**
 * The running task begins to exit; the schedule() that follows takes it off its CPU for good.
 * @kernel kernel/exit.c do_exit
 * @omits everything but the scheduler's part
 */
export function do_exit(k: Kernel, p: number): void {
  k.task.flags[p]! |= PF_EXITING;
  k.task.state[p] = TASK_DEAD;
  k.trace.sched_process_exit(p);
  k.charge_event();
}

/**
 * The dead task has been switched out.
 * @kernel kernel/sched/core.c finish_task_switch
 * @omits everything but the removal of its load
 */
export function finish_dead_task(k: Kernel, p: number): void {
  task_dead_fair(k, p);
}
