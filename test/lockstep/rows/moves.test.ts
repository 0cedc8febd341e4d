import { describe, expect, it } from 'vitest';
import { foresee, learnFromSlice, onExec, onPrio } from '../../../src/lockstep/rows/moves.js';
import { onPreempt } from '../../../src/lockstep/rows/preempts.js';
import { sched_slice } from '../../../src/sim/kernel/fair/slice.js';
import { Recording, group, start } from '../support/recording.js';

/** Task 10 becomes nice 5 between 100 and 9,000,000. */
function reniced(): Recording {
  const r = new Recording().task(10, 120).task(11, 120).event(100, 0, 'switch', 10, 0, 0);
  return r.event(9_000_000, 0, 'prio', 10, 125).event(9_000_000, 0, 'switch', 11, 10, 0);
}

describe('a change that later records show', () => {
  it('is made when the task starts a program', () => {
    const w = reniced().event(3_000_000, 0, 'exec', 10).world();
    const p = start(w, 10, 0);
    foresee(w, 2_999_999, p);
    expect(w.k.task.nice[p]).toBe(0);
    onExec(w, 3_000_000, 10);
    expect(w.k.task.nice[p]).toBe(5);
    expect(w.k.rq.need_resched[0]).toBe(0);
  });

  it('is made at the tick whose slice it explains', () => {
    const w = reniced().world();
    const [p, q] = [start(w, 10, 0), start(w, 11, 0)];
    const before = sched_slice(w.k, 0, p);
    learnFromSlice(w, 4_000_000, 0, p, before);
    expect(w.k.task.nice[p]).toBe(0);
    learnFromSlice(w, 4_000_000, 0, p, before - 12345);
    expect(w.k.task.nice[p]).toBe(0);
    // 335 is the weight of nice 5: a waiting task's change shows in the slice of the one that runs, too.
    const ideal = 5_916_114;
    learnFromSlice(w, 5_000_000, 0, p, ideal);
    expect([w.k.task.nice[p], w.k.task.nice[q]]).toEqual([5, 0]);
    expect(sched_slice(w.k, 0, p)).toBe(ideal);
    expect(w.foresight.priority(10, 5_000_000)).toBe(125);
  });

  it('is made at the latest when it is seen; one of another class has no nice value', () => {
    const w = reniced().world();
    const p = start(w, 10, 0);
    onPrio(w, 9_000_000, 10, 98);
    expect(w.k.task.nice[p]).toBe(0);
    onPrio(w, 9_000_000, 10, 125);
    expect(w.k.task.nice[p]).toBe(5);
  });
});

describe('a wake-up', () => {
  const row = (cause: number, result: number): Record<string, number[]> => ({
    ts: [2_000_000], cpu: [0], on: [0], pid: [11], curr: [10], result: [result], cause: [cause], wpe: [0], vdiff: [0],
    gran: [0], curr_vruntime: [0], vruntime: [0], nr: [2], scale: [0], next: [0], last: [0], wake_flags: [0],
  });

  it('on a CPU that is to reschedule for a quota that is used up cannot be judged', () => {
    const w = new Recording([group(2, 0, 1e6), group(3, 2)]).task(10).task(11).world();
    start(w, 10, 0, 3);
    start(w, 11, 0, 3);
    onPreempt(w, row(2, 0), 0);
    expect(w.tally.counts.wakeup_preempt).toMatchObject({ count: 1, decidable: 0 });
    expect(w.k.rq.need_resched[0]).toBe(1);
  });

  it('on a CPU that is to reschedule is judged where no quota explains that', () => {
    const w = new Recording([group(2)]).task(10).task(11).world();
    start(w, 10, 0, 2);
    start(w, 11, 0, 2);
    onPreempt(w, row(2, 0), 0);
    expect(w.tally.counts.wakeup_preempt).toMatchObject({ count: 1, decidable: 1 });
  });

  it('that was weighed shows that the CPU was not to reschedule', () => {
    const w = new Recording().task(10).task(11).world();
    start(w, 10, 0);
    start(w, 11, 0);
    w.k.rq.need_resched[0] = 1;
    onPreempt(w, row(7, 0), 0);
    expect(w.tally.counts.wakeup_preempt).toMatchObject({ agree: 1 });
    expect(w.k.rq.need_resched[0]).toBe(0);
  });
});
