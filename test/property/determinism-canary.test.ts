import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../src/sim/engine/queue.js';
import { Simulation } from '../../src/sim/simulation.js';
import type { RunOptions, RunResult } from '../../src/sim/run-types.js';
import { Arena } from '../../src/sim/kernel/state/arena.js';
import { optionsOf, MS, workload } from '../support/scenarios.js';

/*
 * A check that cannot fail shows nothing. Here the order of events of the same time is left to a data structure whose
 * order is not that of scheduling: the comparison of hashes must notice.
 */

/**
 * Makes a queue break ties by the order in which the slots stand in a Set that is shuffled first, instead of by the order
 * of scheduling: what an engine would do that iterated over something unordered.
 */
function shuffleTies(queue: EventQueue, slots: number, salt: number): void {
  const order = new Set<number>();
  for (let i = 0, slot = salt % slots; i < slots; i++, slot = (slot + 7919) % slots) order.add(slot);
  for (let slot = 0; slot < slots; slot++) order.add(slot);
  const rank = new Map([...order].map((slot, i) => [slot, i]));
  const inOrder = queue.scheduleInOrder.bind(queue);
  queue.schedule = (slot, time): void => inOrder(slot, time, rank.get(slot)!);
}

/** Sixteen tasks that all wake up at the same moments. */
function tied(): RunOptions {
  const work = workload(8, (s) => {
    for (let i = 0; i < 16; i++) {
      s.task(`t${i}`, (p) => p.forever(() => {
        p.timer(1 * MS, 0, 'absolute');
        p.run(50_000 + 20_000 * (i % 5));
      }));
    }
  });
  return optionsOf({ profile: 'pvt8c', workload: work, durationNs: 50 * MS });
}

function runWith(options: RunOptions, salt: number | null): RunResult {
  const sim = new Simulation(options);
  if (salt !== null) {
    const slots = (sim.machine as unknown as { slots: { total: number } }).slots.total;
    shuffleTies(sim.machine.queue, slots, salt);
  }
  return sim.run();
}

/** The first checkpoint that differs, or null: what the determinism tests look at. */
function firstDifference(a: RunResult, b: RunResult): number | null {
  for (let i = 0; i < Math.max(a.checkpoints.length, b.checkpoints.length); i++) {
    const [x, y] = [a.checkpoints[i], b.checkpoints[i]];
    if (x === undefined || y === undefined || x[0] !== y[0] || x[1] !== y[1]) return (x ?? y)![0];
  }
  return null;
}

describe('the canary', () => {
  it('runs with ties broken by sequence number are alike', () => {
    expect(firstDifference(runWith(tied(), null), runWith(tied(), null))).toBeNull();
  });

  it('ties broken by the order of a set are caught', () => {
    const straight = runWith(tied(), null);
    const found = [1, 2, 3, 4, 5].map((salt) => runWith(tied(), salt));
    for (const result of found) expect(firstDifference(straight, result)).not.toBeNull();
    // Two such engines do not agree with each other either.
    expect(new Set(found.map((result) => result.streamHash)).size).toBeGreaterThan(1);
  });

  it('the shuffled queue is otherwise a queue: events come in order of time', () => {
    const queue = new EventQueue(new Arena(), 20);
    shuffleTies(queue, 20, 3);
    for (let slot = 0; slot < 20; slot++) queue.schedule(slot, Math.floor(slot / 4));
    const times: number[] = [];
    const slots: number[] = [];
    while (queue.size > 0) {
      const slot = queue.first();
      times.push(queue.time(slot));
      slots.push(slot);
      queue.pop();
    }
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(slots).not.toEqual([...slots].sort((a, b) => a - b));
  });
});
