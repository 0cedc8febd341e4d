import { decay_load, PELT_MIN_DIVIDER } from '../../sim/kernel/fair/pelt.js';
import type { AvgTable } from '../../sim/kernel/state/avg.js';

/** What is known of a task's averages: load and utilisation, the runnable average, and the estimate of its utilisation. */
export const SEEN_LOAD = 1;
export const SEEN_RUNNABLE = 2;
export const SEEN_EST = 4;

const PERIOD_NS = 1024 * 1024;

/** The same for the estimate: it is the higher one of the two, and where it rises at once that is the moving average. */
export function nudgeUtilEst(avg: AvgTable, a: number, utilEst: number): void {
  if (Math.abs(utilEst - Math.max(avg.util_est_ewma[a]!, avg.util_est_enqueued[a]!)) !== 1) return;
  avg.util_est_enqueued[a] = Math.min(avg.util_est_enqueued[a]!, utilEst);
  avg.util_est_ewma[a] = utilEst;
}

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
 * Takes averages from a record, as of the model's last update of them. The sums keep what the model has added to them since
 * the averages were made of them, which is at the crossings of periods only: they move by what the averages are off.
 * @param weight 1 for a queue; the scaled-down weight for an entity, whose load sum is without it
 */
export function settleAverages(avg: AvgTable, a: number, seen: SeenAverages, weight: number): void {
  const divider = PELT_MIN_DIVIDER + avg.period_contrib[a]!;
  const moved = (sum: number, more: number): number => Math.max(0, sum + Math.floor(more * divider));
  if (seen.load >= 0) {
    avg.load_sum[a] = moved(avg.load_sum[a]!, (seen.load - avg.load_avg[a]!) / Math.max(1, weight));
    avg.load_avg[a] = seen.load;
  }
  if (seen.util >= 0) {
    avg.util_sum[a] = moved(avg.util_sum[a]!, seen.util - avg.util_avg[a]!);
    avg.util_avg[a] = seen.util;
  }
  if (seen.runnable >= 0) {
    avg.runnable_sum[a] = moved(avg.runnable_sum[a]!, seen.runnable - avg.runnable_avg[a]!);
    avg.runnable_avg[a] = seen.runnable;
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

/** By how much of a unit an average was off whose whole number is another: clocks read some 100 ns apart make that much. */
const SHORT_OF = 1 / 16;

/**
 * Takes averages from a record that are known but for the fractions that their whole numbers hide: those that are one off. The
 * sums, which may have gathered more since the averages were made of them, move by so much that the fraction passes into the
 * record's number. What is further off has another reason, and stays, so that it shows.
 * @param weight 1 for a queue; the scaled-down weight for an entity, whose load sum is without it
 */
export function nudgeAverages(avg: AvgTable, a: number, seen: SeenAverages, weight: number): void {
  const divider = PELT_MIN_DIVIDER + avg.period_contrib[a]!;
  const nudge = (sums: Float64Array | Uint32Array, averages: Float64Array, value: number, by: number): void => {
    const off = value - averages[a]!;
    if (value < 0 || Math.abs(off) !== 1) return;
    sums[a] = Math.max(0, sums[a]! + Math.round((off * SHORT_OF * divider) / by));
    averages[a] = value;
  };
  nudge(avg.load_sum, avg.load_avg, seen.load, Math.max(1, weight));
  nudge(avg.util_sum, avg.util_avg, seen.util, 1);
  nudge(avg.runnable_sum, avg.runnable_avg, seen.runnable, 1);
}

/**
 * The runnable average of a task of which a record shows the utilisation alone: a new task begins with both the same.
 * @param util by how much its utilisation was off, as a sum
 */
export function followUtil(avg: AvgTable, a: number, util: number): void {
  avg.runnable_sum[a] = Math.max(0, avg.runnable_sum[a]! + util);
  avg.runnable_avg[a] = Math.max(0, avg.runnable_avg[a]! + Math.round(util / (PELT_MIN_DIVIDER + avg.period_contrib[a]!)));
}

/**
 * What a task's sums were off by when it joined a queue whose own sums were known, the queue's are off by as well.
 * @param queue row of the queue's averages, which may be further on than the task's
 */
export function followTask(
  avg: AvgTable, queue: number, task: number, off: { readonly load: number; readonly util: number; readonly runnable: number },
): void {
  const periods = Math.floor(avg.last_update_time[queue]! / PERIOD_NS) - Math.floor(avg.last_update_time[task]! / PERIOD_NS);
  const divider = PELT_MIN_DIVIDER + avg.period_contrib[queue]!;
  const follow = (sums: Float64Array | Uint32Array, averages: Float64Array, by: number): void => {
    const more = Math.sign(by) * decay_load(Math.abs(by), Math.max(0, periods));
    sums[queue] = Math.max(0, sums[queue]! + more);
    averages[queue] = Math.max(0, averages[queue]! + Math.round(more / divider));
  };
  follow(avg.load_sum, avg.load_avg, off.load);
  follow(avg.util_sum, avg.util_avg, off.util);
  follow(avg.runnable_sum, avg.runnable_avg, off.runnable);
}
