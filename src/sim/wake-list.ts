import { sched_ttwu_pending, take_wake_list } from './kernel/core/wakeup.js';
import type { Kernel } from './kernel/kernel.js';
import type { Machine } from './machine.js';
import { Source } from './slots.js';

/*
 * What a CPU does with the tasks that others have woken for it:
 *
 *     waker  ──┤ttwu_pending = 1, interrupt
 *     CPU         ├──────────── queueingTime ───────────┤──────────
 *                 ttwu_pending = 0                       tasks queued
 *                 looks idle to others, if it was        busy
 */

/** How long after the interrupt a task gets on the queue, ns: in the middle of `activate`, where its place is recorded, too. */
function queueingTime({ cost }: Kernel): number {
  return Math.floor(cost.activate / 2) + cost.trace_event;
}

/** The interrupt that tells `cpu` of wake-ups: it takes a while until the tasks are queued, with interrupts off. */
export function beginQueueing(m: Machine, cpu: number): void {
  const { k, queue, slots } = m;
  const queued = slots.ofCpu(Source.TTWU_QUEUE, cpu);
  if (queue.pending(queued)) {
    queue.schedule(slots.ofCpu(Source.TTWU, cpu), queue.time(queued));
    return;
  }
  m.enter(cpu);
  if (take_wake_list(k, cpu)) {
    k.charge(queueingTime(k));
    queue.schedule(queued, m.interrupts.present());
  }
  m.leave(cpu);
}

/** The tasks get on the queue. What was spent beforehand lies in the past, so that time stamps are right. */
export function finishQueueing(m: Machine, cpu: number): void {
  m.enter(cpu);
  m.k.charge(-queueingTime(m.k));
  sched_ttwu_pending(m.k, cpu);
  m.leave(cpu);
}
