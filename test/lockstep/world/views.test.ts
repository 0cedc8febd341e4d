import { describe, expect, it } from 'vitest';
import { cpu_load } from '../../../src/sim/kernel/fair/signals.js';
import { Recording, start } from '../support/recording.js';

describe('views of the queues', () => {
  function machine() {
    const w = new Recording().task(10).task(11).world();
    start(w, 10, 2);
    const before = w.views.take();
    start(w, 11, 2);
    return { w, before, after: w.views.take() };
  }

  it('differ of the CPUs whose queues changed', () => {
    const { w, before, after } = machine();
    for (let cpu = 0; cpu < w.k.cpus; cpu++) expect(w.views.alike(before, after, cpu)).toBe(cpu !== 2);
  });

  it('are shown CPU by CPU for a while, and taken back', () => {
    const { w, before } = machine();
    const own = w.k.arena.save();
    const nr = (): number => w.k.rq.nr_running[2]!;
    expect(w.views.during(() => before, nr)).toBe(1);
    expect(w.views.during((cpu) => (cpu === 2 ? w.views.take() : before), nr)).toBe(2);
    expect(w.k.arena.save()).toEqual(own);
  });

  it('hold the averages that a balance reads', () => {
    const { w, before } = machine();
    w.k.avg.load_avg[w.k.cfs_avg + 5] = 700;
    expect(w.views.during(() => before, () => cpu_load(w.k, 5))).not.toBe(700);
    expect(cpu_load(w.k, 5)).toBe(700);
  });

  it('leave what is changed elsewhere while they are shown', () => {
    const { w, before } = machine();
    w.views.during(() => before, () => void (w.k.g.overload[0] = 1));
    expect(w.k.g.overload[0]).toBe(1);
  });
});
