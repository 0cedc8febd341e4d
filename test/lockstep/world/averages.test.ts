import { describe, expect, it } from 'vitest';
import {
  correctAverages, followTask, followUtil, nudgeAverages, nudgeUtilEst, settleAverages, settleUtilEst,
} from '../../../src/lockstep/world/averages.js';
import { setAverages } from '../../../src/sim/start/averages.js';
import { ___update_load_avg, ___update_load_sum, PELT_MIN_DIVIDER } from '../../../src/sim/kernel/fair/pelt.js';
import { Recording, start } from '../support/recording.js';

describe('averages that are taken from a record', () => {
  const w = new Recording().task(10).task(11).world();
  const p = start(w, 10, 0);
  const { avg } = w.k;

  it('have the sums that they are quotients of, now and at a later update', () => {
    const time = 7 * 1024 * 1024 + 300 * 1024 + 17;
    setAverages(avg, p, time, 400, 300, 200);
    expect(avg.last_update_time[p]).toBe(7 * 1024 * 1024 + 300 * 1024);
    expect(avg.period_contrib[p]).toBe(300);
    for (const [sum, value] of [[avg.load_sum, 400], [avg.runnable_sum, 300], [avg.util_sum, 200]] as const) {
      expect(Math.floor(sum[p]! / (PELT_MIN_DIVIDER + 300))).toBe(value);
    }
  });

  it('divide the load of an entity by its weight', () => {
    setAverages(avg, p, 1024 * 1024, 1, 1, 1);
    settleAverages(avg, p, { load: 512, util: 100, runnable: 50 }, 1024);
    const divider = PELT_MIN_DIVIDER + avg.period_contrib[p]!;
    expect([avg.load_avg[p], avg.util_avg[p], avg.runnable_avg[p]]).toEqual([512, 100, 50]);
    // They were 1, with sums of 1 · divider.
    expect(avg.load_sum[p]).toBe(divider + Math.floor((511 * divider) / 1024));
    expect([avg.util_sum[p], avg.runnable_sum[p]]).toEqual([100 * divider, 50 * divider]);
  });

  it('move by a fraction only where they were known but for that, and not where they are further off', () => {
    const q = start(w, 11, 0);
    setAverages(avg, q, 1024 * 1024, 300, 200, 100);
    const divider = PELT_MIN_DIVIDER + avg.period_contrib[q]!;
    const before = [avg.load_sum[q]!, avg.runnable_sum[q]!, avg.util_sum[q]!];
    nudgeAverages(avg, q, { load: 301, runnable: 199, util: 102 }, 1024);
    expect([avg.load_avg[q], avg.runnable_avg[q], avg.util_avg[q]]).toEqual([301, 199, 100]);
    const moved = [Math.round(divider / 16 / 1024), -Math.round(divider / 16), 0];
    expect([avg.load_sum[q]! - before[0]!, avg.runnable_sum[q]! - before[1]!, avg.util_sum[q]! - before[2]!]).toEqual(moved);
    nudgeAverages(avg, q, { load: -1, runnable: -1, util: -1 }, 1024);
    expect([avg.load_avg[q], avg.runnable_avg[q], avg.util_avg[q]]).toEqual([301, 199, 100]);
  });

  it('and an estimate is the moving average, which the last utilisation does not pass', () => {
    const nudged = (ewma: number, enqueued: number, seen: number): number[] => {
      [avg.util_est_ewma[p], avg.util_est_enqueued[p]] = [ewma, enqueued];
      nudgeUtilEst(avg, p, seen);
      return [avg.util_est_ewma[p]!, avg.util_est_enqueued[p]!];
    };
    expect(nudged(80, 70, 79)).toEqual([79, 70]);
    expect(nudged(80, 80, 79)).toEqual([79, 79]);
    expect(nudged(80, 70, 60)).toEqual([80, 70]);
  });

  it('leave alone what the record does not show', () => {
    settleAverages(avg, p, { load: 5, util: 6, runnable: -1 }, 0);
    expect([avg.load_avg[p], avg.util_avg[p], avg.runnable_avg[p]]).toEqual([5, 6, 50]);
  });

  it('keep what the sums have gathered since the averages were made of them', () => {
    const run = (util: number | null): number => {
      setAverages(avg, p, 1024 * 1024 * 9, 100, util ?? 20, util ?? 20);
      ___update_load_sum(avg, p, 1024 * (1024 * 9 + 600), 1, 3, 1);
      if (util === null) settleAverages(avg, p, { load: -1, util: 70, runnable: 70 }, 1);
      ___update_load_sum(avg, p, 1024 * (1024 * 9 + 1500), 1, 3, 1);
      ___update_load_avg(avg, p, 1);
      return avg.runnable_avg[p]!;
    };
    expect(Math.abs(run(null) - run(70))).toBeLessThanOrEqual(1);
    expect(run(20)).toBeLessThan(run(70) - 20);
  });

  it('follow in a queue what a task was off by when it came', () => {
    const queue = w.k.cfs_avg;
    const time = 1024 * 1024 * 20 + 1024 * 7;
    setAverages(avg, queue, time, 2000, 900, 400);
    setAverages(avg, p, time - 1024 * 1024 * 32, 100, 300, 300);
    const sum = avg.runnable_sum[queue]!;
    followTask(avg, queue, p, { load: 0, util: 0, runnable: 200 * (PELT_MIN_DIVIDER + 7) });
    // Half of it has faded in 32 periods.
    expect([avg.load_avg[queue], avg.util_avg[queue]]).toEqual([2000, 400]);
    expect(Math.abs(avg.runnable_avg[queue]! - 1000)).toBeLessThanOrEqual(1);
    expect(avg.runnable_sum[queue]! - sum).toBeCloseTo(100 * (PELT_MIN_DIVIDER + 7), -3);
  });

  it('of a new task are the same for both, so that the one tells of the other', () => {
    setAverages(avg, p, 1024 * 1024 * 3, 10, 40, 40);
    followUtil(avg, p, 25 * PELT_MIN_DIVIDER);
    expect(avg.runnable_avg[p]).toBe(65);
  });

  it('of a task that was born are those that come of other whole numbers at its birth', () => {
    const joined = 5 * 1024 * 1024 + 100 * 1024;
    const later = joined + 40 * 1024 * 1024 + 7 * 1024;
    const aged = (util: number): [number, number] => {
      setAverages(avg, p, joined, 1024, util, util);
      ___update_load_sum(avg, p, later, 1, 1, 1);
      ___update_load_avg(avg, p, 1024);
      return [avg.util_sum[p]!, avg.util_avg[p]!];
    };
    const [sum, util] = aged(300);
    const runnable = avg.runnable_sum[p]!;
    aged(100);
    correctAverages(avg, p, { load: -1, util, runnable: avg.runnable_avg[p]! + util - avg.util_avg[p]! }, joined);
    expect(avg.util_avg[p]).toBe(util);
    // The averages are cut to whole numbers, so that the one at its birth is told to 1 or 2 of 300.
    expect(Math.abs(avg.util_sum[p]! - sum) / sum).toBeLessThan(3e-3);
    expect(Math.abs(avg.runnable_sum[p]! - runnable) / runnable).toBeLessThan(3e-3);
  });

  it('estimate what was seen as the estimate', () => {
    settleUtilEst(avg, p, 77);
    expect([avg.util_est_enqueued[p], avg.util_est_ewma[p]]).toEqual([77, 77]);
  });
});
