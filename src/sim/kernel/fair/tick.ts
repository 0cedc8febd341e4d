import { resched_curr } from '../core/activate.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { clear_buddies } from './buddies.js';
import { update_curr } from './curr.js';
import { update_cfs_group } from './group.js';
import { update_load_avg, UPDATE_TG } from './load-avg.js';
import { update_misfit_status } from './signals.js';
import { sched_slice } from './slice.js';

/**
 * At the tick: has the running entity had its slice, or is another one too far behind?
 * @kernel kernel/sched/fair.c check_preempt_tick
 * @omits nothing
 */
export function check_preempt_tick(k: Kernel, cfs: number, curr: number): void {
  const e = k.se;
  k.charge_event();
  const ideal_runtime = sched_slice(k, cfs, curr);
  const delta_exec = e.sum_exec_runtime[curr]! - e.prev_sum_exec_runtime[curr]!;
  if (delta_exec > ideal_runtime) {
    resched_curr(k, k.cfs.cpu[cfs]!);
    clear_buddies(k, cfs, curr);
    return;
  }
  if (delta_exec < k.sysctl.min_granularity_ns) return;
  const first = k.cfs.first[cfs]!;
  const delta = e.vruntime[curr]! - e.vruntime[first]!;
  if (delta < 0) return;
  if (delta > ideal_runtime) resched_curr(k, k.cfs.cpu[cfs]!);
}

/**
 * @kernel kernel/sched/fair.c entity_tick
 * @omits HRTICK
 */
export function entity_tick(k: Kernel, cfs: number, curr: number): void {
  update_curr(k, cfs);
  update_load_avg(k, cfs, curr, UPDATE_TG);
  update_cfs_group(k, curr);
  if (k.cfs.nr_running[cfs]! > 1) check_preempt_tick(k, cfs, curr);
}

/**
 * @kernel kernel/sched/fair.c task_tick_fair
 * @omits NUMA balancing, core scheduling
 */
export function task_tick_fair(k: Kernel, cpu: number, curr: number): void {
  for (let se = curr; se !== NIL; se = k.se.parent[se]!) entity_tick(k, k.se.cfs_rq[se]!, se);
  update_misfit_status(k, curr, cpu);
}
