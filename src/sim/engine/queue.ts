import type { Arena } from '../kernel/state/arena.js';

/**
 * The event queue: an indexed binary heap over a fixed set of slots.
 *
 * Every source of events (the tick of a CPU, the timer of a task) has one slot and at most one event pending. Events are
 * ordered by (time, sequence number), strictly, so a tie is broken by the order of scheduling and by nothing else.
 * Everything is in typed arrays of the arena: no allocation, and a snapshot of the arena is a snapshot of the queue.
 */
export class EventQueue {
  private readonly heap: Int32Array;
  /** Position in the heap by slot, −1 where nothing is pending. */
  private readonly position: Int32Array;
  private readonly times: Float64Array;
  private readonly sequence: Float64Array;
  /** [events pending, next sequence number] */
  private readonly counters: Float64Array;

  constructor(arena: Arena, slots: number) {
    this.heap = arena.i32(slots);
    this.position = arena.i32(slots, -1);
    this.times = arena.f64(slots);
    this.sequence = arena.f64(slots);
    this.counters = arena.f64(2);
  }

  /** Events pending. */
  get size(): number {
    return this.counters[0]!;
  }

  /** The slot of the next event. The queue must not be empty. */
  first(): number {
    return this.heap[0]!;
  }

  /** Time of the event in `slot`; meaningless where none is pending. */
  time(slot: number): number {
    return this.times[slot]!;
  }

  /** The slot at `place` of the heap, 0 … size − 1: those at 2·place + 1 and 2·place + 2 come after it. */
  at(place: number): number {
    return this.heap[place]!;
  }

  /** Whether the event of `slot` comes before that of `other`. */
  isBefore(slot: number, other: number): boolean {
    const time = this.times[slot]!;
    const otherTime = this.times[other]!;
    return time < otherTime || (time === otherTime && this.sequence[slot]! < this.sequence[other]!);
  }

  pending(slot: number): boolean {
    return this.position[slot]! >= 0;
  }

  /** Schedules the event of `slot` at `time`, instead of the one that may be pending there. */
  schedule(slot: number, time: number): void {
    this.scheduleInOrder(slot, time, this.counters[1]!++);
  }

  /**
   * The same with an order of its own among the events of the same time, lowest first. A queue is used either with
   * this or with `schedule`.
   */
  scheduleInOrder(slot: number, time: number, order: number): void {
    this.times[slot] = time;
    this.sequence[slot] = order;
    let at = this.position[slot]!;
    if (at < 0) {
      at = this.counters[0]!++;
      this.heap[at] = slot;
      this.position[slot] = at;
      this.up(at);
    } else {
      this.up(at);
      this.down(this.position[slot]!);
    }
  }

  /** Takes the event of `slot` out, if one is pending. */
  cancel(slot: number): void {
    const at = this.position[slot]!;
    if (at < 0) return;
    this.position[slot] = -1;
    const last = --this.counters[0]!;
    if (at === last) return;
    const moved = this.heap[last]!;
    this.heap[at] = moved;
    this.position[moved] = at;
    this.up(at);
    this.down(this.position[moved]!);
  }

  /** Takes the first event out and returns its slot. The queue must not be empty. */
  pop(): number {
    const slot = this.heap[0]!;
    this.position[slot] = -1;
    const last = --this.counters[0]!;
    if (last > 0) {
      const moved = this.heap[last]!;
      this.heap[0] = moved;
      this.position[moved] = 0;
      this.down(0);
    }
    return slot;
  }

  private up(at: number): void {
    const { heap, position, times, sequence } = this;
    const slot = heap[at]!;
    const time = times[slot]!;
    const order = sequence[slot]!;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = heap[parent]!;
      const otherTime = times[other]!;
      if (otherTime < time || (otherTime === time && sequence[other]! < order)) break;
      heap[at] = other;
      position[other] = at;
      at = parent;
    }
    heap[at] = slot;
    position[slot] = at;
  }

  private down(at: number): void {
    const { heap, position, times, sequence } = this;
    const size = this.counters[0]!;
    const slot = heap[at]!;
    const time = times[slot]!;
    const order = sequence[slot]!;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      let other = heap[child]!;
      let otherTime = times[other]!;
      const right = child + 1;
      if (right < size) {
        const rightSlot = heap[right]!;
        const rightTime = times[rightSlot]!;
        if (rightTime < otherTime || (rightTime === otherTime && sequence[rightSlot]! < sequence[other]!)) {
          child = right;
          other = rightSlot;
          otherTime = rightTime;
        }
      }
      if (time < otherTime || (time === otherTime && order < sequence[other]!)) break;
      heap[at] = other;
      position[other] = at;
      at = child;
    }
    heap[at] = slot;
    position[slot] = at;
  }
}
