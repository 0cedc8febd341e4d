import {
  group_asym_packing,
  group_fully_busy,
  group_has_spare,
  group_imbalanced,
  group_misfit_task,
  group_overloaded,
} from '../constants.js';
import type { Kernel } from '../kernel.js';

/**
 * `struct sg_lb_stats`: what one walk over the CPUs of a group adds up. Loads, utilisations and capacities are in
 * 1/1024 of a CPU; counts are tasks or CPUs. Instances are reused, never allocated on the hot path.
 */
export class SgLbStats {
  /** group_load · 1024 / group_capacity; only filled where the kernel does. */
  avg_load = 0;
  group_load = 0;
  group_capacity = 0;
  group_util = 0;
  group_runnable = 0;
  /** Tasks of all scheduling classes. */
  sum_nr_running = 0;
  /** Fair tasks, those inside groups included. */
  sum_h_nr_running = 0;
  idle_cpus = 0;
  group_weight = 0;
  group_type = group_has_spare;
  group_asym_packing = 0;
  group_misfit_task_load = 0;

  /** Sets every member to 0, as the kernel's memset does. */
  clear(): void {
    this.avg_load = 0;
    this.group_load = 0;
    this.group_capacity = 0;
    this.group_util = 0;
    this.group_runnable = 0;
    this.sum_nr_running = 0;
    this.sum_h_nr_running = 0;
    this.idle_cpus = 0;
    this.group_weight = 0;
    this.group_type = group_has_spare;
    this.group_asym_packing = 0;
    this.group_misfit_task_load = 0;
  }

  /** Copies every member of `other`: the kernel's structure assignment. */
  assign(other: SgLbStats): void {
    this.avg_load = other.avg_load;
    this.group_load = other.group_load;
    this.group_capacity = other.group_capacity;
    this.group_util = other.group_util;
    this.group_runnable = other.group_runnable;
    this.sum_nr_running = other.sum_nr_running;
    this.sum_h_nr_running = other.sum_h_nr_running;
    this.idle_cpus = other.idle_cpus;
    this.group_weight = other.group_weight;
    this.group_type = other.group_type;
    this.group_asym_packing = other.group_asym_packing;
    this.group_misfit_task_load = other.group_misfit_task_load;
  }
}

/**
 * Whether an earlier balance at the level below left tasks in the group that affinity kept where they were.
 * @kernel kernel/sched/fair.c sg_imbalanced
 * @omits nothing
 */
export function sg_imbalanced(k: Kernel, sg: number): boolean {
  return k.sgc.imbalance[k.sg.sgc[sg]!]! !== 0;
}

/**
 * Whether the group could take one more task. Neither this nor group_is_overloaded() is the other's opposite: between
 * the two lies the group that is exactly full.
 * @kernel kernel/sched/fair.c group_has_capacity
 * @omits nothing
 */
export function group_has_capacity(imbalance_pct: number, sgs: SgLbStats): boolean {
  if (sgs.sum_nr_running < sgs.group_weight) return true;
  if (sgs.group_capacity * imbalance_pct < sgs.group_runnable * 100) return false;
  return sgs.group_capacity * 100 > sgs.group_util * imbalance_pct;
}

/**
 * Whether the group has more tasks than CPUs and they want more than the CPUs give.
 * @kernel kernel/sched/fair.c group_is_overloaded
 * @omits nothing
 */
export function group_is_overloaded(imbalance_pct: number, sgs: SgLbStats): boolean {
  if (sgs.sum_nr_running <= sgs.group_weight) return false;
  if (sgs.group_capacity * 100 < sgs.group_util * imbalance_pct) return true;
  return sgs.group_capacity * imbalance_pct < sgs.group_runnable * 100;
}

/**
 * The group_type of a group from its statistics; the larger it is, the more reason there is to pull from the group.
 * @kernel kernel/sched/fair.c group_classify
 * @omits nothing
 */
export function group_classify(k: Kernel, imbalance_pct: number, sg: number, sgs: SgLbStats): number {
  if (group_is_overloaded(imbalance_pct, sgs)) return group_overloaded;
  if (sg_imbalanced(k, sg)) return group_imbalanced;
  if (sgs.group_asym_packing !== 0) return group_asym_packing;
  if (sgs.group_misfit_task_load !== 0) return group_misfit_task;
  return group_has_capacity(imbalance_pct, sgs) ? group_has_spare : group_fully_busy;
}
