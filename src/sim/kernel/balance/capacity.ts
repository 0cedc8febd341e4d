import { SD_OVERLAP } from '../constants.js';
import { cpu_util_rt } from '../core/rt-avg.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { msecs_to_jiffies } from './jiffies.js';

/**
 * What the CPU has left for fair tasks.
 * @kernel kernel/sched/fair.c scale_rt_capacity
 * @omits the time taken by deadline tasks, by interrupts and by thermal pressure: none of them is modelled
 */
export function scale_rt_capacity(k: Kernel, cpu: number): number {
  const max = k.cpu_scale[cpu]!;
  const used = cpu_util_rt(k, cpu);
  return used >= max ? 1 : max - used;
}

/**
 * @kernel kernel/sched/fair.c update_cpu_capacity
 * @omits nothing
 */
export function update_cpu_capacity(k: Kernel, sd: number, cpu: number): void {
  let capacity = scale_rt_capacity(k, cpu);
  const sgc = k.sg.sgc[k.sd.groups[sd]!]!;
  k.rq.cpu_capacity_orig[cpu] = k.cpu_scale[cpu]!;
  if (capacity === 0) capacity = 1;
  k.rq.cpu_capacity[cpu] = capacity;
  k.sgc.capacity[sgc] = capacity;
  k.sgc.min_capacity[sgc] = capacity;
  k.sgc.max_capacity[sgc] = capacity;
}

/**
 * Adds up the capacity of the domain's local group: from the groups of the domain below, or CPU by CPU where those
 * overlap and would be counted twice.
 * @kernel kernel/sched/fair.c update_group_capacity
 * @omits nothing
 */
export function update_group_capacity(k: Kernel, sd: number, cpu: number): void {
  const child = k.sd.child[sd]!;
  const sdg = k.sd.groups[sd]!;
  const sgc = k.sg.sgc[sdg]!;
  const interval = msecs_to_jiffies(k.hz, k.sd.balance_interval[sd]!);
  k.sgc.next_update[sgc] = k.g.jiffies[0]! + Math.min(Math.max(interval, 1), k.max_load_balance_interval);

  if (child === NIL) {
    update_cpu_capacity(k, sd, cpu);
    return;
  }

  let capacity = 0;
  let min_capacity = Infinity;
  let max_capacity = 0;
  if ((k.sd.flags[child]! & SD_OVERLAP) !== 0) {
    const off = k.sg.span_off[sdg]!;
    const end = off + k.sg.group_weight[sdg]!;
    for (let i = off; i < end; i++) {
      const cpu_cap = k.rq.cpu_capacity[k.topo_cpus[i]!]!;
      capacity += cpu_cap;
      min_capacity = Math.min(cpu_cap, min_capacity);
      max_capacity = Math.max(cpu_cap, max_capacity);
    }
  } else {
    const first = k.sd.groups[child]!;
    let group = first;
    do {
      const child_sgc = k.sg.sgc[group]!;
      capacity += k.sgc.capacity[child_sgc]!;
      min_capacity = Math.min(k.sgc.min_capacity[child_sgc]!, min_capacity);
      max_capacity = Math.max(k.sgc.max_capacity[child_sgc]!, max_capacity);
      group = k.sg.next[group]!;
    } while (group !== first);
  }
  k.sgc.capacity[sgc] = capacity;
  k.sgc.min_capacity[sgc] = min_capacity;
  k.sgc.max_capacity[sgc] = max_capacity;
}

/**
 * Whether something other than fair tasks takes more of the CPU than the domain's imbalance_pct tolerates.
 * @kernel kernel/sched/fair.c check_cpu_capacity
 * @omits nothing
 */
export function check_cpu_capacity(k: Kernel, cpu: number, sd: number): boolean {
  return k.rq.cpu_capacity[cpu]! * k.sd.imbalance_pct[sd]! < k.rq.cpu_capacity_orig[cpu]! * 100;
}

/**
 * Whether the CPU runs a task too big for it and a bigger CPU exists.
 * @kernel kernel/sched/fair.c check_misfit_status
 * @omits nothing
 */
export function check_misfit_status(k: Kernel, cpu: number, sd: number): boolean {
  if (k.rq.misfit_task_load[cpu]! === 0) return false;
  return k.rq.cpu_capacity_orig[cpu]! < k.g.max_cpu_capacity[0]! || check_cpu_capacity(k, cpu, sd);
}

/**
 * Whether the CPU's only task would be better off elsewhere because of the CPU's reduced capacity.
 * @kernel kernel/sched/fair.c sched_reduced_capacity
 * @omits nothing
 */
export function sched_reduced_capacity(k: Kernel, cpu: number, sd: number): boolean {
  return k.cfs.h_nr_running[cpu]! === 1 && check_cpu_capacity(k, cpu, sd);
}

/**
 * a is greater than b by a margin of about 5 %.
 * @kernel kernel/sched/fair.c capacity_greater
 * @omits nothing
 */
export function capacity_greater(a: number, b: number): boolean {
  return a * 1024 > b * 1078;
}
