import { begin_softirq, continue_rebalance } from '../kernel/balance/rebalance.js';
import { NIL } from '../kernel/state/table.js';
import type { Machine } from '../machine.js';
import { searches } from './search.js';
import { Source } from '../engine/slots.js';

/*
 * The SCHED softirq of a CPU balances its domains, one after the other, and each takes its time, with no queue locked:
 *
 *     statistics, busiest queue ────┤ its lock, moves ── statistics ────┤ …
 *     others         a move in between leaves less to move ▲
 *
 * Interrupts are on, but the CPU does not call schedule(), and its task does not go on, before the softirq is over. Where nothing else
 * happens meanwhile, no event is made of it.
 */

/** Whether `cpu` is within its SCHED softirq. */
export function inSoftirq(m: Machine, cpu: number): boolean {
  return m.k.rebalance.under_way[cpu] !== 0;
}

/**
 * What an event of `source` has to wait for, which is a CPU's (other events never wait): with interrupts off everything does, in a softirq
 * what is done by tasks, and another softirq.
 * @returns the source of that, or NIL
 */
export function waitsFor(m: Machine, source: Source, cpu: number): number {
  if (source >= Source.PER_CPU) return NIL;
  if (source !== Source.SEARCH && searches(m, cpu)) return Source.SEARCH;
  if (!inSoftirq(m, cpu) || source === Source.SOFTIRQ) return NIL;
  return source === Source.RESCHED || source === Source.TTWU || source === Source.TTWU_QUEUE ? NIL : Source.SOFTIRQ;
}

/** The SCHED softirq of `cpu` begins, or goes on: what it has charged so far has passed. */
export function balanceDomains(m: Machine, cpu: number): void {
  const { k, queue, slots } = m;
  m.enter(cpu);
  let over = inSoftirq(m, cpu) ? continue_rebalance(k) : begin_softirq(k, cpu) || continue_rebalance(k);
  while (!over) {
    m.putOff(cpu);
    if (k.g.charged[0]! > 0 && !m.passes()) {
      queue.schedule(slots.ofCpu(Source.SOFTIRQ, cpu), m.interrupts.present());
      k.g.charged[0] = 0;
      return;
    }
    over = continue_rebalance(k);
  }
  m.goIdleLoop(cpu);
  m.leave(cpu);
}
