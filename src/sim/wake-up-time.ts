import { idle_cpu } from './kernel/core/idle.js';
import type { Kernel } from './kernel/kernel.js';
import { NIL } from './kernel/state/table.js';

/**
 * How long waking `p` takes until other CPUs can see it on a queue, ns: an idle CPU is told as soon as it is chosen and
 * does the rest itself; any other queue is locked until the end. Which of the two it will be is a guess, from the CPU that
 * `p` was on, where it mostly stays, and those next to it.
 */
export function wakeUpTime(k: Kernel, p: number): number {
  const { wakeup, activate, trace_event } = k.cost;
  const chosen = wakeup + 2 * trace_event;
  if (idle_cpu(k, k.task.cpu[p]!)) return chosen;
  return idleNearby(k, p) ? chosen + trace_event : chosen + activate + 3 * trace_event;
}

/** Whether one of the CPUs is idle that a search from p's CPU would look at (see select_idle_cpu). */
function idleNearby(k: Kernel, p: number): boolean {
  const prev = k.task.cpu[p]!;
  const llc = k.rq.sd_llc[prev]!;
  const shared = k.rq.sd_llc_shared[prev]!;
  if (llc === NIL || shared === NIL || k.mask.weight[k.task.mask[p]!]! === 1) return false;
  const off = k.sd.span_off[llc]!;
  const len = k.sd.span_weight[llc]!;
  let left = k.sds.nr_idle_scan[shared]!;
  let at = 0;
  while (at < len && k.topo_cpus[off + at]! <= prev) at++;
  for (let n = 0; n < len && left > 0; n++, at++) {
    const cpu = k.topo_cpus[off + (at < len ? at : at - len)]!;
    if (!k.mask.has(k.task.mask[p]!, cpu)) continue;
    if (idle_cpu(k, cpu)) return true;
    left--;
  }
  return false;
}
