import {
  DEQUEUE_NOCLOCK,
  DEQUEUE_SLEEP,
  RQCF_ACT_SKIP,
  RQCF_REQ_SKIP,
  TASK_DEAD,
  TASK_RUNNING,
} from '../constants.js';
import { sched_balance_newidle } from '../balance/newidle.js';
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

/** What sched_switch shows for the stopper thread, which is no task of the model. */
export const STOPPER = -2;

/**
 * Takes the current task off the CPU and puts the next one on it.
 * @param preempt whether it is preempted: it then stays queued whatever its state
 * @returns the task that runs now, or NIL for the idle task
 * @kernel kernel/sched/core.c __schedule
 * @omits signals, core scheduling, other classes
 */
export function schedule(k: Kernel, cpu: number, preempt: boolean): number {
  const { rq, task } = k;
  const prev = rq.curr[cpu]!;
  rq.clock_update_flags[cpu] = (rq.clock_update_flags[cpu]! << 1) & (RQCF_REQ_SKIP | RQCF_ACT_SKIP);
  update_rq_clock(k, cpu);

  const prev_state = prev === NIL ? TASK_RUNNING : task.state[prev]!;
  if (prev !== NIL && !preempt && prev_state !== TASK_RUNNING) {
    k.charge(k.cost.dequeue);
    deactivate_task(k, cpu, prev, DEQUEUE_SLEEP | DEQUEUE_NOCLOCK);
  }
  k.charge(k.cost.schedule);

  const next = pick_next_task(k, cpu, prev);
  rq.need_resched[cpu] = 0;
  rq.clock_update_flags[cpu] = 0;
  if (next !== prev) switch_to(k, cpu, prev, prev_state, next);
  return next;
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
  if (prev !== NIL) task.off_cpu_at[prev] = k.present() + Math.round(SWITCHED * k.cost.context_switch);
  k.charge(k.cost.context_switch);
  if (prev !== NIL && prev_state === TASK_DEAD) finish_dead_task(k, prev);
}

/**
 * @kernel kernel/sched/core.c __pick_next_task
 * @kernel kernel/sched/fair.c pick_next_task_fair (its newly-idle part)
 * @omits other classes
 */
function pick_next_task(k: Kernel, cpu: number, prev: number): number {
  for (;;) {
    const next = pick_next_task_fair(k, cpu, prev);
    if (next !== NIL) return next;
    if (sched_balance_newidle(k, cpu) <= 0) break;
  }
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
  if (prev !== NIL) task.off_cpu_at[prev] = k.present() + Math.round(SWITCHED * k.cost.context_switch);
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
