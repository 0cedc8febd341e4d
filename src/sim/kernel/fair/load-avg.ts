import { CLOCK_BASE, type Kernel } from '../kernel.js';
import { cfs_rq_clock_pelt } from '../core/clock.js';
import { div_u64, max_u32, sub_positive } from '../math/arith.js';
import { scale_load_down } from '../math/weights.js';
import { NIL } from '../state/table.js';
import {
  __update_load_avg_blocked_se,
  __update_load_avg_cfs_rq,
  __update_load_avg_se,
  get_pelt_divider,
  PELT_MIN_DIVIDER,
} from './pelt.js';
import { add_tg_cfs_propagate, propagate_entity_load_avg, update_tg_load_avg } from './propagate.js';

/** Flags of update_load_avg(). */
export const UPDATE_TG = 0x1;
export const SKIP_AGE_LOAD = 0x2;
export const DO_ATTACH = 0x4;
export const DO_DETACH = 0x8;

/**
 * @kernel kernel/sched/fair.c enqueue_load_avg
 * @omits nothing
 */
export function enqueue_load_avg(k: Kernel, cfs: number, se: number): void {
  const avg = k.avg;
  const a = k.cfs_avg + cfs;
  avg.load_avg[a]! += avg.load_avg[se]!;
  avg.load_sum[a]! += scale_load_down(k.se.weight[se]!) * avg.load_sum[se]!;
}

/**
 * @kernel kernel/sched/fair.c dequeue_load_avg
 * @omits nothing
 */
export function dequeue_load_avg(k: Kernel, cfs: number, se: number): void {
  const avg = k.avg;
  const a = k.cfs_avg + cfs;
  avg.load_avg[a] = sub_positive(avg.load_avg[a]!, avg.load_avg[se]!);
  const sum = sub_positive(avg.load_sum[a]!, scale_load_down(k.se.weight[se]!) * avg.load_sum[se]!);
  avg.load_sum[a] = max_u32(sum, avg.load_avg[a]! * PELT_MIN_DIVIDER);
}

/**
 * Subtracts what left the cfs_rq while nobody held its lock, then ages it.
 * @returns whether the averages changed
 * @kernel kernel/sched/fair.c update_cfs_rq_load_avg
 * @omits nothing
 */
export function update_cfs_rq_load_avg(k: Kernel, now: number, cfs: number): boolean {
  const c = k.cfs;
  let decayed = false;
  if (c.removed_nr[cfs] !== 0) {
    subtract_removed(k, cfs);
    decayed = true;
  }
  return __update_load_avg_cfs_rq(k, now, cfs) || decayed;
}

function subtract_removed(k: Kernel, cfs: number): void {
  const { avg, cfs: c } = k;
  const a = k.cfs_avg + cfs;
  const divider = get_pelt_divider(avg, a);
  const load = c.removed_load[cfs]!;
  const util = c.removed_util[cfs]!;
  const runnable = c.removed_runnable[cfs]!;
  c.removed_load[cfs] = 0;
  c.removed_util[cfs] = 0;
  c.removed_runnable[cfs] = 0;
  c.removed_nr[cfs] = 0;

  avg.load_avg[a] = sub_positive(avg.load_avg[a]!, load);
  avg.load_sum[a] = max_u32(sub_positive(avg.load_sum[a]!, load * divider), avg.load_avg[a]! * PELT_MIN_DIVIDER);

  avg.util_avg[a] = sub_positive(avg.util_avg[a]!, util);
  // sub_positive takes the type of the sum, u32: the product loses what is above.
  avg.util_sum[a] = sub_positive(avg.util_sum[a]!, (util * divider) % 2 ** 32);
  avg.util_sum[a] = max_u32(avg.util_sum[a]!, avg.util_avg[a]! * PELT_MIN_DIVIDER);

  avg.runnable_avg[a] = sub_positive(avg.runnable_avg[a]!, runnable);
  avg.runnable_sum[a] = max_u32(
    sub_positive(avg.runnable_sum[a]!, runnable * divider),
    avg.runnable_avg[a]! * PELT_MIN_DIVIDER,
  );
  add_tg_cfs_propagate(k, cfs, Math.floor(-(runnable * divider) / 1024));
}

/**
 * An entity that had no place brings its averages to a cfs_rq.
 * @kernel kernel/sched/fair.c attach_entity_load_avg
 * @omits nothing
 */
export function attach_entity_load_avg(k: Kernel, cfs: number, se: number): void {
  const avg = k.avg;
  const a = k.cfs_avg + cfs;
  const divider = get_pelt_divider(avg, a);
  avg.last_update_time[se] = avg.last_update_time[a]!;
  avg.period_contrib[se] = avg.period_contrib[a]!;
  avg.util_sum[se] = avg.util_avg[se]! * divider;
  avg.runnable_sum[se] = avg.runnable_avg[se]! * divider;
  const weight = scale_load_down(k.se.weight[se]!);
  const load_sum = avg.load_avg[se]! * divider;
  avg.load_sum[se] = weight < load_sum ? div_u64(load_sum, weight) : 1;

  enqueue_load_avg(k, cfs, se);
  avg.util_avg[a]! += avg.util_avg[se]!;
  avg.util_sum[a]! += avg.util_sum[se]!;
  avg.runnable_avg[a]! += avg.runnable_avg[se]!;
  avg.runnable_sum[a]! += avg.runnable_sum[se]!;
  add_tg_cfs_propagate(k, cfs, avg.load_sum[se]!);
}

/**
 * An entity takes its averages away from a cfs_rq.
 * @kernel kernel/sched/fair.c detach_entity_load_avg
 * @omits nothing
 */
export function detach_entity_load_avg(k: Kernel, cfs: number, se: number): void {
  const avg = k.avg;
  const a = k.cfs_avg + cfs;
  dequeue_load_avg(k, cfs, se);
  avg.util_avg[a] = sub_positive(avg.util_avg[a]!, avg.util_avg[se]!);
  avg.util_sum[a] = sub_positive(avg.util_sum[a]!, avg.util_sum[se]!);
  avg.util_sum[a] = max_u32(avg.util_sum[a]!, avg.util_avg[a]! * PELT_MIN_DIVIDER);
  avg.runnable_avg[a] = sub_positive(avg.runnable_avg[a]!, avg.runnable_avg[se]!);
  avg.runnable_sum[a] = max_u32(
    sub_positive(avg.runnable_sum[a]!, avg.runnable_sum[se]!),
    avg.runnable_avg[a]! * PELT_MIN_DIVIDER,
  );
  add_tg_cfs_propagate(k, cfs, -avg.load_sum[se]!);
}

/**
 * Ages an entity and its cfs_rq, attaches or detaches the entity where asked, and passes changes of a group upwards.
 * @kernel kernel/sched/fair.c update_load_avg
 * @omits cpufreq_update_util
 */
export function update_load_avg(k: Kernel, cfs: number, se: number, flags: number): void {
  const avg = k.avg;
  const now = cfs_rq_clock_pelt(k, cfs);
  const since_cfs = now - avg.last_update_time[k.cfs_avg + cfs]!;
  const since_se = now - avg.last_update_time[se]!;
  if (since_se >= 0 && since_se < 1024 && since_cfs >= 0 && since_cfs < 1024 && se < k.tasks && (flags & DO_DETACH) === 0) {
    // Both are up to date to the µs, as they are when a tick or a wake-up has just been here: nothing can change.
    if (k.cfs.removed_nr[cfs] === 0) return;
  }
  const attached = avg.last_update_time[se] !== 0;
  if (attached && (flags & SKIP_AGE_LOAD) === 0) __update_load_avg_se(k, now, cfs, se);
  let decayed = update_cfs_rq_load_avg(k, now, cfs);
  if (propagate_entity_load_avg(k, se)) decayed = true;

  if (avg.last_update_time[se] === 0 && (flags & DO_ATTACH) !== 0) {
    attach_entity_load_avg(k, cfs, se);
    update_tg_load_avg(k, cfs);
  } else if ((flags & DO_DETACH) !== 0) {
    detach_entity_load_avg(k, cfs, se);
    update_tg_load_avg(k, cfs);
  } else if (decayed && (flags & UPDATE_TG) !== 0) {
    update_tg_load_avg(k, cfs);
  }
}

/**
 * Ages a sleeping entity up to where its cfs_rq is.
 * @kernel kernel/sched/fair.c sync_entity_load_avg
 * @omits nothing
 */
export function sync_entity_load_avg(k: Kernel, se: number): void {
  __update_load_avg_blocked_se(k, k.avg.last_update_time[k.cfs_avg + k.se.cfs_rq[se]!]!, se);
}

/**
 * A sleeping task leaves: its averages are noted for the cfs_rq to subtract at its next update.
 * @kernel kernel/sched/fair.c remove_entity_load_avg
 * @omits nothing
 */
export function remove_entity_load_avg(k: Kernel, se: number): void {
  const { avg, cfs: c } = k;
  const cfs = k.se.cfs_rq[se]!;
  sync_entity_load_avg(k, se);
  c.removed_nr[cfs]!++;
  c.removed_util[cfs]! += avg.util_avg[se]!;
  c.removed_load[cfs]! += avg.load_avg[se]!;
  c.removed_runnable[cfs]! += avg.runnable_avg[se]!;
}

/**
 * A task leaves an idle CPU whose clocks stand still: ages it by the time that the CPU has been idle.
 * @kernel kernel/sched/fair.c migrate_se_pelt_lag
 * @omits the kernel work charged in the running event: clocks of other CPUs do not see it before it is over
 */
export function migrate_se_pelt_lag(k: Kernel, se: number): void {
  const { avg, rq } = k;
  if (avg.load_sum[se] === 0 && avg.util_sum[se] === 0 && avg.runnable_sum[se] === 0) return;
  const cfs = k.se.cfs_rq[se]!;
  const cpu = k.cfs.cpu[cfs]!;
  if (rq.curr[cpu] !== NIL || rq.stop_running[cpu] !== 0) return;
  const throttled = k.cfs.throttled_pelt_idle[cfs]!;
  if (throttled === Infinity) return;
  const last_update = avg.last_update_time[k.cfs_avg + cfs]!;
  let now = rq.clock_pelt_idle[cpu]! - throttled;
  if (now < last_update) now = last_update;
  else now += CLOCK_BASE + k.g.now[0]! - rq.clock_idle[cpu]!;
  __update_load_avg_blocked_se(k, now, se);
}

/**
 * The task is about to change its cfs_rq: ages it to where the old one is and dates it as of the new one.
 * @kernel kernel/sched/fair.c set_task_rq_fair
 * @omits nothing
 */
export function set_task_rq_fair(k: Kernel, se: number, prev: number, next: number): void {
  const avg = k.avg;
  if (!k.feat.ATTACH_AGE_LOAD || avg.last_update_time[se] === 0 || prev === NIL) return;
  __update_load_avg_blocked_se(k, avg.last_update_time[k.cfs_avg + prev]!, se);
  avg.last_update_time[se] = avg.last_update_time[k.cfs_avg + next]!;
}
