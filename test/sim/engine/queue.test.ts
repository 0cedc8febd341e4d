import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../../src/sim/engine/queue.js';
import { Arena } from '../../../src/sim/kernel/state/arena.js';
import { type Draw, repeat, same } from '../../reference/draw.js';

const N = 200_000;
const SLOTS = 37;

interface Event {
  readonly slot: number;
  readonly time: number;
  readonly order: number;
}

/** The events pending, kept sorted by (time, order). */
class Sorted {
  readonly events: Event[] = [];

  add(event: Event): void {
    this.remove(event.slot);
    let at = this.events.length;
    while (at > 0 && before(event, this.events[at - 1]!)) at--;
    this.events.splice(at, 0, event);
  }

  remove(slot: number): void {
    const at = this.events.findIndex((event) => event.slot === slot);
    if (at >= 0) this.events.splice(at, 1);
  }
}

function before(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

function compare(queue: EventQueue, sorted: Sorted): void {
  same('size', queue.size, BigInt(sorted.events.length));
  if (sorted.events.length > 0) same('first', queue.first(), BigInt(sorted.events[0]!.slot));
}

/** The heap holds what is pending, and nothing in it comes before what is above it. */
function checkHeap(queue: EventQueue, sorted: Sorted): void {
  const slots = sorted.events.map(({ slot }) => slot);
  const heap = slots.map((_, place) => queue.at(place));
  if (new Set(heap).size !== slots.length || heap.some((slot) => !slots.includes(slot))) throw new Error(`heap ${heap.join()}, reference ${slots.join()}`);
  heap.forEach((slot, place) => {
    if (place > 0 && !queue.isBefore(heap[(place - 1) >> 1]!, slot)) throw new Error(`place ${place} comes before what is above it`);
  });
}

/** Runs random operations on both; `schedule` is how an event is added to the queue and with which order. */
function check(seed: number, schedule: (queue: EventQueue, slot: number, time: number, draw: Draw) => number): void {
  const queue = new EventQueue(new Arena(), SLOTS);
  const sorted = new Sorted();
  let now = 0;
  repeat(N, seed, (draw, index) => {
    // Times of a crowd, so that ties are common; now and then a far one.
    const time = now + (draw.chance(5) ? draw.bits(50) : draw.below(8));
    const slot = draw.below(SLOTS);
    // The queue fills and empties by turns.
    const roll = draw.below(10) + (index % 4000 < 2000 ? 1 : -1);
    if (roll < 5) {
      sorted.add({ slot, time, order: schedule(queue, slot, time, draw) });
    } else if (roll < 6) {
      queue.cancel(slot);
      sorted.remove(slot);
    } else if (sorted.events.length > 0) {
      const first = sorted.events.shift()!;
      same('time', queue.time(queue.first()), BigInt(first.time));
      same('pop', queue.pop(), BigInt(first.slot));
      if (first.time < now + 1000) now = Math.max(now, first.time);
    }
    compare(queue, sorted);
    if (index % 50 === 0) checkHeap(queue, sorted);
    const pending = sorted.events.some((event) => event.slot === slot);
    if (queue.pending(slot) !== pending) throw new Error(`pending(${slot}): reference ${pending}`);
    if (pending) same('time', queue.time(slot), BigInt(sorted.events.find((event) => event.slot === slot)!.time));
  });
  while (sorted.events.length > 0) same('pop', queue.pop(), BigInt(sorted.events.shift()!.slot));
  expect(queue.size).toBe(0);
}

describe('the event queue equals a sorted array', () => {
  it('in order of scheduling at the same time', () => {
    let sequence = 0;
    check(181, (queue, slot, time) => {
      queue.schedule(slot, time);
      return sequence++;
    });
  });

  it('in an order of its own at the same time', () => {
    // As the ticks use it: the slot is the order.
    check(182, (queue, slot, time) => {
      queue.scheduleInOrder(slot, time, slot);
      return slot;
    });
  });

  it('takes a snapshot of the arena as its own', () => {
    const arena = new Arena();
    const queue = new EventQueue(arena, 4);
    queue.schedule(2, 5);
    queue.schedule(1, 5);
    const saved = arena.save();
    expect([queue.pop(), queue.pop()]).toEqual([2, 1]);
    queue.schedule(0, 1);
    arena.load(saved);
    queue.schedule(3, 5);
    expect([queue.pop(), queue.pop(), queue.pop()]).toEqual([2, 1, 3]);
  });
});
