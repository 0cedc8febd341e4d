import { set_task_rq_fair } from '../fair/load-avg.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';

/**
 * Points a task at the cfs_rq and the group entity of its task group on `cpu`.
 * @kernel kernel/sched/sched.h set_task_rq
 * @omits the real-time class
 */
export function set_task_rq(k: Kernel, p: number, cpu: number): void {
  const e = k.se;
  const tg = k.task.tg[p]!;
  const next = k.tg_cfs_rq(tg, cpu);
  set_task_rq_fair(k, p, e.cfs_rq[p]!, next);
  const parent = k.tg_se(tg, cpu);
  e.cfs_rq[p] = next;
  e.parent[p] = parent;
  e.depth[p] = parent === NIL ? 0 : e.depth[parent]! + 1;
}

/**
 * @kernel kernel/sched/sched.h __set_task_cpu
 * @omits nothing
 */
export function __set_task_cpu(k: Kernel, p: number, cpu: number): void {
  set_task_rq(k, p, cpu);
  k.task.cpu[p] = cpu;
  k.task.wake_cpu[p] = cpu;
}
