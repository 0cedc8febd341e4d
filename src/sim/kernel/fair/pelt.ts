import type { Kernel } from '../kernel.js';
import { div_u64, mul_u64_u32_shr32 } from '../math/arith.js';
import { scale_load_down } from '../math/weights.js';
import type { AvgTable } from '../state/avg.js';
import { POW2 } from '../math/pow2.js';

/*
 * Per-entity load tracking. Time is cut into periods of 1024 µs (of 1024 ns: 2^20 ns); what was true n periods ago
 * counts y^n, with y^32 = 1/2:
 *
 *        |<->|<----------------->|<--->|
 *         d1          d2           d3
 *   ... |---x---|------| ... |------|-----x (now)
 *
 *     sum' = (sum + d1) · y^p + 1024 · Σ(n=1…p−1) y^n + d3
 *     avg  = sum · weight / (LOAD_AVG_MAX − 1024 + d3)
 *
 * p is the number of period boundaries crossed. Powers come from a table of y^n · 2^32, sums from LOAD_AVG_MAX, the
 * limit of the series; everything is cut to integers exactly where the kernel cuts it.
 */

export const LOAD_AVG_PERIOD = 32;
export const LOAD_AVG_MAX = 47742;
export const PELT_MIN_DIVIDER = LOAD_AVG_MAX - 1024;

/** y^n · 2^32 for n = 0…31, rounded down. */
const runnable_avg_yN_inv = Float64Array.of(
  0xffffffff, 0xfa83b2da, 0xf5257d14, 0xefe4b99a, 0xeac0c6e6, 0xe5b906e6, 0xe0ccdeeb, 0xdbfbb796, 0xd744fcc9, 0xd2a81d91,
  0xce248c14, 0xc9b9bd85, 0xc5672a10, 0xc12c4cc9, 0xbd08a39e, 0xb8fbaf46, 0xb504f333, 0xb123f581, 0xad583ee9, 0xa9a15ab4,
  0xa5fed6a9, 0xa2704302, 0x9ef5325f, 0x9b8d39b9, 0x9837f050, 0x94f4efa8, 0x91c3d373, 0x8ea4398a, 0x8b95c1e3, 0x88980e80,
  0x85aac367, 0x82cd8698,
);

/** The same in two halves of 16 bits, so that products with sums up to 2^37 stay exact. */
const yN_inv_hi = runnable_avg_yN_inv.map((inv) => Math.floor(inv / 65536));
const yN_inv_lo = runnable_avg_yN_inv.map((inv) => inv % 65536);

/**
 * val · y^n.
 * @kernel kernel/sched/pelt.c decay_load
 * @omits nothing
 */
export function decay_load(val: number, n: number): number {
  if (n >= LOAD_AVG_PERIOD) {
    if (n > LOAD_AVG_PERIOD * 63) return 0;
    val = Math.floor(val / POW2[n >>> 5]!);
    n &= 31;
  }
  if (val < 2 ** 37) return Math.floor((val * yN_inv_hi[n]! + Math.floor((val * yN_inv_lo[n]!) / 65536)) / 65536);
  return mul_u64_u32_shr32(val, runnable_avg_yN_inv[n]!);
}

/** LOAD_AVG_MAX − LOAD_AVG_MAX · y^p − 1024 for p = 0…63: the middle part of the sum over p periods. */
const whole_periods = Float64Array.from({ length: 64 }, (_, p) => LOAD_AVG_MAX - decay_load(LOAD_AVG_MAX, p) - 1024);

/**
 * What `periods` whole periods and the two ends d1 and d3 add up to.
 * @kernel kernel/sched/pelt.c __accumulate_pelt_segments
 * @omits nothing
 */
export function __accumulate_pelt_segments(periods: number, d1: number, d3: number): number {
  const c2 = periods < 64 ? whole_periods[periods]! : LOAD_AVG_MAX - decay_load(LOAD_AVG_MAX, periods) - 1024;
  return decay_load(d1, periods) + c2 + d3;
}

/**
 * Brings the sums of row `a` up to `now`.
 * @param now ns of the PELT clock
 * @param load weight that counts (0: blocked), `runnable` entities, `running` 0 or 1
 * @returns whether a period boundary was crossed, that is, whether the averages must be recomputed
 * @kernel kernel/sched/pelt.c ___update_load_sum, accumulate_sum
 * @omits nothing
 */
export function ___update_load_sum(avg: AvgTable, a: number, now: number, load: number, runnable: number, running: number): boolean {
  const last = avg.last_update_time[a]!;
  let delta = now - last;
  if (delta < 1024) {
    // Time that went backwards is taken over; less than a µs (of 1024 ns) waits.
    if (delta < 0) avg.last_update_time[a] = now;
    return false;
  }
  delta = delta < 2147483648 ? delta >>> 10 : Math.floor(delta / 1024);
  avg.last_update_time[a] = last + delta * 1024;

  let contrib = delta;
  const contributed = avg.period_contrib[a]!;
  delta += contributed;
  if (delta < 1024) {
    avg.period_contrib[a] = delta;
    if (load !== 0) {
      avg.load_sum[a] = avg.load_sum[a]! + load * contrib;
      if (runnable !== 0) avg.runnable_sum[a] = avg.runnable_sum[a]! + runnable * contrib * 1024;
      if (running !== 0) avg.util_sum[a] = avg.util_sum[a]! + contrib * 1024;
    }
    return false;
  }

  const periods = delta < 2147483648 ? delta >>> 10 : Math.floor(delta / 1024);
  delta -= periods * 1024;
  avg.period_contrib[a] = delta;
  let load_sum = decay_load(avg.load_sum[a]!, periods);
  let runnable_sum = decay_load(avg.runnable_sum[a]!, periods);
  let util_sum = decay_load(avg.util_sum[a]!, periods);
  if (load !== 0) {
    contrib = __accumulate_pelt_segments(periods, 1024 - contributed, delta);
    load_sum += load * contrib;
    if (runnable !== 0) runnable_sum += runnable * contrib * 1024;
    if (running !== 0) util_sum += contrib * 1024;
  }
  avg.load_sum[a] = load_sum;
  avg.runnable_sum[a] = runnable_sum;
  avg.util_sum[a] = util_sum;
  return true;
}

/**
 * The averages of row `a` from its sums.
 * @kernel kernel/sched/pelt.c ___update_load_avg
 * @omits nothing
 */
export function ___update_load_avg(avg: AvgTable, a: number, weight: number): void {
  const divider = PELT_MIN_DIVIDER + avg.period_contrib[a]!;
  avg.load_avg[a] = div_u64(weight * avg.load_sum[a]!, divider);
  avg.runnable_avg[a] = div_u64(avg.runnable_sum[a]!, divider);
  avg.util_avg[a] = (avg.util_sum[a]! / divider) >>> 0;
}

/**
 * The largest sum that row `a` could have at this point of its period.
 * @kernel kernel/sched/pelt.h get_pelt_divider
 * @omits nothing
 */
export function get_pelt_divider(avg: AvgTable, a: number): number {
  return PELT_MIN_DIVIDER + avg.period_contrib[a]!;
}

/**
 * Ages a blocked entity.
 * @kernel kernel/sched/pelt.c __update_load_avg_blocked_se
 * @omits nothing
 */
export function __update_load_avg_blocked_se(k: Kernel, now: number, se: number): boolean {
  if (!___update_load_sum(k.avg, se, now, 0, 0, 0)) return false;
  ___update_load_avg(k.avg, se, scale_load_down(k.se.weight[se]!));
  return true;
}

/**
 * Ages an entity of a cfs_rq, queued or not; a change of its utilisation is noted for util_est.
 * @kernel kernel/sched/pelt.c __update_load_avg_se
 * @omits nothing
 */
export function __update_load_avg_se(k: Kernel, now: number, cfs: number, se: number): boolean {
  const ses = k.se;
  const on_rq = ses.on_rq[se]!;
  const runnable = se < k.tasks ? on_rq : ses.runnable_weight[se]!;
  if (!___update_load_sum(k.avg, se, now, on_rq, runnable, k.cfs.curr[cfs] === se ? 1 : 0)) return false;
  ___update_load_avg(k.avg, se, scale_load_down(ses.weight[se]!));
  if (k.feat.UTIL_EST) k.avg.util_est_unchanged[se] = 0;
  return true;
}

/**
 * Ages a cfs_rq.
 * @kernel kernel/sched/pelt.c __update_load_avg_cfs_rq
 * @omits nothing
 */
export function __update_load_avg_cfs_rq(k: Kernel, now: number, cfs: number): boolean {
  const a = k.cfs_avg + cfs;
  const cfs_rq = k.cfs;
  const running = cfs_rq.curr[cfs] === -1 ? 0 : 1;
  if (!___update_load_sum(k.avg, a, now, scale_load_down(cfs_rq.weight[cfs]!), cfs_rq.h_nr_running[cfs]!, running)) return false;
  ___update_load_avg(k.avg, a, 1);
  return true;
}
