import {
  CPU_NOT_IDLE,
  group_asym_packing,
  group_fully_busy,
  group_has_spare,
  group_imbalanced,
  group_misfit_task,
  group_overloaded,
  migrate_load,
  migrate_misfit,
  migrate_task,
  migrate_util,
  SCHED_CAPACITY_SCALE,
  SD_ASYM_CPUCAPACITY,
  SD_NUMA,
  SD_SHARE_PKG_RESOURCES,
} from '../constants.js';
import type { LbEnv } from '../env.js';
import type { Kernel } from '../kernel.js';

const NUMA_IMBALANCE_MIN = 2;

/**
 * Lets two communicating tasks stay together on a node that has few tasks.
 * @param imbalance tasks or CPUs; cut to an int, as the kernel's parameter is
 * @kernel kernel/sched/fair.c adjust_numa_imbalance
 * @omits nothing
 */
export function adjust_numa_imbalance(imbalance: number, dst_running: number, imb_numa_nr: number): number {
  const int = imbalance | 0;
  if (dst_running > imb_numa_nr) return int;
  return int <= NUMA_IMBALANCE_MIN ? 0 : int;
}

/** The local group has room: fill its spare utilisation, or even out the number of tasks or of idle CPUs. */
function imbalance_of_spare_local(k: Kernel, env: LbEnv): void {
  const sds = env.sds;
  const local = sds.local_stat;
  const busiest = sds.busiest_stat;
  const sd_flags = k.sd.flags[env.sd]!;
  if (busiest.group_type > group_fully_busy && (sd_flags & SD_SHARE_PKG_RESOURCES) === 0) {
    env.migration_type = migrate_util;
    env.imbalance = Math.max(local.group_capacity, local.group_util) - local.group_util;
    // A group can have spare CPUs and no spare utilisation; an idle CPU then takes one task all the same.
    if (env.idle !== CPU_NOT_IDLE && env.imbalance === 0) {
      env.migration_type = migrate_task;
      env.imbalance = 1;
    }
    return;
  }

  env.migration_type = migrate_task;
  if (busiest.group_weight === 1 || sds.prefer_sibling !== 0) {
    env.imbalance = Math.max(0, busiest.sum_nr_running - local.sum_nr_running);
  } else {
    // The kernel subtracts unsigned ints: a busiest group with more idle CPUs gives a number close to 2^32, not 0.
    env.imbalance = (local.idle_cpus - busiest.idle_cpus) >>> 0;
  }
  if ((sd_flags & SD_NUMA) !== 0) {
    env.imbalance = adjust_numa_imbalance(env.imbalance, local.sum_nr_running + 1, k.sd.imb_numa_nr[env.sd]!);
  }
  // Half of the difference makes both sides equal. An arithmetic shift: it rounds down below 0 too.
  env.imbalance = Math.floor(env.imbalance / 2);
}

/**
 * Sets env->migration_type and env->imbalance: how much of what would even out the local and the busiest group.
 * @kernel kernel/sched/fair.c calculate_imbalance
 * @omits nothing
 */
export function calculate_imbalance(k: Kernel, env: LbEnv): void {
  const sds = env.sds;
  const local = sds.local_stat;
  const busiest = sds.busiest_stat;

  switch (busiest.group_type) {
    case group_misfit_task:
      if ((k.sd.flags[env.sd]! & SD_ASYM_CPUCAPACITY) !== 0) {
        env.migration_type = migrate_misfit;
        env.imbalance = 1;
      } else {
        env.migration_type = migrate_load;
        env.imbalance = busiest.group_misfit_task_load;
      }
      return;
    case group_asym_packing:
      env.migration_type = migrate_task;
      env.imbalance = busiest.sum_h_nr_running;
      return;
    case group_imbalanced:
      env.migration_type = migrate_task;
      env.imbalance = 1;
      return;
  }

  if (local.group_type === group_has_spare) {
    imbalance_of_spare_local(k, env);
    return;
  }

  if (local.group_type < group_overloaded) {
    local.avg_load = Math.floor((local.group_load * SCHED_CAPACITY_SCALE) / local.group_capacity);
    if (local.avg_load >= busiest.avg_load) {
      env.imbalance = 0;
      return;
    }
    sds.avg_load = Math.floor((sds.total_load * SCHED_CAPACITY_SCALE) / sds.total_capacity);
    if (local.avg_load >= sds.avg_load) {
      env.imbalance = 0;
      return;
    }
  }

  // Neither pull the busiest group below the domain's average nor push the local one above it. A busiest group below
  // the average makes the kernel's unsigned difference huge, so that the other one decides.
  env.migration_type = migrate_load;
  const excess =
    busiest.avg_load >= sds.avg_load ? (busiest.avg_load - sds.avg_load) * busiest.group_capacity : Infinity;
  const room = (sds.avg_load - local.avg_load) * local.group_capacity;
  env.imbalance = Math.floor(Math.min(excess, room) / SCHED_CAPACITY_SCALE);
}
