/** The run queues as they were seen shortly before the recording, see `RunQueueStart`. */
import type { RunQueueStart } from '../../bundle/tables/contents.js';
import { list_add_leaf_cfs_rq } from '../../sim/kernel/fair/leaf-list.js';
import type { Kernel } from '../../sim/kernel/kernel.js';
import { setAverages } from './averages.js';

/**
 * Sets them in a kernel whose groups have been made.
 * @param startClock sched_clock() when the recording began, ns
 */
export function startQueues(k: Kernel, queues: readonly RunQueueStart[], startClock: number): void {
  const { rq, cfs } = k;
  queues.slice(0, k.cpus).forEach(({ minVruntimeNs, avgIdleNs, maxIdleBalanceCostNs, averages }, cpu) => {
    rq.avg_idle[cpu] = avgIdleNs;
    rq.max_idle_balance_cost[cpu] = maxIdleBalanceCostNs;
    cfs.min_vruntime[cpu] = minVruntimeNs;
    if (averages === undefined || averages.clockNs > startClock) return;
    const { clockNs, load, runnable, util, removed } = averages;
    setAverages(k.avg, k.cfs_avg + cpu, clockNs, load, runnable, util);
    remove(k, cpu, removed);
    if (load !== 0 || util !== 0 || runnable !== 0) list_add_leaf_cfs_rq(k, cpu);
  });
}

/**
 * A CPU is idle as the recording begins. What ran there while its queue was looked at was what looked, and is over: the kernel
 * subtracts what a dead task leaves behind. How much of the averages is that task's is not known, and all is taken.
 */
export function isIdleAtStart(k: Kernel, cpu: number, { averages }: RunQueueStart): void {
  if (averages !== undefined && averages.running > 0) remove(k, cpu, averages);
}

/** remove_entity_load_avg() of something with these averages. */
function remove({ cfs }: Kernel, cpu: number, { load, runnable, util }: { readonly load: number; readonly runnable: number; readonly util: number }): void {
  if (load === 0 && runnable === 0 && util === 0) return;
  cfs.removed_nr[cpu]!++;
  cfs.removed_load[cpu]! += load;
  cfs.removed_runnable[cpu]! += runnable;
  cfs.removed_util[cpu]! += util;
}
