import type { Kernel } from '../kernel.js';
import { child_cfs_rq_on_list } from './leaf-list.js';

/**
 * Whether nothing is left of the load of row `a` of the averages.
 * @kernel kernel/sched/fair.c load_avg_is_decayed
 * @omits nothing
 */
export function load_avg_is_decayed(k: Kernel, a: number): boolean {
  return k.avg.load_sum[a] === 0 && k.avg.util_sum[a] === 0 && k.avg.runnable_sum[a] === 0;
}

/**
 * Whether a cfs_rq carries no load any more and can leave the list of those to update.
 * @kernel kernel/sched/fair.c cfs_rq_is_decayed
 * @omits nothing
 */
export function cfs_rq_is_decayed(k: Kernel, cfs: number): boolean {
  return k.cfs.weight[cfs] === 0 && load_avg_is_decayed(k, k.cfs_avg + cfs) && !child_cfs_rq_on_list(k, cfs);
}
