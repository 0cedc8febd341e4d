import { ___update_load_avg, ___update_load_sum } from '../fair/pelt.js';
import type { Kernel } from '../kernel.js';
import { rq_clock_pelt } from './clock.js';

/**
 * Ages what real-time tasks take of a CPU. The model schedules none of them: whoever knows when they run says so.
 * @param running 1 where a real-time task has run up to now, else 0
 * @kernel kernel/sched/pelt.c update_rt_rq_load_avg
 * @omits nothing
 */
export function update_rt_rq_load_avg(k: Kernel, cpu: number, running: number): void {
  const a = k.rt_avg + cpu;
  if (___update_load_sum(k.avg, a, rq_clock_pelt(k, cpu), running, running, running)) ___update_load_avg(k.avg, a, 1);
}

/**
 * What real-time tasks take of a CPU, 0…1023.
 * @kernel kernel/sched/sched.h cpu_util_rt
 * @omits nothing
 */
export function cpu_util_rt(k: Kernel, cpu: number): number {
  return k.avg.util_avg[k.rt_avg + cpu]!;
}
