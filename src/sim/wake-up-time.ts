import { idle_cpu } from './kernel/core/idle.js';
import type { Kernel } from './kernel/kernel.js';

/**
 * How long waking `p` takes until other CPUs can see it on a queue, ns: an idle CPU is told as soon as it is chosen and
 * does the rest itself; any other queue is locked until the end. Which of the two it will be is taken from the CPU that `p`
 * was on, where it mostly stays.
 */
export function wakeUpTime(k: Kernel, p: number): number {
  const { wakeup, activate, trace_event } = k.cost;
  const chosen = wakeup + 2 * trace_event;
  return idle_cpu(k, k.task.cpu[p]!) ? chosen : chosen + activate + 3 * trace_event;
}
