/** The run queues as they were seen shortly before the recording, see `RunQueueStart`. */
import type { RunQueueStart } from '../../bundle/tables/contents.js';
import type { Kernel } from '../../sim/kernel/kernel.js';
import type { QueueAverages } from '../../sim/programs/program.js';
import { leaveQueue, setQueueAverages } from '../../sim/start/queues.js';

/**
 * Sets them in a kernel whose groups have been made.
 * @param startClock sched_clock() when the recording began, ns
 */
export function startQueues(k: Kernel, queues: readonly RunQueueStart[], startClock: number): void {
  const { rq, cfs } = k;
  queues.slice(0, k.cpus).forEach(({ minVruntimeNs, avgIdleNs, maxIdleBalanceCostNs }, cpu) => {
    rq.avg_idle[cpu] = avgIdleNs;
    rq.max_idle_balance_cost[cpu] = maxIdleBalanceCostNs;
    cfs.min_vruntime[cpu] = minVruntimeNs;
  });
  setQueueAverages(k, queues.map((queue) => before(queue, startClock)), startClock);
}

/**
 * A CPU is idle as the recording begins: what ran there while its queue was looked at is over.
 * @param startClock sched_clock() when the recording began, ns
 */
export function isIdleAtStart(k: Kernel, cpu: number, queue: RunQueueStart, startClock: number): void {
  leaveQueue(k, cpu, before(queue, startClock), startClock);
}

function before({ averages }: RunQueueStart, startClock: number): QueueAverages | undefined {
  return averages === undefined ? undefined : { ...averages, beforeNs: startClock - averages.clockNs };
}
