import { go_on_scheduling, UNDER_WAY } from '../kernel/core/schedule.js';
import { NIL } from '../kernel/state/table.js';
import type { Machine } from '../machine.js';
import { Source } from '../engine/slots.js';

/*
 * Newly-idle balancing takes its time, during which its CPU is in schedule() with interrupts off and its queue is not locked:
 *
 *     task  ──┤blocks ─ newidle_base ─┤ a domain ───┤ the next one ───┤ switch
 *     others       a wake-up that comes meanwhile ends the search ▲    ├ what has been sent to the CPU is taken
 *
 * Where nothing else happens meanwhile, no event is made of it.
 */

/** Whether `cpu` is in schedule() and looks for tasks to pull. */
export function searches(m: Machine, cpu: number): boolean {
  return m.k.rq.searching[cpu] !== 0;
}

/** schedule() on `cpu` has begun to look; what it has charged so far has to pass. */
export function beginSearch(m: Machine, cpu: number): void {
  if (m.passes()) goOnSearching(m, cpu);
  else later(m, cpu);
}

/** `cpu` goes on looking: what it has charged so far has passed. */
export function goOnSearching(m: Machine, cpu: number): void {
  const prev = m.k.rq.curr[cpu]!;
  for (;;) {
    const next = go_on_scheduling(m.k, cpu);
    if (next !== UNDER_WAY) {
      through(m, cpu, prev, next);
      return;
    }
    if (!m.passes()) {
      later(m, cpu);
      return;
    }
  }
}

/** What `cpu` still has to do in schedule() is done at once: its tick is due. */
export function endSearch(m: Machine, cpu: number): void {
  const prev = m.k.rq.curr[cpu]!;
  m.queue.cancel(m.slots.ofCpu(Source.SEARCH, cpu));
  m.enter(cpu);
  let next = UNDER_WAY;
  while (next === UNDER_WAY) next = go_on_scheduling(m.k, cpu);
  through(m, cpu, prev, next);
  m.proceed(cpu);
}

/** From when on `cpu` can be interrupted, ns, where it is in schedule() and that is known or has been; else 0. */
export function interruptible(m: Machine, cpu: number): number {
  if (searches(m, cpu)) return m.queue.time(m.slots.ofCpu(Source.SEARCH, cpu));
  return m.k.rq.curr[cpu] === NIL ? m.interrupts.from[cpu]! : 0;
}

function later(m: Machine, cpu: number): void {
  m.queue.schedule(m.slots.ofCpu(Source.SEARCH, cpu), m.interrupts.present());
  m.k.g.charged[0] = 0;
}

/** schedule() is over. What has come for a CPU that goes idle is taken when it is there. */
function through(m: Machine, cpu: number, prev: number, next: number): void {
  const { queue, slots } = m;
  m.switched(cpu, prev, next);
  if (next !== NIL) return;
  const from = m.interrupts.from[cpu]!;
  for (let source = Source.RESCHED; source <= Source.NOHZ; source++) {
    const slot = slots.ofCpu(source, cpu);
    if (queue.pending(slot) && queue.time(slot) < from) queue.schedule(slot, from);
  }
}
