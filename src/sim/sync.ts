import type { Arena } from './kernel/state/arena.js';
import type { SimTaskTable } from './sim-tasks.js';
import type { Workload } from './program.js';

/**
 * The objects that tasks meet at: semaphores, mutexes, conditions and barriers. One row each, in this order; a row has
 * a count and a queue of waiting tasks, first come, first served. Waking is left to the caller.
 */
export class SyncObjects {
  /** First row of the mutexes, conditions and barriers. */
  readonly mutex: number;
  readonly condition: number;
  readonly barrier: number;
  /** Semaphore: what can be taken. Mutex: 1 + the task that holds it, 0 while nobody does. Barrier: how many have come. */
  readonly count: Float64Array;
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  private readonly sizes: Float64Array;

  constructor(
    arena: Arena,
    private readonly t: SimTaskTable,
    workload: Workload,
  ) {
    this.mutex = workload.semaphores.length;
    this.condition = this.mutex + workload.mutexes;
    this.barrier = this.condition + workload.conditions;
    const rows = this.barrier + workload.barriers.length;
    this.count = arena.f64(rows);
    this.head = arena.i32(rows, -1);
    this.tail = arena.i32(rows, -1);
    this.sizes = Float64Array.from(workload.barriers);
    workload.semaphores.forEach((count, row) => {
      this.count[row] = count;
    });
  }

  /** How many tasks barrier `b` counts. */
  size(b: number): number {
    return this.sizes[b]!;
  }

  /** Puts task `p` at the end of the queue of `row`. */
  enqueue(row: number, p: number): void {
    const tail = this.tail[row]!;
    this.t.waitNext[p] = -1;
    if (tail === -1) this.head[row] = p;
    else this.t.waitNext[tail] = p;
    this.tail[row] = p;
  }

  /** The first task that waits at `row`, or −1. */
  first(row: number): number {
    return this.head[row]!;
  }

  /** Task `p` waits no more, wherever it did. */
  forget(p: number): void {
    for (let row = 0; row < this.head.length; row++) {
      if (!this.leave(row, p)) continue;
      // A barrier counts those who have come.
      if (row >= this.barrier) this.count[row]!--;
      return;
    }
  }

  /** Takes task `p` out of the queue of `row`; false where it is not in it. */
  leave(row: number, p: number): boolean {
    let before = -1;
    for (let at = this.head[row]!; at !== -1; before = at, at = this.t.waitNext[at]!) {
      if (at !== p) continue;
      const next = this.t.waitNext[p]!;
      if (before === -1) this.head[row] = next;
      else this.t.waitNext[before] = next;
      if (next === -1) this.tail[row] = before;
      this.t.waitNext[p] = -1;
      return true;
    }
    return false;
  }

  /** Takes the first waiting task of `row`, or −1. */
  dequeue(row: number): number {
    const p = this.head[row]!;
    if (p === -1) return -1;
    const next = this.t.waitNext[p]!;
    this.head[row] = next;
    if (next === -1) this.tail[row] = -1;
    this.t.waitNext[p] = -1;
    return p;
  }
}
