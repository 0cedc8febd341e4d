import { TASK_DEAD, TASK_INTERRUPTIBLE, TASK_UNINTERRUPTIBLE } from '../kernel/constants.js';
import type { KernelCosts } from '../kernel/config.js';
import type { Machine } from '../machine.js';

/*
 * How tasks block in the queues that they meet at, and how they get off their run queue. How others wake them: waking.ts.
 *
 *     task      ──┤ says that it sleeps ── wayOut ──┤ schedule() takes it off the queue ──┤ switch
 *     a waker      finds it on the queue:            finds it asleep: looks for a CPU,
 *                  it goes on where it is            puts it on a queue again
 */

/**
 * The way out in parts of what schedule() takes until the switch. With it, free runs of oversub, numa-oversub and oversub-c8-mc5
 * find as many woken tasks on their queue as the recordings do, 0.1 to 0.2 %.
 */
const WAY_OUT = 0.65;

/**
 * ns from when a task says that it sleeps until schedule() has its queue locked. A wake-up finds it on the queue meanwhile
 * and only takes back what it said; schedule() then leaves it there, and may pick it again.
 * @kernel kernel/sched/core.c __schedule (up to deactivate_task), ttwu_runnable
 * @omits the spinning of a waker that comes between the two, until the switch is over
 */
export function wayOut({ schedule, dequeue }: KernelCosts): number {
  return Math.round(WAY_OUT * (schedule + dequeue));
}

/** schedule() by task `p` of `cpu`, which has blocked. The dead are woken by nobody: how long they stay is of no account. */
export function block(m: Machine, cpu: number, p: number): void {
  const { k, t, wayOut: ns } = m;
  if (k.task.state[p] === TASK_DEAD) {
    m.reschedule(cpu, false);
    return;
  }
  t.leaving[p] = 1;
  k.charge(ns);
  if (ns === 0 || m.passes()) leaveQueue(m, cpu, p);
  else m.runFor(cpu, p, 0);
}

/**
 * Task `p` comes to where schedule() takes it off its queue, unless it has been woken; the time until then has passed. Where somebody has
 * the queue locked it waits for that.
 */
export function leaveQueue(m: Machine, cpu: number, p: number): void {
  const wait = m.locks.wait(cpu);
  if (wait > 0) {
    m.k.charge(wait);
    m.runFor(cpu, p, 0);
    return;
  }
  m.t.leaving[p] = 0;
  m.reschedule(cpu, false);
}

/** Task `p` blocks at the end of the queue `row` of the machine's SyncObjects. */
export function blockOn(m: Machine, p: number, row: number): void {
  m.sync.enqueue(row, p);
  m.k.task.state[p] = row >= m.sync.mutex && row < m.sync.condition ? TASK_UNINTERRUPTIBLE : TASK_INTERRUPTIBLE;
}
