import {
  CAUSE_WAKEUP,
  ENQUEUE_MIGRATED,
  ENQUEUE_NOCLOCK,
  ENQUEUE_WAKEUP,
  TASK_INTERRUPTIBLE,
  TASK_ON_RQ_QUEUED,
  TASK_RUNNING,
  TASK_UNINTERRUPTIBLE,
  TASK_WAKING,
  WF_MIGRATED,
  WF_TTWU,
} from '../constants.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { select_task_rq } from './select.js';
import { activate_task, check_preempt_curr, set_task_cpu } from './activate.js';
import { update_rq_clock } from './clock.js';

/**
 * The rest of a wake-up, once the task is queued.
 * @kernel kernel/sched/core.c ttwu_do_wakeup
 * @omits the wake-up hooks of other classes, and what only SIS_PROP reads
 */
function ttwu_do_wakeup(k: Kernel, cpu: number, p: number, wake_flags: number): void {
  const rq = k.rq;
  check_preempt_curr(k, cpu, p, wake_flags);
  k.task.state[p] = TASK_RUNNING;
  k.trace.sched_wakeup(p, cpu);
  k.charge_event();
  if (rq.idle_stamp[cpu] !== 0) update_avg_idle(k, cpu);
}

/**
 * A wake-up ends the idleness of a CPU.
 * @kernel kernel/sched/core.c ttwu_do_wakeup (its part on avg_idle)
 * @omits nothing
 */
export function update_avg_idle(k: Kernel, cpu: number): void {
  const rq = k.rq;
  const idle_stamp = rq.idle_stamp[cpu]!;
  // The CPU was idle: how long it stays so on average decides whether newly-idle balancing is worth its time.
  const limit = 2 * rq.max_idle_balance_cost[cpu]!;
  const average = update_avg(rq.avg_idle[cpu]!, rq.clock[cpu]! - idle_stamp);
  rq.avg_idle[cpu] = average > limit ? limit : average;
  rq.idle_stamp[cpu] = 0;
}

/**
 * A moving average in which a sample counts 1/8.
 * @kernel kernel/sched/sched.h update_avg
 * @omits nothing
 */
export function update_avg(average: number, sample: number): number {
  return average + Math.trunc((sample - average) / 8);
}

/**
 * @kernel kernel/sched/core.c ttwu_do_activate
 * @omits I/O wait accounting
 */
function ttwu_do_activate(k: Kernel, cpu: number, p: number, wake_flags: number): void {
  let flags = ENQUEUE_WAKEUP | ENQUEUE_NOCLOCK;
  if ((wake_flags & WF_MIGRATED) !== 0) flags |= ENQUEUE_MIGRATED;
  k.charge(k.cost.activate);
  activate_task(k, cpu, p, flags);
  ttwu_do_wakeup(k, cpu, p, wake_flags);
}

/**
 * Whether the wake-up is better finished by the target CPU itself: it is in another cache, or idle.
 * @kernel kernel/sched/core.c ttwu_queue_cond
 * @omits CPU hotplug
 */
export function ttwu_queue_cond(k: Kernel, p: number, cpu: number): boolean {
  const this_cpu = k.g.this_cpu[0]!;
  if (!k.mask.has(k.task.mask[p]!, cpu)) return false;
  if (k.rq.sd_llc_id[this_cpu] !== k.rq.sd_llc_id[cpu]) return true;
  return cpu !== this_cpu && k.rq.nr_running[cpu] === 0;
}

/**
 * Leaves the queueing to the CPU of task `p`, where that is better.
 * @returns whether it was
 * @kernel kernel/sched/core.c ttwu_queue_wakelist
 * @omits nothing
 */
export function ttwu_queue_wakelist(k: Kernel, p: number, wake_flags: number): boolean {
  if (!k.feat.TTWU_QUEUE || !ttwu_queue_cond(k, p, k.task.cpu[p]!)) return false;
  __ttwu_queue_wakelist(k, p, wake_flags);
  return true;
}

/**
 * @kernel kernel/sched/core.c __ttwu_queue_wakelist
 * @omits nothing
 */
function __ttwu_queue_wakelist(k: Kernel, p: number, wake_flags: number): void {
  const { rq, task } = k;
  const cpu = task.cpu[p]!;
  task.sched_remote_wakeup[p] = (wake_flags & WF_MIGRATED) !== 0 ? 1 : 0;
  rq.ttwu_pending[cpu] = 1;
  task.wake_next[p] = NIL;
  const tail = rq.wake_tail[cpu]!;
  rq.wake_tail[cpu] = p;
  if (tail === NIL) {
    rq.wake_head[cpu] = p;
    k.charge(k.cost.ipi_send);
    k.hw.send_ttwu(cpu);
  } else {
    task.wake_next[tail] = p;
  }
}

/**
 * Takes over the wake-ups that other CPUs have queued for this one. From now on nothing tells others of them until they
 * are on the queue: meanwhile a CPU that was idle looks as if it still were.
 * @returns whether there are any
 * @kernel kernel/sched/core.c sched_ttwu_pending (its beginning), kernel/smp.c __flush_smp_call_function_queue
 * @omits other work on the list
 */
export function take_wake_list(k: Kernel, cpu: number): boolean {
  const rq = k.rq;
  rq.wake_taken[cpu] = rq.wake_head[cpu]!;
  rq.wake_head[cpu] = NIL;
  rq.wake_tail[cpu] = NIL;
  rq.ttwu_pending[cpu] = 0;
  return rq.wake_taken[cpu] !== NIL;
}

/**
 * Queues the tasks that take_wake_list() has taken, in the order in which they came.
 * @kernel kernel/sched/core.c sched_ttwu_pending
 * @omits nothing
 */
export function sched_ttwu_pending(k: Kernel, cpu: number): void {
  const { rq, task } = k;
  let p = rq.wake_taken[cpu]!;
  rq.wake_taken[cpu] = NIL;
  update_rq_clock(k, cpu);
  while (p !== NIL) {
    const next = task.wake_next[p]!;
    task.wake_next[p] = NIL;
    ttwu_do_activate(k, cpu, p, task.sched_remote_wakeup[p] !== 0 ? WF_MIGRATED : 0);
    p = next;
  }
}

/**
 * How long the sleeping task `p` is still on its CPU, which is switching to another one, ns; ≤ 0: it is not.
 * @kernel kernel/sched/core.c try_to_wake_up (p->on_cpu), finish_task
 * @omits nothing
 */
export function time_on_cpu(k: Kernel, p: number): number {
  return k.task.off_cpu_at[p]! - k.present();
}

/** Whether the sleeping task `p` is on its CPU because that looks for tasks to pull, which takes until who knows when. */
export function isSearchedFor({ rq, task }: Kernel, p: number): boolean {
  const cpu = task.cpu[p]!;
  return rq.searching[cpu] !== 0 && rq.curr[cpu] === p;
}

/** What begin_wake_up() answers where nothing is left to do: the task was not asleep, or still on its queue. */
const NOT_ASLEEP = -2;
const WAKE_UP_DONE = -1;

/**
 * The first part of a wake-up, up to the choice of a CPU.
 * @param wake_flags 0 or WF_SYNC
 * @param searched what the search for a CPU takes beyond what belongs to every wake-up, ns
 * @returns the flags with which the task is to be queued (ttwu_queue_wakelist, else finish_wake_up), or one of the above
 * @kernel kernel/sched/core.c try_to_wake_up, ttwu_runnable
 * @omits spinning for the lock of the task's queue
 */
export function begin_wake_up(k: Kernel, p: number, wake_flags: number, searched = 0): number {
  const task = k.task;
  const state = task.state[p]!;
  if (state !== TASK_INTERRUPTIBLE && state !== TASK_UNINTERRUPTIBLE) return NOT_ASLEEP;
  k.trace.sched_waking(p, task.cpu[p]!, wake_flags);
  k.charge_event();

  if (task.on_rq[p] === TASK_ON_RQ_QUEUED) {
    // It has said that it will sleep but has not got round to it.
    const cpu = task.cpu[p]!;
    k.charge(k.cost.wakeup);
    update_rq_clock(k, cpu);
    ttwu_do_wakeup(k, cpu, p, wake_flags);
    return WAKE_UP_DONE;
  }

  task.state[p] = TASK_WAKING;
  const left = time_on_cpu(k, p);
  k.charge(k.cost.wakeup + searched);
  if (isSearchedFor(k, p)) {
    // Whether its CPU has pulled others already is of no account here: the waker would wait no longer than that takes.
    __ttwu_queue_wakelist(k, p, wake_flags);
    return WAKE_UP_DONE;
  }
  if (left > 0) {
    // Its CPU, which has nothing else to run, finishes the wake-up when the switch is over; else the waker spins till then.
    if (ttwu_queue_wakelist(k, p, wake_flags)) return WAKE_UP_DONE;
    k.charge(left);
  }
  const cpu = select_task_rq(k, p, task.wake_cpu[p]!, wake_flags | WF_TTWU);
  if (task.cpu[p] !== cpu) {
    wake_flags |= WF_MIGRATED;
    set_task_cpu(k, p, cpu, CAUSE_WAKEUP);
  }
  return wake_flags;
}

/**
 * The last part: puts the task on the queue of its CPU.
 * @param wake_flags what begin_wake_up() has returned
 * @kernel kernel/sched/core.c ttwu_queue
 * @omits nothing
 */
export function finish_wake_up(k: Kernel, p: number, wake_flags: number): void {
  const cpu = k.task.cpu[p]!;
  update_rq_clock(k, cpu);
  ttwu_do_activate(k, cpu, p, wake_flags);
}

/**
 * Wakes a sleeping task, all parts at once.
 * @param wake_flags 0 or WF_SYNC
 * @returns whether it slept
 * @kernel kernel/sched/core.c try_to_wake_up
 * @omits nothing
 */
export function try_to_wake_up(k: Kernel, p: number, wake_flags: number): boolean {
  const left = begin_wake_up(k, p, wake_flags);
  if (left === NOT_ASLEEP) return false;
  if (left !== WAKE_UP_DONE && !ttwu_queue_wakelist(k, p, left)) finish_wake_up(k, p, left);
  return true;
}
