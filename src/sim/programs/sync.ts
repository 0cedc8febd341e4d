import type { Arena } from '../kernel/state/arena.js';
import type { SimTaskTable } from './sim-tasks.js';
import type { Workload } from './program.js';

/** Values of a task's `relocks`: it waits for a mutex, or waits at a condition, of its own or one that others wait at, and will. */
export const HAS_WAITED = 1;
export const AT_SHARED_CONDITION = 2;

/**
 * The objects that tasks meet at: semaphores, mutexes, conditions and barriers. One row each, in this order; a row has
 * a count and a queue of waiting tasks, first come, first served. Waking is left to the caller.
 */
export class SyncObjects {
  /** First row of the mutexes, conditions and barriers; and of the queues of those who cannot signal a condition yet. */
  readonly mutex: number;
  readonly condition: number;
  readonly barrier: number;
  readonly closing: number;
  /** Semaphore: what can be taken. Mutex: 1 + the task that holds it, 0 while nobody does. Barrier: how many have come. */
  readonly count: Float64Array;
  /** Mutex: 1 where whoever gives it back wakes the first that waits, as far as it knows that somebody does. */
  readonly contended: Uint8Array;
  /** Barrier: when it was crossed last, ns. */
  readonly crossed: Float64Array;
  /** Condition: how many of its first waiters are one group; and how many that were woken of it have not run since. */
  private readonly group: Float64Array;
  private readonly signalled: Float64Array;
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
    this.closing = this.barrier + workload.barriers.length;
    const rows = this.closing + workload.conditions;
    this.count = arena.f64(rows);
    this.contended = arena.u8(rows);
    this.crossed = arena.f64(rows);
    this.group = arena.f64(rows);
    this.signalled = arena.f64(rows);
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
      if (row >= this.barrier && row < this.closing) this.count[row]!--;
      return;
    }
  }

  /** Takes task `p` out of the queue of `row`; false where it is not in it. */
  leave(row: number, p: number): boolean {
    let before = -1;
    let place = 0;
    for (let at = this.head[row]!; at !== -1; before = at, at = this.t.waitNext[at]!, place++) {
      if (at !== p) continue;
      if (place < this.group[row]!) this.group[row]!--;
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
    if (this.isGrouped(row, p)) {
      if (this.group[row]! > 0) this.group[row]!--;
      this.signalled[row]!++;
      this.t.signalledAt[p] = row;
    }
    return p;
  }

  /** Whether `p`, the first that waits at the condition `row`, does so as the C library has it, which a mutex goes with. */
  private isGrouped(row: number, p: number): boolean {
    return row >= this.condition && row < this.barrier && this.t.relocks[p] === AT_SHARED_CONDITION;
  }

  /**
   * Whether somebody may signal the condition `row` now. Its waiters are signalled by groups: whoever comes while there is a group
   * belongs to the next one. That one begins when all of the group have been signalled and have run since, and
   * who signals waits for this, holding what it holds.
   *
   *     signal  a ┤ b ┤ c d e     of group (a b): a, then b; for c it waits until both have run; then (c d e) is the group
   *
   * (__condvar_quiesce_and_switch_g1() of the GNU C library from 2.25 on, up to 2.40.)
   */
  maySignal(row: number): boolean {
    const first = this.head[row]!;
    if (first === -1 || this.group[row]! > 0 || !this.isGrouped(row, first)) return true;
    if (this.signalled[row]! > 0) return false;
    for (let p = first; p !== -1; p = this.t.waitNext[p]!) this.group[row]!++;
    return true;
  }

  /** How many waiters of the condition `row` are left of its group, if it has one. */
  leftOfGroup(row: number): number {
    return this.group[row]!;
  }

  /** The queue of those who wait until they may signal the condition `row`. */
  closingOf(row: number): number {
    return this.closing + row - this.condition;
  }

  /** Task `p`, which was woken at a condition, has run since: @returns that condition where it was the last that this was to be said of, or −1. */
  hasRun(p: number): number {
    const row = this.t.signalledAt[p]!;
    if (row === -1) return -1;
    this.t.signalledAt[p] = -1;
    return --this.signalled[row]! === 0 ? row : -1;
  }
}
