import type { Kernel } from '../kernel.js';
import { mul_div } from '../math/arith.js';
import { NIL } from '../state/table.js';

/**
 * The load that a cfs_rq contributes to its CPU, once a jiffy: down from the root, each group gets of its parent's load
 * the share that its entity has there.
 * @kernel kernel/sched/fair.c update_cfs_rq_h_load
 * @omits nothing
 */
function update_cfs_rq_h_load(k: Kernel, cfs: number): void {
  const c = k.cfs;
  const now = k.g.jiffies[0]!;
  if (c.last_h_load_update[cfs] === now) return;

  let at = cfs;
  c.h_load_next[at] = NIL;
  let se = k.tg_se(c.tg[cfs]!, c.cpu[cfs]!);
  for (; se !== NIL; se = k.se.parent[se]!) {
    at = k.se.cfs_rq[se]!;
    c.h_load_next[at] = se;
    if (c.last_h_load_update[at] === now) break;
  }
  if (se === NIL) {
    c.h_load[at] = k.avg.load_avg[k.cfs_avg + at]!;
    c.last_h_load_update[at] = now;
  }
  while ((se = c.h_load_next[at]!) !== NIL) {
    const load = mul_div(c.h_load[at]!, k.avg.load_avg[se]!, k.avg.load_avg[k.cfs_avg + at]! + 1);
    at = k.group_cfs_rq(se);
    c.h_load[at] = load;
    c.last_h_load_update[at] = now;
  }
}

/**
 * The load that a task contributes to its CPU.
 * @kernel kernel/sched/fair.c task_h_load
 * @omits nothing
 */
export function task_h_load(k: Kernel, p: number): number {
  const cfs = k.se.cfs_rq[p]!;
  update_cfs_rq_h_load(k, cfs);
  return mul_div(k.avg.load_avg[p]!, k.cfs.h_load[cfs]!, k.avg.load_avg[k.cfs_avg + cfs]! + 1);
}
