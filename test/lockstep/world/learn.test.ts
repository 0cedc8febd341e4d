import { describe, expect, it } from 'vitest';
import { learnQueue, learnTask } from '../../../src/lockstep/world/learn.js';
import { Recording, start } from '../support/recording.js';

describe('averages seen for the first time', () => {
  it('are a queue’s from then on', () => {
    const w = new Recording().task(10).world();
    const { avg, cfs_avg } = w.k;
    expect(w.seenCpu[3]).toBe(0);
    learnQueue(w, 3, { load: 700, util: 300, runnable: 500 });
    expect([avg.load_avg[cfs_avg + 3], avg.util_avg[cfs_avg + 3], avg.runnable_avg[cfs_avg + 3]]).toEqual([700, 300, 500]);
    expect([w.seenCpu[3], w.seenAt[3]]).toEqual([1, w.now]);
    // The sums are those that such averages are the quotients of.
    expect(Math.floor(avg.util_sum[cfs_avg + 3]! / (46718 + avg.period_contrib[cfs_avg + 3]!))).toBe(300);
  });

  it('are a task’s, and of its queue where that was known before it joined', () => {
    const w = new Recording().task(10).task(11).world();
    const { avg, cfs_avg } = w.k;
    learnQueue(w, 0, { load: 100, util: 50, runnable: 80 });
    w.at(1_500_000, 0, 0);
    const p = start(w, 10, 0);
    // It came from another CPU.
    w.joinedTs[p] = w.now;
    const before = avg.util_avg[cfs_avg]!;
    learnTask(w, p, { load: 400, util: 200, runnable: 300 });
    expect([avg.load_avg[p], avg.util_avg[p], avg.runnable_avg[p]]).toEqual([400, 200, 300]);
    expect(avg.util_avg[cfs_avg]! - before).toBeGreaterThan(150);
    expect(avg.util_avg[cfs_avg]! - before).toBeLessThan(250);
  });

  it('are of a task alone where its queue was seen after it had joined', () => {
    const w = new Recording().task(10).world();
    const p = start(w, 10, 0);
    w.at(1_500_000, 0, 0);
    learnQueue(w, 0, { load: 500, util: 250, runnable: 400 });
    learnTask(w, p, { load: 400, util: 200, runnable: -1 });
    const { avg, cfs_avg } = w.k;
    expect([avg.util_avg[p], avg.util_avg[cfs_avg]]).toEqual([200, 250]);
  });
});
