import { describe, expect, it } from 'vitest';
import { sawArrivals } from '../../src/lockstep/arrivals.js';
import { World } from '../../src/lockstep/world.js';
import { Tally } from '../../src/lockstep/tally.js';
import { Recording } from './support/recording.js';

/** Two tasks are placed on CPU 3 at 10,000 and 30,000; the CPUs' turns begin at whole microseconds. */
function world(quantumNs?: number): World {
  const r = new Recording().task(10).task(11);
  r.put('places', { ts: 10_000, cpu: 3, pid: 10 }).put('places', { ts: 20_000, cpu: 3, pid: 11, initial: 1 });
  r.put('places', { ts: 30_000, cpu: 3, pid: 10 });
  const contents = r.contents();
  const turns = quantumNs === undefined ? {} : { quantumNs, firstTimestampNs: '5000' };
  return new World({ ...contents, manifest: { ...contents.manifest, ...turns } }, r.machine, new Tally(0, null), 0);
}

/** CPU 3 is to finish a wake-up that `from` has sent it at `sent`; the record's mask has it idle. */
function pending(w: World, sent: number, from: number): World {
  w.k.rq.ttwu_pending[3] = 1;
  w.arrivedAt[3] = sent;
  w.arrivedFrom[3] = from;
  return w;
}

describe('the placements of a CPU', () => {
  it('are those of tasks that wake up, from a moment on', () => {
    const { arrivals } = world();
    expect([0, 10_000, 10_001, 30_001].map((ts) => arrivals.next(3, ts))).toEqual([10_000, 10_000, 30_000, Infinity]);
    expect(arrivals.next(2, 0)).toBe(Infinity);
  });
});

describe('a search while a task arrives on a CPU', () => {
  const saw = (w: World, ts: number, by: number): boolean | null => sawArrivals(w, ts, by, 0xff, 0);

  it('has not seen it where the task is counted later, as others see it', () => {
    // Counted at 11,000: CPU 5 sees it from then on, CPU 1 a turn later.
    expect(saw(pending(world(1000), 8000, 5), 10_200, 5)).toBe(false);
    expect(saw(pending(world(1000), 8000, 1), 11_200, 1)).toBe(false);
    expect(saw(pending(world(1000), 8000, 5), 11_200, 5)).toBeNull();
  });

  it('has seen it where it is counted well before the end of the search', () => {
    expect(saw(pending(world(1000), 8000, 5), 11_800, 5)).toBe(true);
    expect(saw(pending(world(1000), 8000, 1), 12_800, 1)).toBe(true);
  });

  it('does not tell where the task had arrived long before: the CPU is idle for another reason', () => {
    expect(saw(pending(world(1000), 8000, 5), 12_600, 5)).toBeNull();
  });

  it('does not tell what a third CPU has sent, nor what becomes idle, nor where the CPUs take no turns', () => {
    expect(saw(pending(world(1000), 8000, 4), 10_200, 5)).toBeNull();
    expect(sawArrivals(world(1000), 10_200, 5, 0xf7, 0)).toBeNull();
    expect(saw(pending(world(), 8000, 5), 10_200, 5)).toBeNull();
  });

  it('does not tell where it has seen one task arrive and another not', () => {
    const w = pending(world(1000), 8000, 5);
    w.k.rq.ttwu_pending[2] = 1;
    w.arrivedAt[2] = 8000;
    w.arrivedFrom[2] = 5;
    expect(saw(w, 11_800, 5)).toBeNull();
  });
});
