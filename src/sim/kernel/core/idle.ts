import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';

/**
 * Whether the idle task runs on `cpu` and nothing is about to change that. A CPU that is still on its way out of its
 * last task, and may be looking for others to pull, is not idle yet.
 * @kernel kernel/sched/core.c idle_cpu
 * @omits nothing
 */
export function idle_cpu(k: Kernel, cpu: number): boolean {
  const rq = k.rq;
  return (
    rq.curr[cpu] === NIL &&
    rq.nr_running[cpu] === 0 &&
    rq.ttwu_pending[cpu] === 0 &&
    rq.stop_running[cpu] === 0 &&
    rq.idle_from[cpu]! <= k.present()
  );
}

/**
 * The same for a placement: on real hardware a CPU is never itself preempted.
 * @kernel kernel/sched/core.c available_idle_cpu
 * @omits vcpu_is_preempted
 */
export function available_idle_cpu(k: Kernel, cpu: number): boolean {
  return idle_cpu(k, cpu);
}

/**
 * Whether only SCHED_IDLE tasks are queued.
 * @kernel kernel/sched/fair.c sched_idle_rq
 * @omits nothing
 */
export function sched_idle_rq(k: Kernel, cpu: number): boolean {
  const nr = k.rq.nr_running[cpu]!;
  return nr !== 0 && nr === k.cfs.idle_h_nr_running[cpu]!;
}

/**
 * @kernel kernel/sched/fair.c sched_idle_cpu
 * @omits nothing
 */
export function sched_idle_cpu(k: Kernel, cpu: number): boolean {
  return sched_idle_rq(k, cpu);
}

/**
 * Whether every other SMT sibling of `cpu` is idle.
 * @kernel kernel/sched/fair.c is_core_idle
 * @omits nothing
 */
export function is_core_idle(k: Kernel, cpu: number): boolean {
  const off = k.rq.smt_off[cpu]!;
  const end = off + k.rq.smt_len[cpu]!;
  for (let i = off; i < end; i++) {
    const sibling = k.topo_cpus[i]!;
    if (sibling !== cpu && !idle_cpu(k, sibling)) return false;
  }
  return true;
}
