import { PELT_MIN_DIVIDER } from '../sim/kernel/fair/pelt.js';
import type { AvgTable } from '../sim/kernel/state/avg.js';

/** What has been seen of a task's averages. */
export const SEEN_LOAD = 1;
export const SEEN_RUNNABLE = 2;

export function settleUtilEst(avg: AvgTable, a: number, utilEst: number): void {
  avg.util_est_enqueued[a] = utilEst;
  avg.util_est_ewma[a] = utilEst;
}

/** Averages of which the recording shows the unseen past: values from a record, −1 where it has none. */
export interface SeenAverages {
  readonly load: number;
  readonly util: number;
  readonly runnable: number;
}

/**
 * Takes averages from a record, as of the model's last update of them.
 * @param weight 1 for a queue; the scaled-down weight for an entity, whose load sum is without it
 */
export function settleAverages(avg: AvgTable, a: number, seen: SeenAverages, weight: number): void {
  const divider = PELT_MIN_DIVIDER + avg.period_contrib[a]!;
  avg.load_avg[a] = seen.load;
  avg.load_sum[a] = Math.floor((seen.load * divider) / Math.max(1, weight));
  avg.util_avg[a] = seen.util;
  avg.util_sum[a] = seen.util * divider;
  if (seen.runnable < 0) return;
  avg.runnable_avg[a] = seen.runnable;
  avg.runnable_sum[a] = seen.runnable * divider;
}

/**
 * Averages with the sums that they are the quotients of. PELT counts in units of 1024 ns and in periods of 1024 of them, both
 * from time 0 of the clock, wherever an average began.
 */
export function setAverages(avg: AvgTable, a: number, time: number, load: number, runnable: number, util: number): void {
  const units = Math.floor(time / 1024);
  const contrib = units % 1024;
  const divider = PELT_MIN_DIVIDER + contrib;
  avg.last_update_time[a] = units * 1024;
  avg.period_contrib[a] = contrib;
  avg.load_avg[a] = load;
  avg.runnable_avg[a] = runnable;
  avg.util_avg[a] = util;
  avg.load_sum[a] = load * divider;
  avg.runnable_sum[a] = runnable * divider;
  avg.util_sum[a] = util * divider;
}
