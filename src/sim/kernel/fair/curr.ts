import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { account_cfs_rq_runtime } from './bandwidth.js';
import { calc_delta_fair } from './slice.js';

/**
 * min_vruntime follows the smallest vruntime of the cfs_rq and never goes back.
 * @kernel kernel/sched/fair.c update_min_vruntime
 * @omits nothing
 */
export function update_min_vruntime(k: Kernel, cfs: number): void {
  const { cfs: c, se: e } = k;
  let curr = c.curr[cfs]!;
  const leftmost = c.first[cfs]!;
  let vruntime = c.min_vruntime[cfs]!;
  if (curr !== NIL) {
    if (e.on_rq[curr] !== 0) vruntime = e.vruntime[curr]!;
    else curr = NIL;
  }
  if (leftmost !== NIL) {
    const left = e.vruntime[leftmost]!;
    if (curr === NIL || left < vruntime) vruntime = left;
  }
  if (vruntime > c.min_vruntime[cfs]!) c.min_vruntime[cfs] = vruntime;
}

/**
 * Charges the running entity for the time since it was last charged.
 * @kernel kernel/sched/fair.c update_curr
 * @omits schedstats and cgroup accounting
 */
export function update_curr(k: Kernel, cfs: number): void {
  const { cfs: c, se: e } = k;
  const curr = c.curr[cfs]!;
  if (curr === NIL) return;
  const now = k.rq.clock_task[c.cpu[cfs]!]!;
  const delta_exec = now - e.exec_start[curr]!;
  if (delta_exec <= 0) return;
  e.exec_start[curr] = now;
  e.sum_exec_runtime[curr]! += delta_exec;
  e.vruntime[curr]! += calc_delta_fair(k, delta_exec, curr);
  update_min_vruntime(k, cfs);
  account_cfs_rq_runtime(k, cfs, delta_exec);
}
