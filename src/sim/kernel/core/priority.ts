import {
  DEQUEUE_MOVE,
  DEQUEUE_NOCLOCK,
  DEQUEUE_SAVE,
  ENQUEUE_MOVE,
  ENQUEUE_NOCLOCK,
  ENQUEUE_RESTORE,
  TASK_ON_RQ_QUEUED,
} from '../constants.js';
import { prio_changed_fair, set_next_task_fair, switched_from_fair, switched_to_fair, task_change_group_fair } from '../fair/class.js';
import { dequeue_task_fair, enqueue_task_fair } from '../fair/enqueue.js';
import { reweight_entity } from '../fair/group.js';
import { put_prev_task_fair } from '../fair/pick.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { inv_weight_of, load_weight_of } from '../math/weights.js';
import { update_rq_clock } from './clock.js';

/*
 * Changes to a task that may be running or queued. Each follows the core's pattern: off the queue, off the CPU, change,
 * back on the queue, back on the CPU.
 */

function take_off(k: Kernel, cpu: number, p: number, flags: number): void {
  if (k.task.on_rq[p] === TASK_ON_RQ_QUEUED) dequeue_task_fair(k, cpu, p, flags);
  if (k.rq.curr[cpu] === p) put_prev_task_fair(k, p);
}

function put_back(k: Kernel, cpu: number, p: number, flags: number): void {
  if (k.task.on_rq[p] === TASK_ON_RQ_QUEUED) enqueue_task_fair(k, cpu, p, flags);
  if (k.rq.curr[cpu] === p) set_next_task_fair(k, cpu, p);
}

/**
 * @kernel kernel/sched/core.c set_load_weight
 * @kernel kernel/sched/fair.c reweight_task
 * @omits nothing
 */
function set_load_weight(k: Kernel, p: number): void {
  const { task, se } = k;
  reweight_entity(k, se.cfs_rq[p]!, p, load_weight_of(task.nice[p]!, task.policy[p]!));
  se.inv_weight[p] = inv_weight_of(task.nice[p]!, task.policy[p]!);
}

/**
 * Gives a task another nice value.
 * @param nice −20…19
 * @kernel kernel/sched/core.c set_user_nice
 * @omits other classes
 */
export function set_user_nice(k: Kernel, p: number, nice: number): void {
  const old = k.task.nice[p]!;
  if (old === nice) return;
  const cpu = k.task.cpu[p]!;
  update_rq_clock(k, cpu);
  take_off(k, cpu, p, DEQUEUE_SAVE | DEQUEUE_NOCLOCK);
  k.task.nice[p] = nice;
  set_load_weight(k, p);
  put_back(k, cpu, p, ENQUEUE_RESTORE | ENQUEUE_NOCLOCK);
  prio_changed_fair(k, cpu, p, nice > old);
}

/**
 * Gives a task another policy of the fair class.
 * @param policy SCHED_NORMAL, SCHED_BATCH or SCHED_IDLE
 * @kernel kernel/sched/core.c __sched_setscheduler
 * @omits permissions, other classes
 */
export function sched_setscheduler(k: Kernel, p: number, policy: number): void {
  if (k.task.policy[p] === policy) return;
  const cpu = k.task.cpu[p]!;
  update_rq_clock(k, cpu);
  take_off(k, cpu, p, DEQUEUE_SAVE | DEQUEUE_MOVE | DEQUEUE_NOCLOCK);
  k.task.policy[p] = policy;
  set_load_weight(k, p);
  put_back(k, cpu, p, ENQUEUE_RESTORE | ENQUEUE_MOVE | ENQUEUE_NOCLOCK);
}

/**
 * A task of the fair class becomes a real-time one, of which the model keeps no queue: it is off its queue and no CPU's current
 * task when this returns.
 * @kernel kernel/sched/core.c __sched_setscheduler, check_class_changed
 * @omits what the other class does
 */
export function leave_fair_class(k: Kernel, p: number): void {
  const { rq, task } = k;
  const cpu = task.cpu[p]!;
  update_rq_clock(k, cpu);
  take_off(k, cpu, p, DEQUEUE_SAVE | DEQUEUE_MOVE | DEQUEUE_NOCLOCK);
  switched_from_fair(k, p);
  task.on_rq[p] = 0;
  if (rq.curr[cpu] !== p) return;
  rq.curr[cpu] = NIL;
  task.on_cpu[p] = 0;
}

/**
 * A real-time task comes into the fair class, on its CPU.
 * @param runnable it is on a queue
 * @param running it runs
 * @kernel kernel/sched/core.c __sched_setscheduler, check_class_changed
 * @omits what the other class does, the rescheduling that may follow
 */
export function enter_fair_class(k: Kernel, p: number, runnable: boolean, running: boolean): void {
  const { rq, task } = k;
  const cpu = task.cpu[p]!;
  update_rq_clock(k, cpu);
  if (runnable) {
    task.on_rq[p] = TASK_ON_RQ_QUEUED;
    enqueue_task_fair(k, cpu, p, ENQUEUE_RESTORE | ENQUEUE_MOVE | ENQUEUE_NOCLOCK);
  }
  if (running) {
    rq.curr[cpu] = p;
    task.on_cpu[p] = 1;
    set_next_task_fair(k, cpu, p);
  }
  switched_to_fair(k, p);
}

/**
 * Moves a task to another group (writing to cgroup.procs).
 * @kernel kernel/sched/core.c sched_move_task
 * @omits autogroups
 */
export function sched_move_task(k: Kernel, p: number, tg: number): void {
  if (k.task.tg[p] !== tg) move_task(k, p, tg);
}

/**
 * An exiting task is moved to the group that it is in: off its queue and back on it, its load taken away and added again.
 * @kernel kernel/sched/autogroup.c sched_autogroup_exit_task
 * @omits kernels without CONFIG_SCHED_AUTOGROUP, which do not do it, and autogroups
 */
export function sched_autogroup_exit_task(k: Kernel, p: number): void {
  move_task(k, p, k.task.tg[p]!);
}

function move_task(k: Kernel, p: number, tg: number): void {
  const cpu = k.task.cpu[p]!;
  update_rq_clock(k, cpu);
  const running = k.rq.curr[cpu] === p;
  take_off(k, cpu, p, DEQUEUE_SAVE | DEQUEUE_MOVE | DEQUEUE_NOCLOCK);
  task_change_group_fair(k, p, tg);
  put_back(k, cpu, p, ENQUEUE_RESTORE | ENQUEUE_MOVE | ENQUEUE_NOCLOCK);
  // The running task may now belong to a throttled group: it must not go on.
  if (running) {
    k.rq.need_resched[cpu] = 1;
    if (cpu !== k.g.this_cpu[0]) k.hw.send_reschedule(cpu);
  }
}
