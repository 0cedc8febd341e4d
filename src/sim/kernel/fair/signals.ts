import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { task_h_load } from './h-load.js';

/*
 * The load signals that placement and balancing read. All are in units of load weight (nice 0 = 1024) or capacity
 * (one full CPU = 1024).
 */

/**
 * @kernel kernel/sched/fair.c cpu_load
 * @omits nothing
 */
export function cpu_load(k: Kernel, cpu: number): number {
  return k.avg.load_avg[k.cfs_avg + cpu]!;
}

/**
 * @kernel kernel/sched/fair.c cpu_runnable
 * @omits nothing
 */
export function cpu_runnable(k: Kernel, cpu: number): number {
  return k.avg.runnable_avg[k.cfs_avg + cpu]!;
}

/**
 * @kernel kernel/sched/sched.h cpu_util_cfs
 * @omits nothing
 */
export function cpu_util_cfs(k: Kernel, cpu: number): number {
  const a = k.cfs_avg + cpu;
  let util = k.avg.util_avg[a]!;
  if (k.feat.UTIL_EST) {
    const estimated = k.avg.util_est_enqueued[a]!;
    if (estimated > util) util = estimated;
  }
  const capacity = k.rq.cpu_capacity_orig[cpu]!;
  return util < capacity ? util : capacity;
}

/**
 * @kernel kernel/sched/fair.c task_util
 * @omits nothing
 */
export function task_util(k: Kernel, p: number): number {
  return k.avg.util_avg[p]!;
}

/**
 * @kernel kernel/sched/fair.c _task_util_est
 * @omits nothing
 */
export function _task_util_est(k: Kernel, p: number): number {
  const ewma = k.avg.util_est_ewma[p]!;
  const enqueued = k.avg.util_est_enqueued[p]!;
  return ewma > enqueued ? ewma : enqueued;
}

/**
 * @kernel kernel/sched/fair.c task_util_est
 * @omits nothing
 */
export function task_util_est(k: Kernel, p: number): number {
  const util = k.avg.util_avg[p]!;
  const estimated = _task_util_est(k, p);
  return util > estimated ? util : estimated;
}

/**
 * Whether the task's utilisation fits the CPU with a margin of 20 %.
 * @kernel kernel/sched/fair.c task_fits_cpu, util_fits_cpu
 * @omits uclamp (CONFIG_UCLAMP_TASK is off)
 */
export function task_fits_cpu(k: Kernel, p: number, cpu: number): boolean {
  return task_util_est(k, p) * 1280 < k.rq.cpu_capacity[cpu]! * 1024;
}

/**
 * Notes whether the running task is too big for its CPU; `p` is NIL when the CPU goes idle.
 * @kernel kernel/sched/fair.c update_misfit_status
 * @omits nothing
 */
export function update_misfit_status(k: Kernel, p: number, cpu: number): void {
  if (!k.asym_cpucap_active) return;
  if (p === NIL || k.mask.weight[k.task.mask[p]!] === 1 || task_fits_cpu(k, p, cpu)) {
    k.rq.misfit_task_load[cpu] = 0;
    return;
  }
  k.rq.misfit_task_load[cpu] = Math.max(task_h_load(k, p), 1);
}
