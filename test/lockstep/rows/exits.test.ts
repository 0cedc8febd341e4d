import { describe, expect, it } from 'vitest';
import { exitsOf } from '../../../src/lockstep/rows/exits.js';
import { Recording } from '../support/recording.js';

/** Kernel's bits of a dead and of a zombie task in sched_switch. */
const [X, Z] = [16, 32];
/** A waking by a task, and one by an interrupt. */
const [BY_TASK, BY_INTERRUPT] = [0, 1];

/** Task 10, a child of 5, runs on CPU 0 and exits at 10,000 ns. */
function exiting(): Recording {
  return new Recording().task(10, 120, -1, 5).task(5).event(100, 0, 'switch', 10, 0, 0).event(10_000, 0, 'exit', 10);
}

const movesOf = (r: Recording): unknown => exitsOf(r.contents()).map(({ ts, cpu, pid }) => [ts, cpu, pid]);

describe('an exiting task is moved to its group', () => {
  it('a moment after its exit where it wakes nobody', () => {
    expect(movesOf(exiting().event(20_000, 0, 'switch', 0, 10, X))).toEqual([[14_000, 0, 10]]);
  });

  it('before it goes, be that soon', () => {
    expect(movesOf(exiting().event(12_000, 0, 'switch', 0, 10, X))).toEqual([[10_500, 0, 10]]);
  });

  it.each([5, 1])('before its parent is told, or init for it: %i', (parent) => {
    const r = exiting().event(30_000, 0, 'waking', parent, 0, BY_TASK).event(40_000, 0, 'switch', 0, 10, Z);
    expect(movesOf(r)).toEqual([[27_500, 0, 10]]);
  });

  it('after its files are closed, which may wake others', () => {
    const r = exiting().event(30_000, 0, 'waking', 7, 0, BY_TASK);
    expect(movesOf(r.event(60_000, 0, 'switch', 0, 10, Z))).toEqual([[34_000, 0, 10]]);
    const told = exiting().event(30_000, 0, 'waking', 7, 0, BY_TASK).event(31_000, 0, 'waking', 5, 0, BY_TASK);
    expect(movesOf(told.event(60_000, 0, 'switch', 0, 10, Z))).toEqual([[30_000, 0, 10]]);
  });

  it('when it runs again, be it elsewhere, where it was preempted meanwhile', () => {
    const r = exiting().event(30_000, 0, 'waking', 7, 0, BY_TASK).event(31_000, 0, 'switch', 7, 10, 0);
    expect(movesOf(r.event(90_000, 2, 'switch', 10, 0, 0).event(120_000, 2, 'switch', 0, 10, Z))).toEqual([[94_000, 2, 10]]);
  });

  it('whatever an interrupt wakes meanwhile', () => {
    const r = exiting().event(19_000, 0, 'waking', 5, 0, BY_INTERRUPT);
    expect(movesOf(r.event(20_000, 0, 'switch', 0, 10, X))).toEqual([[14_000, 0, 10]]);
  });

  it('where its group is placed again, which a waking’s is not', () => {
    const placed = (ts: number): Recording => exiting().put('places', { ts, cpu: 0, on: 0, pid: 0 });
    expect(movesOf(placed(16_000).event(20_000, 0, 'switch', 0, 10, X))).toEqual([[15_700, 0, 10]]);
    const waking = exiting().event(15_000, 0, 'waking', 7, 0, BY_TASK).put('places', { ts: 16_000, cpu: 0, on: 0, pid: 0 });
    expect(movesOf(waking.event(60_000, 0, 'switch', 0, 10, X))).toEqual([[19_000, 0, 10]]);
  });

  it('at no time that is known where its last switch is not recorded', () => {
    expect(movesOf(exiting())).toEqual([]);
  });
});
