import {
  DEQUEUE_NOCLOCK,
  DEQUEUE_SLEEP,
  RQCF_ACT_SKIP,
  RQCF_REQ_SKIP,
  TASK_DEAD,
  TASK_RUNNING,
} from '../constants.js';
import { begin_newidle, continue_newidle, sched_balance_newidle, SEARCHING } from '../balance/newidle.js';
import { pick_next_task_fair, put_prev_task_fair } from '../fair/pick.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { update_idle_core } from '../wakeup/idle-core.js';
import { deactivate_task } from './activate.js';
import { update_idle_rq_clock_pelt, update_rq_clock } from './clock.js';
import { finish_dead_task } from './fork.js';
import { add_nr_running, sub_nr_running } from './nr-running.js';

/**
 * The part of `context_switch` after which others see that a task is off its CPU. On recordings of hackbench half of the wake-ups
 * that come 0.25 µs after the record of the switch, which takes 0.6 to 1 µs, still find it there.
 */
const SWITCHED = 0.2;

/**
 * Parts of `schedule` that come after newly-idle balancing: of recordings the median time from its record to the switch, less a trace
 * event (to the idle task 951 to 977 ns, to a task that was pulled 1368: oversub-c8-mc5, numa-oversub, forkjoin, reqresp).
 */
const BEHIND_IDLE = 0.36;
const BEHIND_TASK = 0.81;

/** What sched_switch shows for the stopper thread, which is no task of the model. */
export const STOPPER = -2;

/**
 * Takes the current task off the CPU and puts the next one on it.
 * @param preempt whether it is preempted: it then stays queued whatever its state
 * @returns the task that runs now, NIL for the idle task; or UNDER_WAY where a task has blocked and newly-idle balancing has begun: then
 *   go_on_scheduling() is to follow when the time has passed that is charged
 * @kernel kernel/sched/core.c __schedule
 * @omits signals, core scheduling, other classes
 */
export function schedule(k: Kernel, cpu: number, preempt: boolean): number {
  const { rq, task } = k;
  const prev = rq.curr[cpu]!;
  rq.clock_update_flags[cpu] = (rq.clock_update_flags[cpu]! << 1) & (RQCF_REQ_SKIP | RQCF_ACT_SKIP);
  update_rq_clock(k, cpu);

  const prev_state = prev === NIL ? TASK_RUNNING : task.state[prev]!;
  const blocked = prev !== NIL && !preempt && prev_state !== TASK_RUNNING;
  if (blocked) {
    k.charge(k.cost.dequeue);
    deactivate_task(k, cpu, prev, DEQUEUE_SLEEP | DEQUEUE_NOCLOCK);
  }
  k.charge(k.cost.schedule - behind(k, NIL));

  const next = pick_next_task(k, cpu, prev, blocked);
  if (next === UNDER_WAY) rq.search_prev_state[cpu] = prev_state;
  else leave_schedule(k, cpu, prev, prev_state, next);
  return next;
}

/** What schedule() answers where it is not over: its CPU looks for tasks to pull. */
export const UNDER_WAY = -3;

/**
 * Goes on with schedule() of a task that has blocked, where that is under way.
 * @returns as schedule()
 * @kernel kernel/sched/core.c __schedule
 * @omits nothing
 */
export function go_on_scheduling(k: Kernel, cpu: number): number {
  const prev = k.rq.curr[cpu]!;
  const pulled = continue_newidle(k, cpu);
  if (pulled === SEARCHING) return under_way(k, prev);
  const prev_state = k.rq.search_prev_state[cpu]!;
  let next = pulled > 0 ? pick_next_task(k, cpu, prev, true) : NIL;
  if (next === UNDER_WAY) return next;
  if (pulled <= 0) next = go_idle(k, cpu, prev);
  else k.charge(behind(k, next) - behind(k, NIL));
  leave_schedule(k, cpu, prev, prev_state, next);
  return next;
}

/**
 * What schedule() takes after newly-idle balancing until the switch, ns.
 * @param next NIL for the idle task
 */
function behind({ cost }: Kernel, next: number): number {
  return Math.round((next === NIL ? BEHIND_IDLE : BEHIND_TASK) * cost.schedule);
}

/** Until the search is over, `prev` is on its CPU: at least until the next domain. */
function under_way(k: Kernel, prev: number): number {
  k.task.off_cpu_at[prev] = k.present() + 2 * k.cost.trace_event + behind(k, NIL) + switched(k);
  return UNDER_WAY;
}

/** How long a switch takes until the task before is off its CPU, ns. */
function switched({ cost }: Kernel): number {
  return Math.round(SWITCHED * cost.context_switch);
}

/** The end of schedule(). */
function leave_schedule(k: Kernel, cpu: number, prev: number, prev_state: number, next: number): void {
  k.rq.need_resched[cpu] = 0;
  k.rq.clock_update_flags[cpu] = 0;
  if (next !== prev) switch_to(k, cpu, prev, prev_state, next);
}

/** The switch itself: who is current, and what is told of it. */
function switch_to(k: Kernel, cpu: number, prev: number, prev_state: number, next: number): void {
  const { rq, task } = k;
  rq.nr_switches[cpu]!++;
  rq.curr[cpu] = next;
  if (prev !== NIL) task.on_cpu[prev] = 0;
  if (next !== NIL) task.on_cpu[next] = 1;
  else rq.idle_from[cpu] = k.present();
  k.trace.sched_switch(cpu, prev, prev_state, next);
  k.charge_event();
  if (prev !== NIL) task.off_cpu_at[prev] = k.present() + switched(k);
  k.charge(k.cost.context_switch);
  if (prev !== NIL && prev_state === TASK_DEAD) finish_dead_task(k, prev);
}

/**
 * @param inTime newly-idle balancing takes its time: UNDER_WAY is answered where there is any
 * @kernel kernel/sched/core.c __pick_next_task
 * @kernel kernel/sched/fair.c pick_next_task_fair (its newly-idle part)
 * @omits other classes
 */
function pick_next_task(k: Kernel, cpu: number, prev: number, inTime: boolean): number {
  for (;;) {
    const next = pick_next_task_fair(k, cpu, prev);
    if (next !== NIL) {
      k.charge(behind(k, NIL));
      return next;
    }
    const pulled = inTime ? begin_newidle(k, cpu) : sched_balance_newidle(k, cpu);
    if (pulled === SEARCHING) return under_way(k, prev);
    if (pulled <= 0) return go_idle(k, cpu, prev);
  }
}

/** The idle task is next. */
function go_idle(k: Kernel, cpu: number, prev: number): number {
  k.charge(behind(k, NIL));
  if (prev !== NIL) put_prev_task_fair(k, prev);
  set_next_task_idle(k, cpu);
  return NIL;
}

/**
 * @kernel kernel/sched/idle.c set_next_task_idle
 * @omits nothing
 */
function set_next_task_idle(k: Kernel, cpu: number): void {
  update_idle_core(k, cpu);
  update_idle_rq_clock_pelt(k, cpu);
}

/**
 * The stopper thread takes the CPU. It counts as running until `stop_done`.
 * @kernel kernel/sched/core.c __schedule, put_prev_task_balance
 * @kernel kernel/sched/stop_task.c enqueue_task_stop
 * @omits the time between the stopper's wake-up and its first instruction
 */
export function stop_begin(k: Kernel, cpu: number): void {
  const { rq, task } = k;
  const prev = rq.curr[cpu]!;
  rq.clock_update_flags[cpu] = (rq.clock_update_flags[cpu]! << 1) & (RQCF_REQ_SKIP | RQCF_ACT_SKIP);
  update_rq_clock(k, cpu);
  add_nr_running(k, cpu, 1);
  const prev_state = prev === NIL ? TASK_RUNNING : task.state[prev]!;
  if (prev !== NIL) {
    // It was in schedule() already.
    if (prev_state !== TASK_RUNNING) deactivate_task(k, cpu, prev, DEQUEUE_SLEEP | DEQUEUE_NOCLOCK);
    put_prev_task_fair(k, prev);
    task.on_cpu[prev] = 0;
  }
  rq.need_resched[cpu] = 0;
  rq.clock_update_flags[cpu] = 0;
  rq.nr_switches[cpu]!++;
  rq.curr[cpu] = NIL;
  rq.stop_running[cpu] = 1;
  k.charge(k.cost.schedule);
  k.trace.sched_switch(cpu, prev, prev_state, STOPPER);
  k.charge_event();
  if (prev !== NIL) task.off_cpu_at[prev] = k.present() + switched(k);
  k.charge(k.cost.context_switch + k.cost.stopper);
}

/**
 * The stopper thread sleeps again and the next task gets the CPU.
 * @returns the task that runs now, or NIL for the idle task
 * @kernel kernel/sched/core.c __schedule, put_prev_task_balance
 * @omits other classes
 */
export function stop_done(k: Kernel, cpu: number): number {
  const { rq, task } = k;
  update_rq_clock(k, cpu);
  sub_nr_running(k, cpu, 1);
  // The stop class is above all others: the balance callbacks come first, then the classes in order.
  if (rq.nr_running[cpu] === 0) sched_balance_newidle(k, cpu);
  const next = pick_next_task_fair(k, cpu, NIL);
  if (next === NIL) set_next_task_idle(k, cpu);
  rq.stop_running[cpu] = 0;
  rq.need_resched[cpu] = 0;
  rq.clock_update_flags[cpu] = 0;
  rq.nr_switches[cpu]!++;
  rq.curr[cpu] = next;
  if (next !== NIL) task.on_cpu[next] = 1;
  k.charge(k.cost.schedule);
  if (next === NIL) rq.idle_from[cpu] = k.present();
  k.trace.sched_switch(cpu, STOPPER, TASK_RUNNING, next);
  k.charge_event();
  k.charge(k.cost.context_switch);
  return next;
}
