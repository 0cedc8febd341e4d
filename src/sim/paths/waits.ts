import { TASK_DEAD } from '../kernel/constants.js';
import { try_to_wake_up } from '../kernel/core/wakeup.js';
import { finishFork } from './forking.js';
import type { Machine } from '../machine.js';
import { interruptible } from './search.js';
import { Source } from '../engine/slots.js';
import { finishWakeUp } from './woken.js';

/*
 * Waits that a timer ends if nothing else does, and what ends all waits of a task.
 */

/** Task `p` waits in the queue `row` of the machine's SyncObjects until its timer goes off. */
export function waitInTime(m: Machine, p: number, row: number): void {
  m.sync.enqueue(row, p);
  m.t.timedOn[p] = row;
}

/** Task `p` has left the queue that it waited in: where that was for a time, its timer is no longer needed. */
export function endTimedWait(m: Machine, p: number): void {
  if (m.t.timedOn[p] === -1) return;
  m.t.timedOn[p] = -1;
  m.queue.cancel(m.slots.of(Source.TASK_TIMER, p));
}

/** Where task `p` waited in a queue until its timer went off, it does so no more. */
function waitIsOver(m: Machine, p: number): void {
  const row = m.t.timedOn[p]!;
  if (row === -1) return;
  m.t.timedOn[p] = -1;
  m.sync.leave(row, p);
}

/** The timer of task `p`, an interrupt on the CPU that it was on last. */
export function timerGoesOff(m: Machine, p: number): void {
  const { k, queue, slots } = m;
  const cpu = k.task.cpu[p]!;
  const ready = interruptible(m, cpu);
  if (ready > k.g.now[0]!) {
    m.timers.setLatest(p, ready);
    return;
  }
  m.enter(cpu);
  k.in_task = false;
  waitIsOver(m, p);
  try_to_wake_up(k, p, 0);
  k.in_task = true;
  // It is one interrupt: what its first wake-up asks for comes after the last.
  if (m.timers.goOn(cpu) && k.rq.need_resched[cpu] !== 0) queue.cancel(slots.ofCpu(Source.RESCHED, cpu));
  m.leave(cpu);
}

/** Every child of `parent` that is alive goes on at operation `pc` as soon as it runs, and is woken where it sleeps. */
export function killChildren(m: Machine, parent: number, pc: number): void {
  const { k, t, queue, slots } = m;
  const ordinal = t.ordinal[parent]!;
  for (let p = 0; p < m.population.rows; p++) {
    if (t.parent[p] !== parent || t.parentOrdinal[p] !== ordinal || k.task.state[p] === TASK_DEAD) continue;
    finishWakeUp(m, p);
    finishFork(m, p);
    t.wakeStage[p] = 0;
    t.pc[p] = pc;
    t.work[p] = 0;
    t.joining[p] = 0;
    const timer = slots.of(Source.TASK_TIMER, p);
    if (queue.pending(timer)) queue.cancel(timer);
    t.timedOn[p] = -1;
    t.drawn[p] = -1;
    t.inKernel[p] = 0;
    t.relocks[p] = 0;
    const condition = m.sync.hasRun(p);
    if (condition !== -1) {
      for (let q = m.sync.dequeue(m.sync.closingOf(condition)); q !== -1; q = m.sync.dequeue(m.sync.closingOf(condition))) {
        try_to_wake_up(k, q, 0);
      }
    }
    m.sync.forget(p);
    try_to_wake_up(k, p, 0);
    if (t.leaving[p] !== 0) continue;
    const burst = slots.ofCpu(Source.BURST, k.task.cpu[p]!);
    if (k.task.on_cpu[p] !== 0 && queue.pending(burst)) queue.schedule(burst, m.interrupts.present() + k.cost.ipi_delay);
  }
}
