import { TASK_ON_RQ_QUEUED } from '../constants.js';
import { task_h_load } from '../fair/h-load.js';
import { _task_util_est, cpu_load, cpu_runnable, cpu_util_cfs, task_util } from '../fair/signals.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';

/*
 * What a CPU's signals would be without task `p`. A task of another CPU, or one that was never attached (a fork), has
 * no part in them.
 */

function hasPart(k: Kernel, cpu: number, p: number): boolean {
  return k.task.cpu[p] === cpu && k.avg.last_update_time[p] !== 0;
}

function less(value: number, part: number): number {
  return value > part ? value - part : 0;
}

/**
 * @kernel kernel/sched/fair.c cpu_load_without
 * @omits nothing
 */
export function cpu_load_without(k: Kernel, cpu: number, p: number): number {
  return hasPart(k, cpu, p) ? less(cpu_load(k, cpu), task_h_load(k, p)) : cpu_load(k, cpu);
}

/**
 * @kernel kernel/sched/fair.c cpu_runnable_without
 * @omits nothing
 */
export function cpu_runnable_without(k: Kernel, cpu: number, p: number): number {
  return hasPart(k, cpu, p) ? less(cpu_runnable(k, cpu), k.avg.runnable_avg[p]!) : cpu_runnable(k, cpu);
}

/**
 * @kernel kernel/sched/fair.c cpu_util_without, cpu_util_next
 * @omits cpu_util_next() for a destination, which only energy-aware placement asks for
 */
export function cpu_util_without(k: Kernel, cpu: number, p: number): number {
  if (!hasPart(k, cpu, p)) return cpu_util_cfs(k, cpu);
  const row = k.cfs_avg + cpu;
  let util = less(k.avg.util_avg[row]!, task_util(k, p));
  if (k.feat.UTIL_EST) {
    let util_est = k.avg.util_est_enqueued[row]!;
    const current = k.rq.curr[k.g.this_cpu[0]!];
    // A waking task has left the estimate already; one that runs execve() has not.
    if (k.task.on_rq[p] === TASK_ON_RQ_QUEUED || current === p) util_est = less(util_est, _task_util_est(k, p));
    if (util_est > util) util = util_est;
  }
  const capacity = k.rq.cpu_capacity_orig[cpu]!;
  return util < capacity ? util : capacity;
}

/**
 * 1 where `p` is counted in nr_running of `cpu`.
 * @kernel kernel/sched/fair.c task_running_on_cpu
 * @omits nothing
 */
export function task_running_on_cpu(k: Kernel, cpu: number, p: number): number {
  return hasPart(k, cpu, p) && k.task.on_rq[p] === TASK_ON_RQ_QUEUED ? 1 : 0;
}

/**
 * @kernel kernel/sched/fair.c idle_cpu_without
 * @omits nothing
 */
export function idle_cpu_without(k: Kernel, cpu: number, p: number): boolean {
  const rq = k.rq;
  const curr = rq.curr[cpu]!;
  if (rq.stop_running[cpu] === 1 || (curr !== NIL && curr !== p)) return false;
  return rq.ttwu_pending[cpu] === 0;
}
