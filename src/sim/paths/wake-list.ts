import { sched_ttwu_pending, take_wake_list } from '../kernel/core/wakeup.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Machine } from '../machine.js';
import { Source } from '../engine/slots.js';

/*
 * What a CPU does with the tasks that others have woken for it:
 *
 *     waker  ──┤ttwu_pending = 1, interrupt
 *     CPU         ├── taking ──┤──────── queueing ───────┤──────────
 *                              ttwu_pending = 0          tasks queued
 *                              looks idle, if it was     busy
 */

/** The parts of `activate` after which the interrupt takes the list, and the first task counts on the queue. */
const TAKEN = 0.36;
const QUEUED = 0.66;

/** How long after the interrupt the list is taken, ns. */
function takingTime({ cost }: Kernel): number {
  return Math.round(TAKEN * cost.activate);
}

/** How long after the interrupt a task gets on the queue, ns: its place has been recorded by then. */
function queueingTime({ cost }: Kernel): number {
  return Math.round(QUEUED * cost.activate) + cost.trace_event;
}

/**
 * How long after it has taken the list a CPU looks busy to others, ns. Where CPUs take turns, they see what it has done by the end of
 * its turn: the list taken in the one in which the interrupt came, the task queued in a later one.
 */
function unseenTime(k: Kernel): number {
  const turn = k.cost.ipi_turn;
  const unseen = queueingTime(k) - takingTime(k);
  return turn === 0 ? unseen : Math.floor(queueingTime(k) / turn) * turn;
}

/** `cpu` is interrupted at `time` ns because of wake-ups. Where CPUs take turns, it waits for its next one, half a turn on average. */
export function interruptToQueue(m: Machine, cpu: number, time: number): void {
  const turn = m.k.cost.ipi_turn;
  const due = time + takingTime(m.k);
  const taken = turn === 0 ? due : Math.ceil(Math.max(time, due - turn / 2) / turn) * turn;
  m.queue.schedule(m.slots.ofCpu(Source.TTWU, cpu), taken);
}

/** That interrupt takes the list: it takes a while until the tasks are queued, with interrupts off. */
export function beginQueueing(m: Machine, cpu: number): void {
  const { k, queue, slots } = m;
  const queued = slots.ofCpu(Source.TTWU_QUEUE, cpu);
  if (queue.pending(queued)) {
    interruptToQueue(m, cpu, queue.time(queued));
    return;
  }
  m.enter(cpu);
  if (take_wake_list(k, cpu)) {
    k.charge(queueingTime(k));
    queue.schedule(queued, m.interrupts.present() - queueingTime(k) + unseenTime(k));
  }
  m.leave(cpu);
}

/** The tasks get on the queue. What was spent beforehand lies in the past, so that time stamps are right. */
export function finishQueueing(m: Machine, cpu: number): void {
  m.enter(cpu);
  m.k.charge(-takingTime(m.k) - unseenTime(m.k));
  sched_ttwu_pending(m.k, cpu);
  m.leave(cpu);
}
