import { describe, expect, it } from 'vitest';
import { REASON_AFFINITY, REASON_DECIDED, REASON_THROTTLED } from '../../../src/sim/kernel/constants.js';
import { onMigrate } from '../../../src/lockstep/rows/moves.js';
import { unsearchedWakings } from '../../../src/lockstep/past/unsearched.js';
import { Recording, start } from '../support/recording.js';

const MS = 1_000_000;

/** Task 10 on CPU 0, of which a search at 9 ms shows the CPUs `shown`. */
function world(shown: readonly number[] | null) {
  const r = new Recording().task(10).task(11);
  if (shown !== null) {
    r.masks.push([...shown]);
    r.put('wakeups', { ts: 9 * MS, cpu: 0, pid: 10, prev: 0, chosen: 1, wake_flags: 8, allowed: 0 });
  }
  const w = r.world();
  start(w, 11, 0);
  return { w, p: start(w, 10, 0) };
}

describe('the affinity of a task', () => {
  it('is known, and that of its children, until something shows that it has changed', () => {
    const { w, p } = world(null);
    expect([0, 3, 7].map((cpu) => w.affinity.isUnknown(p, cpu, 2 * MS))).toEqual([false, false, false]);
    onMigrate(w, 2 * MS, 0, 10, 0, 3);
    const child = w.roster.born(3 * MS, 20, 3, p);
    for (const task of [p, child]) {
      expect([0, 3, 7].map((cpu) => w.affinity.isUnknown(task, cpu, 3 * MS))).toEqual([false, false, true]);
      expect([0, 3].map((cpu) => w.k.mask.has(w.k.task.mask[task]!, cpu))).toEqual([false, true]);
    }
  });

  it('is not changed by what else moves a task: an execve(), or what leaves it allowed where it was', () => {
    const exec = world(null);
    exec.w.affinity.willMove(exec.p, 3);
    onMigrate(exec.w, 2 * MS, 0, 10, 0, 3);
    expect(exec.w.affinity.isUnknown(exec.p, 7, 3 * MS)).toBe(false);
    const numa = world([0, 1, 2, 3, 4, 5, 6, 7]);
    onMigrate(numa.w, 2 * MS, 0, 10, 0, 3);
    expect(numa.w.affinity.isUnknown(numa.p, 7, 3 * MS)).toBe(false);
  });

  it('is learned bit by bit from who asks, and whole from a search', () => {
    const { w, p } = world([3, 4]);
    onMigrate(w, 2 * MS, 0, 10, 0, 3);
    w.affinity.asked(p, 6, REASON_AFFINITY);
    w.affinity.asked(p, 4, REASON_DECIDED);
    w.affinity.asked(p, 5, REASON_THROTTLED);
    expect([4, 5, 6].map((cpu) => w.affinity.isUnknown(p, cpu, 3 * MS))).toEqual([false, true, false]);
    expect([4, 6].map((cpu) => w.k.mask.has(w.k.task.mask[p]!, cpu))).toEqual([true, false]);
    w.affinity.shown(p, w.mask(0));
    expect([4, 5, 6].map((cpu) => w.affinity.isUnknown(p, cpu, 9 * MS))).toEqual([false, false, false]);
  });

  it('is not known for CPUs on which the next record has it otherwise, for nobody knows when it changed', () => {
    const { w, p } = world([3, 4]);
    expect([0, 3].map((cpu) => w.affinity.isUnknown(p, cpu, 2 * MS))).toEqual([true, false]);
  });

  it('that contradicts an answer has changed: only the answer is known of it then', () => {
    const { w, p } = world(null);
    w.affinity.asked(p, 6, REASON_AFFINITY);
    expect([5, 6].map((cpu) => w.affinity.isUnknown(p, cpu, 2 * MS))).toEqual([true, false]);
  });

  it('is assumed for a while only', () => {
    const { w, p } = world(null);
    const saved = w.k.arena.save();
    w.affinity.assume(p, 6, false);
    expect(w.k.mask.has(w.k.task.mask[p]!, 6)).toBe(false);
    w.k.arena.load(saved);
    expect(w.k.mask.has(w.k.task.mask[p]!, 6)).toBe(true);
    expect(w.affinity.isUnknown(p, 6, 2 * MS)).toBe(false);
  });
});

describe('a wake-up without a search', () => {
  const woken = (left: number) => {
    const r = new Recording().task(10).event(left, 3, 'switch', 0, 10, 1).event(MS, 0, 'waking', 10, 3, 0);
    r.put('places', { ts: MS + 1400, cpu: 3, pid: 10 }).put('wakeups', { ts: 5 * MS, cpu: 0, pid: 11, wake_flags: 8, allowed: -1 });
    return unsearchedWakings(r.event(MS + 2400, 3, 'wakeup', 10, 3).contents()).get(1);
  };

  it('shows that a task is bound to its CPU where it had left it long before', () => {
    expect(woken(MS / 2)).toEqual({ at: 3, ts: MS + 2400, by: 3, placed: true, bound: true });
    expect(woken(MS - 500)?.bound).toBe(false);
  });
});
