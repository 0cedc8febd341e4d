import { DEQUEUE_SLEEP, ENQUEUE_MIGRATED, TASK_ON_RQ_MIGRATING, TASK_ON_RQ_QUEUED } from '../constants.js';
import { migrate_task_rq_fair } from '../fair/class.js';
import { dequeue_task_fair, enqueue_task_fair } from '../fair/enqueue.js';
import { check_preempt_wakeup } from '../fair/preempt.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { rq_clock_skip_update } from './clock.js';
import { __set_task_cpu } from './task-rq.js';

/**
 * Asks `cpu` to call schedule(): at once where the code runs there, else by an interrupt.
 * @kernel kernel/sched/core.c resched_curr
 * @omits TIF_POLLING_NRFLAG (an idle CPU always gets the interrupt)
 */
export function resched_curr(k: Kernel, cpu: number): void {
  if (k.rq.need_resched[cpu] !== 0) return;
  k.rq.need_resched[cpu] = 1;
  if (cpu === k.g.this_cpu[0]) return;
  k.charge(k.cost.ipi_send);
  k.hw.send_reschedule(cpu);
}

/**
 * A task has become runnable on `cpu`: should it run instead of the current one?
 * @kernel kernel/sched/core.c check_preempt_curr
 * @omits classes other than fair, idle and stop
 */
export function check_preempt_curr(k: Kernel, cpu: number, p: number, wake_flags: number): void {
  const rq = k.rq;
  const curr = rq.curr[cpu]!;
  if (curr !== NIL) {
    check_preempt_wakeup(k, cpu, p, wake_flags);
    k.charge_event();
  } else if (rq.stop_running[cpu] === 0) {
    resched_curr(k, cpu);
  }
  // A schedule() is about to follow; it need not read the clock again. The idle task always counts as queued.
  const queued = curr === NIL ? rq.stop_running[cpu] === 0 : k.task.on_rq[curr] === TASK_ON_RQ_QUEUED;
  if (queued && rq.need_resched[cpu] !== 0) rq_clock_skip_update(k, cpu);
}

/**
 * @param flags ENQUEUE_*
 * @kernel kernel/sched/core.c activate_task
 * @omits nothing
 */
export function activate_task(k: Kernel, cpu: number, p: number, flags: number): void {
  if (k.task.on_rq[p] === TASK_ON_RQ_MIGRATING) flags |= ENQUEUE_MIGRATED;
  enqueue_task_fair(k, cpu, p, flags);
  k.task.on_rq[p] = TASK_ON_RQ_QUEUED;
}

/**
 * @param flags DEQUEUE_*
 * @kernel kernel/sched/core.c deactivate_task
 * @omits nothing
 */
export function deactivate_task(k: Kernel, cpu: number, p: number, flags: number): void {
  k.task.on_rq[p] = (flags & DEQUEUE_SLEEP) !== 0 ? 0 : TASK_ON_RQ_MIGRATING;
  dequeue_task_fair(k, cpu, p, flags);
}

/**
 * Moves a task that is on no queue to another CPU.
 * @param cause CAUSE_*, for the record
 * @kernel kernel/sched/core.c set_task_cpu
 * @omits nothing
 */
export function set_task_cpu(k: Kernel, p: number, new_cpu: number, cause: number): void {
  const from = k.task.cpu[p]!;
  if (from !== new_cpu) {
    k.trace.sched_migrate_task(p, from, new_cpu, cause);
    k.charge_event();
    migrate_task_rq_fair(k, p);
    k.se.nr_migrations[p]!++;
  }
  __set_task_cpu(k, p, new_cpu);
}
