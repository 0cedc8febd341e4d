import type { Kernel } from '../kernel.js';
import { select_task_rq_fair } from '../wakeup/select-rq.js';

/**
 * The CPU for a task that wakes up or is new, always one that its affinity allows.
 * @param cpu where it was
 * @kernel kernel/sched/core.c select_task_rq
 * @omits migrate_disable
 */
export function select_task_rq(k: Kernel, p: number, cpu: number, wake_flags: number): number {
  const mask = k.task.mask[p]!;
  const chosen = k.mask.weight[mask]! > 1 ? select_task_rq_fair(k, p, cpu, wake_flags) : k.mask.first[mask]!;
  return k.mask.has(mask, chosen) ? chosen : select_fallback_rq(k, p, k.task.cpu[p]!);
}

/**
 * An allowed CPU, of the same node if there is one.
 * @kernel kernel/sched/core.c select_fallback_rq
 * @omits the widening of an empty mask (the model refuses empty masks)
 */
export function select_fallback_rq(k: Kernel, p: number, cpu: number): number {
  const mask = k.task.mask[p]!;
  const node = k.rq.node[cpu]!;
  for (let i = 0; i < k.cpus; i++) if (k.rq.node[i] === node && k.mask.has(mask, i)) return i;
  return k.mask.first[mask]!;
}
