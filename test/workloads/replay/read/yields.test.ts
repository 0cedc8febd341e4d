import { describe, expect, it } from 'vitest';
import { checkedEvents } from '../../../../src/workloads/replay/read/events.js';
import { extractWorkload } from '../../../../src/workloads/replay/extract.js';
import { findYields } from '../../../../src/workloads/replay/read/yields.js';
import { Op } from '../../../../src/sim/programs/program.js';
import { Recording } from '../../../lockstep/support/recording.js';

/** Task 10 runs on CPU 0 from 1,000; 11 and the real-time task 50 are there too. Nothing told 10 to go. */
function recording(): Recording {
  const r = new Recording().task(10).task(11).task(50, 79).event(1000, 0, 'switch', 10, 0, 0);
  return r.put('preempts', { ts: 1, cpu: 3, result: 1 });
}

/** Number of yields where 10 goes, runnable, at 9,000. */
function yields(r: Recording, next = 11, state = 0): number {
  const contents = r.event(9000, 0, 'switch', next, 10, state).contents();
  return findYields(checkedEvents(contents.tables.events, 'test', 8), contents).size;
}

describe('a switch from a task that could stay', () => {
  it('is a yield where nothing told it to go', () => {
    expect(yields(recording())).toBe(1);
    expect(yields(recording().event(5000, 1, 'waking', 11, 0, 0))).toBe(1);
    expect(yields(recording().put('preempts', { ts: 5000, cpu: 1, result: 1 }))).toBe(1);
    expect(yields(recording().put('preempts', { ts: 5000, cpu: 0, result: 0, cause: 7 }))).toBe(1);
  });

  it('is none where a wake-up or a tick did, or had done', () => {
    expect(yields(recording().put('preempts', { ts: 5000, cpu: 0, result: 1, cause: 7 }))).toBe(0);
    expect(yields(recording().put('preempts', { ts: 5000, cpu: 0, result: 0, cause: 2 }))).toBe(0);
    expect(yields(recording().put('ticks', { ts: 5000, cpu: 0, resched: 1 }))).toBe(0);
    expect(yields(recording().put('ticks', { ts: 5000, cpu: 0, resched: 0 }))).toBe(1);
  });

  it('is none where the task was woken on its way to sleep, was changed, or exits', () => {
    expect(yields(recording().event(5000, 1, 'waking', 10, 0, 0))).toBe(0);
    expect(yields(recording().event(5000, 1, 'prio', 10, 125))).toBe(0);
    expect(yields(recording().event(5000, 0, 'exit', 10))).toBe(0);
    expect(yields(recording().event(5000, 0, 'throttle', -1, 2, 1))).toBe(0);
  });

  it('is one again of a task that has the pid of one that is gone', () => {
    const r = recording().event(2000, 0, 'exit', 10).event(3000, 0, 'switch', 0, 10, 16).event(4000, 1, 'fork', 11, 10);
    expect(yields(r.event(6000, 0, 'switch', 10, 0, 0))).toBe(1);
  });

  it('is none where a class above its own takes the CPU, or where it sleeps', () => {
    expect(yields(recording(), 50)).toBe(0);
    expect(yields(recording(), 11, 1)).toBe(0);
  });

  it('is none that is known where preemptions are not recorded', () => {
    expect(yields(new Recording().task(10).task(11).event(1000, 0, 'switch', 10, 0, 0))).toBe(0);
  });
});

describe('a replay', () => {
  it('yields where the task did', () => {
    const r = recording().event(9000, 0, 'switch', 11, 10, 0).event(20_000, 0, 'switch', 10, 11, 1).event(30_000, 0, 'switch', 0, 10, 1);
    const { workload, stats } = extractWorkload(r.contents());
    expect(stats.yields).toBe(1);
    const { code, a } = workload.program;
    const at = code.indexOf(Op.YIELD);
    // After what it had run by then, before what it ran later.
    expect([code[at - 1], a[at - 1], code[at + 1], a[at + 1]]).toEqual([Op.RUN, 8000, Op.RUN, 10_000]);
  });
});
