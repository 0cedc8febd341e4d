import { list_add_leaf_cfs_rq } from '../kernel/fair/leaf-list.js';
import { update_cfs_rq_load_avg } from '../kernel/fair/load-avg.js';
import { ___update_load_avg, ___update_load_sum } from '../kernel/fair/pelt.js';
import type { Kernel } from '../kernel/kernel.js';
import type { QueueAverages } from '../programs/program.js';
import { setAverages } from './averages.js';

/** The load of a running task of nice 0. */
const NICE_0_LOAD = 1024;
/** One CPU after the other is balanced by the one that does so for all tickless ones, within so much of each other, ns. */
const PASS_NS = 2000;

/**
 * The averages of the run queues, by CPU, as they were last brought up to date before the start; what has left the queues is still in them.
 * @param start sched_clock() then, ns
 */
export function setQueueAverages(k: Kernel, queues: ReadonlyArray<QueueAverages | undefined>, start: number): void {
  const pass = passOf(queues);
  queues.slice(0, k.cpus).forEach((seen, cpu) => {
    if (seen === undefined || seen.beforeNs < 0) return;
    const { beforeNs, load, runnable, util, removed, running } = seen;
    setAverages(k.avg, k.cfs_avg + cpu, start - beforeNs, load, runnable, util);
    remove(k, cpu, removed);
    // What is left of tasks decays as long as the queue is on the list of those that have something left.
    if (load !== 0 || util !== 0 || runnable !== 0) list_add_leaf_cfs_rq(k, cpu);
    if (running === 0 && beforeNs > pass) update_cfs_rq_load_avg(k, start - pass, cpu);
  });
}

/**
 * When a CPU last balanced for all tickless ones, as far as the queues show it: idle CPUs whose clocks were read right after one
 * another. Those with an older clock were printed before that, and it brought their averages up to date as well.
 * @returns ns before the start; Infinity where none shows
 */
function passOf(queues: ReadonlyArray<QueueAverages | undefined>): number {
  const before = queues.flatMap((seen) => (seen === undefined || seen.running > 0 ? [] : [seen.beforeNs])).sort((a, b) => a - b);
  return before.find((ns, i) => i + 1 < before.length && before[i + 1]! - ns < PASS_NS) ?? Infinity;
}

/**
 * What ran on `cpu` while its queue was looked at was what looked, with the weight of nice 0: it ran on until shortly before the start,
 * and is over. The kernel subtracts what a dead task leaves behind; how much of the averages is that task's is not known, and all is taken.
 * @param start sched_clock() at the start, ns
 */
export function leaveQueue(k: Kernel, cpu: number, seen: QueueAverages | undefined, start: number): void {
  if (seen === undefined || seen.running === 0) return;
  const { avg } = k;
  const a = k.cfs_avg + cpu;
  const { running } = seen;
  if (___update_load_sum(avg, a, start, running * NICE_0_LOAD, running, 1)) ___update_load_avg(avg, a, 1);
  remove(k, cpu, { load: avg.load_avg[a]!, runnable: avg.runnable_avg[a]!, util: avg.util_avg[a]! });
}

/** remove_entity_load_avg() of something with these averages. */
function remove({ cfs }: Kernel, cpu: number, { load, runnable, util }: QueueAverages['removed']): void {
  if (load === 0 && runnable === 0 && util === 0) return;
  cfs.removed_nr[cpu]!++;
  cfs.removed_load[cpu]! += load;
  cfs.removed_runnable[cpu]! += runnable;
  cfs.removed_util[cpu]! += util;
}
