import type { Kernel } from '../kernel.js';
import { add_positive, div_u64, max_u32 } from '../math/arith.js';
import { scale_load_down } from '../math/weights.js';
import { get_pelt_divider, PELT_MIN_DIVIDER } from './pelt.js';

/*
 * How a change of load inside a task group reaches the group's entity one level up: attach and detach note it on the
 * group's cfs_rq (propagate, prop_runnable_sum), and the next update of the entity takes it over.
 */

/**
 * @kernel kernel/sched/fair.c add_tg_cfs_propagate
 * @omits nothing
 */
export function add_tg_cfs_propagate(k: Kernel, cfs: number, runnable_sum: number): void {
  k.cfs.propagate[cfs] = 1;
  k.cfs.prop_runnable_sum[cfs]! += runnable_sum;
}

/**
 * Tells the group the load of one of its cfs_rqs, if it changed by more than 1/64.
 * @kernel kernel/sched/fair.c update_tg_load_avg
 * @omits nothing
 */
export function update_tg_load_avg(k: Kernel, cfs: number): void {
  const c = k.cfs;
  const tg = c.tg[cfs]!;
  if (tg === 0) return;
  const load = k.avg.load_avg[k.cfs_avg + cfs]!;
  const contrib = c.tg_load_avg_contrib[cfs]!;
  const delta = load - contrib;
  if (Math.abs(delta) <= Math.floor(contrib / 64)) return;
  k.tg.load_avg[tg]! += delta;
  c.tg_load_avg_contrib[cfs] = load;
}

/**
 * @kernel kernel/sched/fair.c update_tg_cfs_util
 * @omits nothing
 */
function update_tg_cfs_util(k: Kernel, cfs: number, se: number, gcfs: number): void {
  const avg = k.avg;
  const a = k.cfs_avg + cfs;
  const util = avg.util_avg[k.cfs_avg + gcfs]!;
  const delta_avg = util - avg.util_avg[se]!;
  if (delta_avg === 0) return;
  const new_sum = (util * get_pelt_divider(avg, a)) % 2 ** 32;
  const delta_sum = new_sum - avg.util_sum[se]!;
  avg.util_avg[se] = util;
  avg.util_sum[se] = new_sum;
  avg.util_avg[a] = add_positive(avg.util_avg[a]!, delta_avg);
  avg.util_sum[a] = max_u32(add_positive(avg.util_sum[a]!, delta_sum), avg.util_avg[a]! * PELT_MIN_DIVIDER);
}

/**
 * @kernel kernel/sched/fair.c update_tg_cfs_runnable
 * @omits nothing
 */
function update_tg_cfs_runnable(k: Kernel, cfs: number, se: number, gcfs: number): void {
  const avg = k.avg;
  const a = k.cfs_avg + cfs;
  const runnable = avg.runnable_avg[k.cfs_avg + gcfs]!;
  const delta_avg = runnable - avg.runnable_avg[se]!;
  if (delta_avg === 0) return;
  const new_sum = runnable * get_pelt_divider(avg, a);
  const delta_sum = new_sum - avg.runnable_sum[se]!;
  avg.runnable_avg[se] = runnable;
  avg.runnable_sum[se] = new_sum;
  avg.runnable_avg[a] = add_positive(avg.runnable_avg[a]!, delta_avg);
  avg.runnable_sum[a] = max_u32(add_positive(avg.runnable_sum[a]!, delta_sum), avg.runnable_avg[a]! * PELT_MIN_DIVIDER);
}

/**
 * @kernel kernel/sched/fair.c update_tg_cfs_load
 * @omits nothing
 */
function update_tg_cfs_load(k: Kernel, cfs: number, se: number, gcfs: number): void {
  const { avg, cfs: c } = k;
  let runnable_sum = c.prop_runnable_sum[gcfs]!;
  if (runnable_sum === 0) return;
  c.prop_runnable_sum[gcfs] = 0;
  const a = k.cfs_avg + cfs;
  const divider = get_pelt_divider(avg, a);

  if (runnable_sum >= 0) {
    // Something came: the group is at most always runnable.
    runnable_sum = Math.min(runnable_sum + avg.load_sum[se]!, divider);
  } else {
    // Something went: what is left cannot be more than the group's own average says.
    const weight = scale_load_down(c.weight[gcfs]!);
    const rest = weight === 0 ? 0 : div_u64(avg.load_sum[k.cfs_avg + gcfs]!, weight);
    runnable_sum = Math.min(avg.load_sum[se]!, rest);
  }
  runnable_sum = Math.max(runnable_sum, Math.floor(avg.util_sum[se]! / 1024));

  const weight = scale_load_down(k.se.weight[se]!);
  const load_sum = weight * runnable_sum;
  const load_avg = div_u64(load_sum, divider);
  const delta_avg = load_avg - avg.load_avg[se]!;
  if (delta_avg === 0) return;
  const delta_sum = load_sum - weight * avg.load_sum[se]!;
  avg.load_sum[se] = runnable_sum;
  avg.load_avg[se] = load_avg;
  avg.load_avg[a] = add_positive(avg.load_avg[a]!, delta_avg);
  avg.load_sum[a] = max_u32(add_positive(avg.load_sum[a]!, delta_sum), avg.load_avg[a]! * PELT_MIN_DIVIDER);
}

/**
 * @returns whether there was anything to take over
 * @kernel kernel/sched/fair.c propagate_entity_load_avg
 * @omits nothing
 */
export function propagate_entity_load_avg(k: Kernel, se: number): boolean {
  if (se < k.tasks) return false;
  const c = k.cfs;
  const gcfs = k.group_cfs_rq(se);
  if (c.propagate[gcfs] === 0) return false;
  c.propagate[gcfs] = 0;
  const cfs = k.se.cfs_rq[se]!;
  add_tg_cfs_propagate(k, cfs, c.prop_runnable_sum[gcfs]!);
  update_tg_cfs_util(k, cfs, se, gcfs);
  update_tg_cfs_runnable(k, cfs, se, gcfs);
  update_tg_cfs_load(k, cfs, se, gcfs);
  return true;
}
