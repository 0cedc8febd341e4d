import { describe, expect, it } from 'vitest';
import { onTick, onTimer } from '../../../src/lockstep/rows/preempts.js';
import { sched_slice } from '../../../src/sim/kernel/fair/slice.js';
import { Recording, group, start } from '../support/recording.js';

const A = 2;
const T = 4_000_000;

describe('a tick', () => {
  it('is recorded for a task with the weights from before it, and for its group with its own new one', () => {
    const w = new Recording([group(A)]).task(10).task(11).task(12).world();
    const { se: e, cfs: c } = w.k;
    const task = start(w, 10, 0, A);
    start(w, 11, 0, A);
    start(w, 12, 0);
    const se = w.k.tg_se(w.group(A), 0);
    const [inner, outer] = [e.cfs_rq[task]!, e.cfs_rq[se]!];
    // Its share has become smaller since it was weighed, as after others of the group came to other CPUs.
    e.weight[se]! *= 3;
    c.weight[outer]! += (e.weight[se]! * 2) / 3;
    const heavy = e.weight[se]!;
    const ideals = [sched_slice(w.k, inner, task)];
    onTimer(w, T);
    ideals.push(sched_slice(w.k, outer, se));
    expect(e.weight[se]).toBeLessThan(heavy);
    expect(sched_slice(w.k, inner, task)).not.toBe(ideals[0]);
    const record = (pid: number, tg: number, ideal: number): Record<string, number[]> => ({
      ts: [T], cpu: [0], pid: [pid], tg: [tg], ideal: [ideal], exec: [0], nr: [2], resched: [0], cause: [0], delta: [0], vruntime: [0],
      first: [-1], first_vruntime: [0], min_vruntime: [0],
    });
    onTick(w, record(10, A, ideals[0]!), 0);
    onTick(w, record(-1, 0, ideals[1]!), 0);
    expect(w.features.summary()['tick_ideal']).toMatchObject({ count: 2, exact: 2 });
    expect(e.weight[se]).toBeLessThan(heavy);
    expect(c.weight[outer]).toBe(e.weight[se]! + e.weight[w.roster.row(12)]!);
  });
});
