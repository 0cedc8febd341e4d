/** The run queues as they were seen shortly before the recording, see `RunQueueStart`. */
import type { RunQueueStart } from '../../bundle/tables/contents.js';
import { list_add_leaf_cfs_rq } from '../../sim/kernel/fair/leaf-list.js';
import { update_cfs_rq_load_avg } from '../../sim/kernel/fair/load-avg.js';
import type { Kernel } from '../../sim/kernel/kernel.js';
import { ___update_load_avg, ___update_load_sum } from '../../sim/kernel/fair/pelt.js';
import { setAverages } from '../../sim/start/averages.js';
import { NICE_0_WEIGHT } from './settle.js';

/** One CPU after the other is balanced by the one that does so for all tickless ones, within so much of each other, ns. */
const PASS_NS = 2000;

/**
 * Sets them in a kernel whose groups have been made.
 * @param startClock sched_clock() when the recording began, ns
 */
export function startQueues(k: Kernel, queues: readonly RunQueueStart[], startClock: number): void {
  const { rq, cfs } = k;
  const pass = passOf(queues);
  queues.slice(0, k.cpus).forEach(({ minVruntimeNs, avgIdleNs, maxIdleBalanceCostNs, averages }, cpu) => {
    rq.avg_idle[cpu] = avgIdleNs;
    rq.max_idle_balance_cost[cpu] = maxIdleBalanceCostNs;
    cfs.min_vruntime[cpu] = minVruntimeNs;
    if (averages === undefined || averages.clockNs > startClock) return;
    const { clockNs, load, runnable, util, removed } = averages;
    setAverages(k.avg, k.cfs_avg + cpu, clockNs, load, runnable, util);
    remove(k, cpu, removed);
    if (load !== 0 || util !== 0 || runnable !== 0) list_add_leaf_cfs_rq(k, cpu);
    if (averages.running === 0 && clockNs < pass) update_cfs_rq_load_avg(k, pass, cpu);
  });
}

/**
 * When a CPU last balanced for all tickless ones, as far as the queues show it: idle CPUs whose clocks were read right after one
 * another. Those with an older clock were printed before that, and it brought their averages up to date as well.
 * @returns ns since the machine's start; −1 where none shows
 */
function passOf(queues: readonly RunQueueStart[]): number {
  const clocks = queues.flatMap(({ averages }) => (averages === undefined || averages.running > 0 ? [] : [averages.clockNs])).sort((a, b) => a - b);
  return clocks.findLast((clock, i) => i > 0 && clock - clocks[i - 1]! < PASS_NS) ?? -1;
}

/**
 * A CPU is idle as the recording begins. What ran there while its queue was looked at was what looked, with the weight of nice 0:
 * it ran on until shortly before, and is over. The kernel subtracts what a dead task leaves behind; how much of the averages is
 * that task's is not known, and all is taken.
 * @param startClock sched_clock() when the recording began, ns
 */
export function isIdleAtStart(k: Kernel, cpu: number, { averages }: RunQueueStart, startClock: number): void {
  if (averages === undefined || averages.running === 0) return;
  const { avg } = k;
  const a = k.cfs_avg + cpu;
  const { running } = averages;
  if (___update_load_sum(avg, a, startClock, running * NICE_0_WEIGHT, running, 1)) ___update_load_avg(avg, a, 1);
  remove(k, cpu, { load: avg.load_avg[a]!, runnable: avg.runnable_avg[a]!, util: avg.util_avg[a]! });
}

/** remove_entity_load_avg() of something with these averages. */
function remove({ cfs }: Kernel, cpu: number, { load, runnable, util }: { readonly load: number; readonly runnable: number; readonly util: number }): void {
  if (load === 0 && runnable === 0 && util === 0) return;
  cfs.removed_nr[cpu]!++;
  cfs.removed_load[cpu]! += load;
  cfs.removed_runnable[cpu]! += runnable;
  cfs.removed_util[cpu]! += util;
}
