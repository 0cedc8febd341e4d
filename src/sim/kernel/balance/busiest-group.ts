import {
  CPU_NOT_IDLE,
  group_asym_packing,
  group_has_spare,
  group_imbalanced,
  group_misfit_task,
  group_overloaded,
  SCHED_CAPACITY_SCALE,
} from '../constants.js';
import type { LbEnv } from '../env.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { calculate_imbalance } from './imbalance.js';
import { update_sd_lb_stats } from './sd-stats.js';

/**
 * The tests of find_busiest_group(): whether the difference between the local and the busiest group is worth a move.
 *
 *     busiest \ local    has_spare   fully_busy   misfit…imbalanced   overloaded
 *     has_spare          idle CPUs   balanced     balanced            balanced
 *     fully_busy         idle CPUs   idle CPUs    balanced            balanced
 *     misfit…imbalanced  force       force        force               force
 *     overloaded         force       force        force               averages
 *
 * @kernel kernel/sched/fair.c find_busiest_group
 * @omits energy-aware scheduling
 */
export function is_imbalanced(k: Kernel, env: LbEnv): boolean {
  const sds = env.sds;
  const local = sds.local_stat;
  const busiest = sds.busiest_stat;
  switch (busiest.group_type) {
    case group_misfit_task:
    case group_asym_packing:
    case group_imbalanced:
      return true;
  }
  if (local.group_type > busiest.group_type) return false;

  if (local.group_type === group_overloaded) {
    if (local.avg_load >= busiest.avg_load) return false;
    sds.avg_load = Math.floor((sds.total_load * SCHED_CAPACITY_SCALE) / sds.total_capacity);
    if (local.avg_load >= sds.avg_load) return false;
    if (100 * busiest.avg_load <= k.sd.imbalance_pct[env.sd]! * local.avg_load) return false;
  }

  if (
    sds.prefer_sibling !== 0 &&
    local.group_type === group_has_spare &&
    busiest.sum_nr_running > local.sum_nr_running + 1
  ) {
    return true;
  }

  if (busiest.group_type !== group_overloaded) {
    if (env.idle === CPU_NOT_IDLE) return false;
    if (busiest.group_weight > 1 && local.idle_cpus <= busiest.idle_cpus + 1) return false;
    // One task alone in the group is not to be moved around.
    if (busiest.sum_h_nr_running === 1) return false;
  }
  return true;
}

/**
 * The group to pull from, with env->migration_type and env->imbalance set; the statistics stay in env->sds.
 * @returns row of SgTable, or NIL where the domain is balanced
 * @kernel kernel/sched/fair.c find_busiest_group
 * @omits energy-aware scheduling (sched_energy_enabled)
 */
export function find_busiest_group(k: Kernel, env: LbEnv): number {
  env.sds.init();
  update_sd_lb_stats(k, env);
  if (env.sds.busiest === NIL) {
    env.imbalance = 0;
    return NIL;
  }
  k.charge_event();
  if (!is_imbalanced(k, env)) {
    env.imbalance = 0;
    return NIL;
  }
  calculate_imbalance(k, env);
  return env.imbalance !== 0 ? env.sds.busiest : NIL;
}
