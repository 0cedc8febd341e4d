import { mulU64U32Shr } from './arith.js';
import { s64, u32, u64 } from './ctypes.js';

/** `struct sched_avg`. */
export interface Avg {
  last_update_time: bigint;
  /** u64 */
  load_sum: bigint;
  /** u64 */
  runnable_sum: bigint;
  /** u32 */
  util_sum: bigint;
  /** u32 */
  period_contrib: bigint;
  load_avg: bigint;
  runnable_avg: bigint;
  util_avg: bigint;
  /** util_est.enqueued with its flag bit, u32 */
  enqueued: bigint;
  /** util_est.ewma, u32 */
  ewma: bigint;
}

export const UTIL_AVG_UNCHANGED = 0x8000_0000n;
export const LOAD_AVG_MAX = 47742n;
export const PELT_MIN_DIVIDER = LOAD_AVG_MAX - 1024n;

/** y^n · 2^32 with y^32 = 1/2, rounded as the kernel's generator prints it: see `yInverse`. */
const Y_INVERSE: readonly bigint[] = Array.from({ length: 32 }, (_, n) => yInverse(n));

/**
 * Entry n of runnable_avg_yN_inv: the program that prints the table computes 0xffffffff · y^n in doubles and cuts off
 * what is after the point.
 */
function yInverse(n: number): bigint {
  return BigInt(Math.floor(0xffff_ffff * Math.pow(Math.pow(0.5, 1 / 32), n)));
}

/** decay_load() */
export function decayLoad(val: bigint, n: bigint): bigint {
  if (n > 32n * 63n) return 0n;
  let left = u32(n);
  if (left >= 32n) {
    val >>= left / 32n;
    left %= 32n;
  }
  return mulU64U32Shr(val, Y_INVERSE[Number(left)]!, 32);
}

/** __accumulate_pelt_segments() */
export function accumulatePeltSegments(periods: bigint, d1: bigint, d3: bigint): bigint {
  const c1 = u32(decayLoad(d1, periods));
  const c2 = u32(LOAD_AVG_MAX - decayLoad(LOAD_AVG_MAX, periods) - 1024n);
  return u32(c1 + c2 + d3);
}

/** accumulate_sum() */
function accumulateSum(delta: bigint, sa: Avg, load: bigint, runnable: bigint, running: bigint): boolean {
  let contrib = u32(delta);
  delta = u64(delta + sa.period_contrib);
  const periods = delta / 1024n;
  if (periods !== 0n) {
    sa.load_sum = decayLoad(sa.load_sum, periods);
    sa.runnable_sum = decayLoad(sa.runnable_sum, periods);
    sa.util_sum = u32(decayLoad(sa.util_sum, periods));
    delta %= 1024n;
    if (load !== 0n) contrib = accumulatePeltSegments(periods, u32(1024n - sa.period_contrib), u32(delta));
  }
  sa.period_contrib = u32(delta);
  if (load !== 0n) sa.load_sum = u64(sa.load_sum + load * contrib);
  if (runnable !== 0n) sa.runnable_sum = u64(sa.runnable_sum + u64(runnable * contrib << 10n));
  if (running !== 0n) sa.util_sum = u32(sa.util_sum + u32(contrib << 10n));
  return periods !== 0n;
}

/** ___update_load_sum() */
export function updateLoadSum(now: bigint, sa: Avg, load: bigint, runnable: bigint, running: bigint): boolean {
  let delta = u64(now - sa.last_update_time);
  if (s64(delta) < 0n) {
    sa.last_update_time = now;
    return false;
  }
  delta >>= 10n;
  if (delta === 0n) return false;
  sa.last_update_time = u64(sa.last_update_time + (delta << 10n));
  if (load === 0n) runnable = running = 0n;
  return accumulateSum(delta, sa, load, runnable, running);
}

/** get_pelt_divider() */
export function divider(sa: Avg): bigint {
  return u32(PELT_MIN_DIVIDER + sa.period_contrib);
}

/** ___update_load_avg() */
export function updateLoadAvg(sa: Avg, weight: bigint): void {
  const by = divider(sa);
  sa.load_avg = u64(weight * sa.load_sum) / by;
  sa.runnable_avg = sa.runnable_sum / by;
  sa.util_avg = sa.util_sum / by;
}
