import { PELT_MIN_DIVIDER } from '../kernel/fair/pelt.js';
import type { AvgTable } from '../kernel/state/avg.js';

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
