import {
  CAUSE_AFFINITY,
  CAUSE_EXEC,
  DEQUEUE_NOCLOCK,
  DEQUEUE_SAVE,
  ENQUEUE_NOCLOCK,
  ENQUEUE_RESTORE,
  TASK_ON_RQ_QUEUED,
  TASK_WAKING,
  WF_EXEC,
} from '../constants.js';
import { set_next_task_fair } from '../fair/class.js';
import { dequeue_task_fair, enqueue_task_fair } from '../fair/enqueue.js';
import { put_prev_task_fair } from '../fair/pick.js';
import type { Kernel } from '../kernel.js';
import { select_task_rq_fair } from '../wakeup/select-rq.js';
import { activate_task, check_preempt_curr, deactivate_task, set_task_cpu } from './activate.js';
import { update_rq_clock } from './clock.js';

/**
 * The next CPU of a mask after the one that this CPU chose last, round and round.
 * @kernel lib/cpumask.c cpumask_any_and_distribute
 * @omits nothing
 */
function cpumask_any_distribute(k: Kernel, mask: number): number {
  const this_cpu = k.g.this_cpu[0]!;
  const prev = k.rq.distribute_cpu_mask_prev[this_cpu]!;
  for (let i = 1; i <= k.cpus; i++) {
    const cpu = (prev + i) % k.cpus;
    if (k.mask.has(mask, cpu)) {
      k.rq.distribute_cpu_mask_prev[this_cpu] = cpu;
      return cpu;
    }
  }
  return k.mask.first[mask]!;
}

/**
 * @kernel kernel/sched/core.c move_queued_task
 * @omits nothing
 */
function move_queued_task(k: Kernel, cpu: number, p: number, new_cpu: number, cause: number): void {
  deactivate_task(k, cpu, p, DEQUEUE_NOCLOCK);
  set_task_cpu(k, p, new_cpu, cause);
  update_rq_clock(k, new_cpu);
  activate_task(k, new_cpu, p, 0);
  check_preempt_curr(k, new_cpu, p, 0);
}

/**
 * sched_setaffinity(): gives a task another mask and, where its CPU is not in it, another CPU.
 * @param mask row of MaskTable, not empty
 * @kernel kernel/sched/core.c __set_cpus_allowed_ptr_locked, __do_set_cpus_allowed, affine_move_task
 * @omits migrate_disable, CPU hotplug
 */
export function set_cpus_allowed(k: Kernel, p: number, mask: number): void {
  const { task, rq } = k;
  if (task.mask[p] === mask) return;
  const cpu = task.cpu[p]!;
  update_rq_clock(k, cpu);
  const dest = cpumask_any_distribute(k, mask);
  const queued = task.on_rq[p] === TASK_ON_RQ_QUEUED;
  const running = rq.curr[cpu] === p;
  if (queued) dequeue_task_fair(k, cpu, p, DEQUEUE_SAVE | DEQUEUE_NOCLOCK);
  if (running) put_prev_task_fair(k, p);
  task.mask[p] = mask;
  if (queued) enqueue_task_fair(k, cpu, p, ENQUEUE_RESTORE | ENQUEUE_NOCLOCK);
  if (running) set_next_task_fair(k, cpu, p);

  if (k.mask.has(mask, cpu)) return;
  if (running || task.state[p] === TASK_WAKING) k.hw.queue_migration(p, dest);
  else if (queued) move_queued_task(k, cpu, p, dest, CAUSE_AFFINITY);
}

/**
 * execve(): a good moment to move a task, for its cache is of no more use.
 * @kernel kernel/sched/core.c sched_exec
 * @omits nothing
 */
export function sched_exec(k: Kernel, p: number): void {
  k.trace.sched_process_exec(p);
  k.charge_event();
  if (k.mask.weight[k.task.mask[p]!] === 1) return;
  const cpu = k.task.cpu[p]!;
  const dest = select_task_rq_fair(k, p, cpu, WF_EXEC);
  if (dest !== cpu) k.hw.queue_migration(p, dest);
}

/**
 * The stopper's part of a forced move: the task, preempted by the stopper, goes to `dest`.
 * Runs between stop_begin() and stop_done() of the task's CPU.
 * @kernel kernel/sched/core.c migration_cpu_stop, __migrate_task
 * @omits the completion that the caller waits for
 */
export function migration_cpu_stop(k: Kernel, cpu: number, p: number, dest: number): void {
  const task = k.task;
  if (task.cpu[p] !== cpu || !k.mask.has(task.mask[p]!, dest)) return;
  if (task.on_rq[p] === TASK_ON_RQ_QUEUED) {
    const cause = k.mask.has(task.mask[p]!, cpu) ? CAUSE_EXEC : CAUSE_AFFINITY;
    update_rq_clock(k, cpu);
    move_queued_task(k, cpu, p, dest, cause);
  } else {
    task.wake_cpu[p] = dest;
  }
}
