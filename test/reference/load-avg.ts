import { scaleLoadDown } from './arith.js';
import {
  addPositive32, addPositive64, max, maxU32, min, s64, subPositive32, subPositive64, u32, u64,
} from './ctypes.js';
import { type Avg, divider, PELT_MIN_DIVIDER, updateLoadAvg, updateLoadSum, UTIL_AVG_UNCHANGED } from './pelt.js';
import type { CfsRq, Rq, Se } from './world.js';

export const UPDATE_TG = 1;
export const SKIP_AGE_LOAD = 2;
export const DO_ATTACH = 4;
export const DO_DETACH = 8;

/** se_weight() */
export function seWeight(se: Se): bigint {
  return scaleLoadDown(se.weight);
}

/** __update_load_avg_blocked_se() */
export function updateLoadAvgBlockedSe(now: bigint, se: Se): boolean {
  if (!updateLoadSum(now, se.avg, 0n, 0n, 0n)) return false;
  updateLoadAvg(se.avg, seWeight(se));
  return true;
}

/** __update_load_avg_se(), with cfs_se_util_change(); `utilEst` is the feature UTIL_EST. */
export function updateLoadAvgSe(now: bigint, cfs: CfsRq, se: Se, utilEst: boolean): boolean {
  const runnable = se.my_q === null ? (se.on_rq ? 1n : 0n) : se.runnable_weight;
  if (!updateLoadSum(now, se.avg, se.on_rq ? 1n : 0n, runnable, cfs.curr === se ? 1n : 0n)) return false;
  updateLoadAvg(se.avg, seWeight(se));
  if (utilEst) se.avg.enqueued &= ~UTIL_AVG_UNCHANGED;
  return true;
}

/** __update_load_avg_cfs_rq() */
export function updateLoadAvgCfsRq(now: bigint, cfs: CfsRq): boolean {
  const running = cfs.curr === null ? 0n : 1n;
  if (!updateLoadSum(now, cfs.avg, scaleLoadDown(cfs.weight), cfs.h_nr_running, running)) return false;
  updateLoadAvg(cfs.avg, 1n);
  return true;
}

function floorLoadSum(sa: Avg): void {
  sa.load_sum = maxU32(sa.load_sum, sa.load_avg * PELT_MIN_DIVIDER);
}

function floorUtilSum(sa: Avg): void {
  sa.util_sum = maxU32(sa.util_sum, sa.util_avg * PELT_MIN_DIVIDER);
}

function floorRunnableSum(sa: Avg): void {
  sa.runnable_sum = maxU32(sa.runnable_sum, sa.runnable_avg * PELT_MIN_DIVIDER);
}

/** enqueue_load_avg() */
export function enqueueLoadAvg(cfs: CfsRq, se: Se): void {
  cfs.avg.load_avg = u64(cfs.avg.load_avg + se.avg.load_avg);
  cfs.avg.load_sum = u64(cfs.avg.load_sum + seWeight(se) * se.avg.load_sum);
}

/** dequeue_load_avg() */
export function dequeueLoadAvg(cfs: CfsRq, se: Se): void {
  cfs.avg.load_avg = subPositive64(cfs.avg.load_avg, se.avg.load_avg);
  cfs.avg.load_sum = subPositive64(cfs.avg.load_sum, seWeight(se) * se.avg.load_sum);
  floorLoadSum(cfs.avg);
}

/** add_tg_cfs_propagate() */
export function addTgCfsPropagate(cfs: CfsRq, runnableSum: bigint): void {
  cfs.propagate = true;
  cfs.prop_runnable_sum = s64(cfs.prop_runnable_sum + s64(runnableSum));
}

/** update_cfs_rq_load_avg() */
export function updateCfsRqLoadAvg(now: bigint, cfs: CfsRq): boolean {
  const sa = cfs.avg;
  let decayed = false;
  if (cfs.removed_nr !== 0n) {
    const by = divider(sa);
    const { removed_load, removed_util, removed_runnable } = cfs;
    cfs.removed_load = cfs.removed_util = cfs.removed_runnable = cfs.removed_nr = 0n;
    sa.load_avg = subPositive64(sa.load_avg, removed_load);
    sa.load_sum = subPositive64(sa.load_sum, u64(removed_load * by));
    floorLoadSum(sa);
    sa.util_avg = subPositive64(sa.util_avg, removed_util);
    sa.util_sum = subPositive32(sa.util_sum, u64(removed_util * by));
    floorUtilSum(sa);
    sa.runnable_avg = subPositive64(sa.runnable_avg, removed_runnable);
    sa.runnable_sum = subPositive64(sa.runnable_sum, u64(removed_runnable * by));
    floorRunnableSum(sa);
    addTgCfsPropagate(cfs, -s64(removed_runnable * by) >> 10n);
    decayed = true;
  }
  return updateLoadAvgCfsRq(now, cfs) || decayed;
}

/** attach_entity_load_avg() */
export function attachEntityLoadAvg(cfs: CfsRq, se: Se): void {
  const by = divider(cfs.avg);
  const sa = se.avg;
  sa.last_update_time = cfs.avg.last_update_time;
  sa.period_contrib = cfs.avg.period_contrib;
  sa.util_sum = u32(sa.util_avg * by);
  sa.runnable_sum = u64(sa.runnable_avg * by);
  sa.load_sum = u64(sa.load_avg * by);
  sa.load_sum = seWeight(se) < sa.load_sum ? sa.load_sum / seWeight(se) : 1n;
  enqueueLoadAvg(cfs, se);
  cfs.avg.util_avg = u64(cfs.avg.util_avg + sa.util_avg);
  cfs.avg.util_sum = u32(cfs.avg.util_sum + sa.util_sum);
  cfs.avg.runnable_avg = u64(cfs.avg.runnable_avg + sa.runnable_avg);
  cfs.avg.runnable_sum = u64(cfs.avg.runnable_sum + sa.runnable_sum);
  addTgCfsPropagate(cfs, sa.load_sum);
}

/** detach_entity_load_avg() */
export function detachEntityLoadAvg(cfs: CfsRq, se: Se): void {
  const sa = cfs.avg;
  dequeueLoadAvg(cfs, se);
  sa.util_avg = subPositive64(sa.util_avg, se.avg.util_avg);
  sa.util_sum = subPositive32(sa.util_sum, se.avg.util_sum);
  floorUtilSum(sa);
  sa.runnable_avg = subPositive64(sa.runnable_avg, se.avg.runnable_avg);
  sa.runnable_sum = subPositive64(sa.runnable_sum, se.avg.runnable_sum);
  floorRunnableSum(sa);
  addTgCfsPropagate(cfs, -se.avg.load_sum);
}

/** update_tg_load_avg() */
export function updateTgLoadAvg(cfs: CfsRq): void {
  if (cfs.tg.row === 0) return;
  const delta = s64(cfs.avg.load_avg - cfs.tg_load_avg_contrib);
  if ((delta < 0n ? -delta : delta) <= cfs.tg_load_avg_contrib / 64n) return;
  cfs.tg.load_avg = s64(cfs.tg.load_avg + delta);
  cfs.tg_load_avg_contrib = cfs.avg.load_avg;
}

/** update_tg_cfs_util() */
function updateTgCfsUtil(cfs: CfsRq, se: Se, gcfs: CfsRq): void {
  const deltaAvg = s64(gcfs.avg.util_avg - se.avg.util_avg);
  if (deltaAvg === 0n) return;
  se.avg.util_avg = gcfs.avg.util_avg;
  const newSum = u32(se.avg.util_avg * divider(cfs.avg));
  const deltaSum = s64(newSum - se.avg.util_sum);
  se.avg.util_sum = newSum;
  cfs.avg.util_avg = addPositive64(cfs.avg.util_avg, deltaAvg);
  cfs.avg.util_sum = addPositive32(cfs.avg.util_sum, deltaSum);
  floorUtilSum(cfs.avg);
}

/** update_tg_cfs_runnable() */
function updateTgCfsRunnable(cfs: CfsRq, se: Se, gcfs: CfsRq): void {
  const deltaAvg = s64(gcfs.avg.runnable_avg - se.avg.runnable_avg);
  if (deltaAvg === 0n) return;
  se.avg.runnable_avg = gcfs.avg.runnable_avg;
  const newSum = u64(se.avg.runnable_avg * divider(cfs.avg));
  const deltaSum = s64(newSum - se.avg.runnable_sum);
  se.avg.runnable_sum = newSum;
  cfs.avg.runnable_avg = addPositive64(cfs.avg.runnable_avg, deltaAvg);
  cfs.avg.runnable_sum = addPositive64(cfs.avg.runnable_sum, deltaSum);
  floorRunnableSum(cfs.avg);
}

/** update_tg_cfs_load() */
function updateTgCfsLoad(cfs: CfsRq, se: Se, gcfs: CfsRq): void {
  let runnableSum = gcfs.prop_runnable_sum;
  if (runnableSum === 0n) return;
  gcfs.prop_runnable_sum = 0n;
  const by = divider(cfs.avg);
  if (runnableSum >= 0n) {
    runnableSum = min(s64(runnableSum + se.avg.load_sum), by);
  } else {
    const weight = scaleLoadDown(gcfs.weight);
    const perWeight = weight === 0n ? 0n : gcfs.avg.load_sum / weight;
    runnableSum = s64(min(se.avg.load_sum, perWeight));
  }
  runnableSum = max(runnableSum, se.avg.util_sum >> 10n);
  const loadSum = u64(seWeight(se) * runnableSum);
  const loadAvg = loadSum / by;
  const deltaAvg = s64(loadAvg - se.avg.load_avg);
  if (deltaAvg === 0n) return;
  const deltaSum = s64(loadSum - seWeight(se) * se.avg.load_sum);
  se.avg.load_sum = u64(runnableSum);
  se.avg.load_avg = loadAvg;
  cfs.avg.load_avg = addPositive64(cfs.avg.load_avg, deltaAvg);
  cfs.avg.load_sum = addPositive64(cfs.avg.load_sum, deltaSum);
  floorLoadSum(cfs.avg);
}

/** propagate_entity_load_avg() */
export function propagateEntityLoadAvg(se: Se): boolean {
  const gcfs = se.my_q;
  if (gcfs === null || !gcfs.propagate) return false;
  gcfs.propagate = false;
  addTgCfsPropagate(se.cfs_rq, gcfs.prop_runnable_sum);
  updateTgCfsUtil(se.cfs_rq, se, gcfs);
  updateTgCfsRunnable(se.cfs_rq, se, gcfs);
  updateTgCfsLoad(se.cfs_rq, se, gcfs);
  return true;
}

/** cfs_rq_clock_pelt() */
export function cfsRqClockPelt(rq: Rq, cfs: CfsRq): bigint {
  const now = cfs.throttle_count !== 0n ? cfs.throttled_clock_pelt : rq.clock_pelt - rq.lost_idle_time;
  return u64(now - cfs.throttled_clock_pelt_time);
}

/** update_load_avg() */
export function updateEntityLoadAvg(rq: Rq, cfs: CfsRq, se: Se, flags: number, utilEst: boolean): void {
  const now = cfsRqClockPelt(rq, cfs);
  if (se.avg.last_update_time !== 0n && (flags & SKIP_AGE_LOAD) === 0) updateLoadAvgSe(now, cfs, se, utilEst);
  const changed = updateCfsRqLoadAvg(now, cfs);
  const decayed = propagateEntityLoadAvg(se) || changed;
  if (se.avg.last_update_time === 0n && (flags & DO_ATTACH) !== 0) {
    attachEntityLoadAvg(cfs, se);
    updateTgLoadAvg(cfs);
  } else if ((flags & DO_DETACH) !== 0) {
    detachEntityLoadAvg(cfs, se);
    updateTgLoadAvg(cfs);
  } else if (decayed && (flags & UPDATE_TG) !== 0) {
    updateTgLoadAvg(cfs);
  }
}

/** sync_entity_load_avg() */
export function syncEntityLoadAvg(se: Se): void {
  updateLoadAvgBlockedSe(se.cfs_rq.avg.last_update_time, se);
}

/** remove_entity_load_avg() */
export function removeEntityLoadAvg(se: Se): void {
  const cfs = se.cfs_rq;
  syncEntityLoadAvg(se);
  cfs.removed_nr += 1n;
  cfs.removed_util = u64(cfs.removed_util + se.avg.util_avg);
  cfs.removed_load = u64(cfs.removed_load + se.avg.load_avg);
  cfs.removed_runnable = u64(cfs.removed_runnable + se.avg.runnable_avg);
}

/** set_task_rq_fair(), with the feature ATTACH_AGE_LOAD on. */
export function setTaskRqFair(se: Se, prev: CfsRq | null, next: CfsRq): void {
  if (se.avg.last_update_time === 0n || prev === null) return;
  updateLoadAvgBlockedSe(prev.avg.last_update_time, se);
  se.avg.last_update_time = next.avg.last_update_time;
}
