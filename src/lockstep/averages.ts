import { decay_load, PELT_MIN_DIVIDER } from '../sim/kernel/fair/pelt.js';
import type { AvgTable } from '../sim/kernel/state/avg.js';

/** What is known of a task's averages: load and utilisation, the runnable average, and the estimate of its utilisation. */
export const SEEN_LOAD = 1;
export const SEEN_RUNNABLE = 2;
export const SEEN_EST = 4;

const PERIOD_NS = 1024 * 1024;

export function settleUtilEst(avg: AvgTable, a: number, utilEst: number): void {
  avg.util_est_enqueued[a] = utilEst;
  avg.util_est_ewma[a] = utilEst;
}

/** Averages of which the recording shows the unseen past: values from a record, −1 for what it has not or is known already. */
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
  if (seen.load >= 0) {
    avg.load_avg[a] = seen.load;
    avg.load_sum[a] = Math.floor((seen.load * divider) / Math.max(1, weight));
  }
  if (seen.util >= 0) {
    avg.util_avg[a] = seen.util;
    avg.util_sum[a] = seen.util * divider;
  }
  if (seen.runnable >= 0) {
    avg.runnable_avg[a] = seen.runnable;
    avg.runnable_sum[a] = seen.runnable * divider;
  }
}

/**
 * The same for a task born in the recording, on a CPU whose averages had not been seen. A task's sums are made of its averages,
 * whole numbers, when it joins a queue that it was not on before, and what it does from then on is known: so its averages were
 * other whole numbers then, and what has come of the difference is taken.
 * @param joined when it joined its queue, by the PELT clock, ns
 */
export function correctAverages(avg: AvgTable, a: number, seen: SeenAverages, joined: number): void {
  const units = Math.floor(joined / 1024);
  const periods = Math.floor(avg.last_update_time[a]! / PERIOD_NS) - Math.floor(units / 1024);
  const left = decay_load(PELT_MIN_DIVIDER + (units % 1024), Math.max(0, periods));
  const share = left / (PELT_MIN_DIVIDER + avg.period_contrib[a]!);
  const more = (difference: number): number => (share > 0 ? Math.round(difference / share) * left : 0);
  if (seen.util >= 0) {
    avg.util_sum[a] = Math.max(0, avg.util_sum[a]! + more(seen.util - avg.util_avg[a]!));
    avg.util_avg[a] = seen.util;
  }
  if (seen.runnable >= 0) {
    avg.runnable_sum[a] = Math.max(0, avg.runnable_sum[a]! + more(seen.runnable - avg.runnable_avg[a]!));
    avg.runnable_avg[a] = seen.runnable;
  }
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
