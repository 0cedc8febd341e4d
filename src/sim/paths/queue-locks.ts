import type { Kernel } from '../kernel/kernel.js';

const FREE = -1;

/**
 * Run queues that wake-ups from other CPUs have locked. Who wakes a task queues it with the queue's lock held, from its look at the
 * clock to its record of the wake-up (ttwu_queue(), ttwu_do_activate()), and schedule() and other wakers wait for that:
 *
 *     waker            ──┤ locks ─── queues, compares, records ───┤ unlocks
 *     task of the CPU       blocks ─┤ schedule() waits ·············┤ finds the woken task queued, and picks it
 */
export class QueueLocks {
  /** Until when the queue of each CPU is locked, ns; FREE: it is not. */
  private readonly until: Float64Array;

  constructor(private readonly k: Kernel) {
    this.until = k.arena.f64(k.cpus, FREE);
  }

  /** Who has waited for the queue of `cpu` has it until the present, which lies ahead by what has been charged. */
  lock(cpu: number): void {
    this.until[cpu] = this.k.present();
  }

  /** A wake-up is through with the queue of `cpu`; it is free unless the next one has it already. */
  unlock(cpu: number): void {
    if (this.until[cpu]! <= this.k.g.now[0]!) this.until[cpu] = FREE;
  }

  /** When who comes for the queue of `cpu` now gets it, ns from now: after what is done with it at the end. */
  wait(cpu: number): number {
    const left = this.until[cpu]! - this.k.present();
    return left < 0 ? 0 : left + 1;
  }
}
