import { MIN_SHARES } from '../constants.js';
import type { Kernel } from '../kernel.js';
import { div_u64, mul_div } from '../math/arith.js';
import { scale_load_down } from '../math/weights.js';
import { throttled_hierarchy } from './bandwidth.js';
import { update_curr } from './curr.js';
import { dequeue_load_avg, enqueue_load_avg } from './load-avg.js';
import { get_pelt_divider } from './pelt.js';

/**
 * Gives an entity a new weight wherever it is: queued, running or asleep.
 * @param weight scaled
 * @kernel kernel/sched/fair.c reweight_entity
 * @omits nothing
 */
export function reweight_entity(k: Kernel, cfs: number, se: number, weight: number): void {
  const { cfs: c, se: e, avg } = k;
  const on_rq = e.on_rq[se] !== 0;
  if (on_rq) {
    if (c.curr[cfs] === se) update_curr(k, cfs);
    c.weight[cfs]! -= e.weight[se]!;
  }
  dequeue_load_avg(k, cfs, se);
  e.weight[se] = weight;
  e.inv_weight[se] = 0;
  avg.load_avg[se] = div_u64(scale_load_down(weight) * avg.load_sum[se]!, get_pelt_divider(avg, se));
  enqueue_load_avg(k, cfs, se);
  if (on_rq) {
    c.weight[cfs]! += weight;
  }
}

/**
 * The weight of a group's entity on one CPU: the group's shares times the part of the group's load that is there.
 * @kernel kernel/sched/fair.c calc_group_shares
 * @omits nothing
 */
export function calc_group_shares(k: Kernel, cfs: number): number {
  const c = k.cfs;
  const tg = c.tg[cfs]!;
  const tg_shares = k.tg.shares[tg]!;
  const load = Math.max(scale_load_down(c.weight[cfs]!), k.avg.load_avg[k.cfs_avg + cfs]!);
  const tg_weight = k.tg.load_avg[tg]! - c.tg_load_avg_contrib[cfs]! + load;
  // The group's load is the sum of the contributions, so the weight is never below 0; C would divide by it all the same.
  const shares = tg_weight > 0 ? mul_div(tg_shares, load, tg_weight) : tg_weight < 0 ? MIN_SHARES : tg_shares * load;
  return Math.max(MIN_SHARES, Math.min(shares, tg_shares));
}

/**
 * Keeps the weight of a group's entity in step with the group's load.
 * @kernel kernel/sched/fair.c update_cfs_group
 * @omits nothing
 */
export function update_cfs_group(k: Kernel, se: number): void {
  if (se < k.tasks) return;
  const gcfs = k.group_cfs_rq(se);
  if (throttled_hierarchy(k, gcfs)) return;
  reweight_entity(k, k.se.cfs_rq[se]!, se, calc_group_shares(k, gcfs));
}

/**
 * @kernel kernel/sched/sched.h se_update_runnable
 * @omits nothing
 */
export function se_update_runnable(k: Kernel, se: number): void {
  if (se >= k.tasks) k.se.runnable_weight[se] = k.cfs.h_nr_running[k.group_cfs_rq(se)]!;
}
