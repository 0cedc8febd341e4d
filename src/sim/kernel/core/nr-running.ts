import type { Kernel } from '../kernel.js';

/**
 * @kernel kernel/sched/sched.h add_nr_running
 * @omits the tick dependency of NO_HZ_FULL
 */
export function add_nr_running(k: Kernel, cpu: number, count: number): void {
  const rq = k.rq;
  const prev = rq.nr_running[cpu]!;
  rq.nr_running[cpu] = prev + count;
  if (prev < 2 && prev + count >= 2) k.g.overload[0] = 1;
}

/**
 * @kernel kernel/sched/sched.h sub_nr_running
 * @omits the tick dependency of NO_HZ_FULL
 */
export function sub_nr_running(k: Kernel, cpu: number, count: number): void {
  k.rq.nr_running[cpu]! -= count;
}
