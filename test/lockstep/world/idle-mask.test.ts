import { describe, expect, it } from 'vitest';
import { idle_cpu } from '../../../src/sim/kernel/core/idle.js';
import { Recording, start } from '../support/recording.js';

describe('the mask of idle CPUs', () => {
  const recording = (): ReturnType<Recording['world']> => {
    const r = new Recording().task(10).task(11).task(12);
    const w = r.put('decisions', { ts: 1000, clock_task: 2 ** 31 }).world();
    start(w, 10, 0);
    start(w, 11, 3);
    start(w, 12, 3);
    return w;
  };
  const idle = (w: ReturnType<typeof recording>): number =>
    Array.from({ length: 8 }, (_, cpu) => (idle_cpu(w.k, cpu) ? 1 << cpu : 0)).reduce((mask, bit) => mask | bit, 0);

  it('counts the CPUs on which it and the model differ', () => {
    const { idleMask } = recording();
    expect(idleMask.differences(0b11110110, 0)).toBe(0);
    expect(idleMask.differences(0b11110111, 0)).toBe(1);
    expect(idleMask.differences(0, 0)).toBe(6);
  });

  it('is imposed on the model for a search, and taken back', () => {
    const w = recording();
    // A CPU with its stopper on it is not idle.
    w.k.rq.stop_running[5] = 1;
    const before = w.k.arena.save();
    for (const mask of [0, 0xff, 0b1001, 0b01010101]) {
      w.idleMask.impose(mask, 0);
      expect(idle(w)).toBe(mask);
      expect(w.idleMask.differences(mask, 0)).toBe(0);
      w.idleMask.restore();
      expect(w.k.arena.save()).toEqual(before);
    }
  });
});
