import { idle_cpu, is_core_idle } from '../core/idle.js';
import {
  CPU_NEWLY_IDLE,
  CPU_NOT_IDLE,
  group_asym_packing,
  group_fully_busy,
  group_has_spare,
  group_imbalanced,
  group_misfit_task,
  group_overloaded,
  SCHED_CAPACITY_SCALE,
  SD_ASYM_CPUCAPACITY,
  SD_ASYM_PACKING,
  SD_NUMA,
  SD_PREFER_SIBLING,
} from '../constants.js';
import type { LbEnv } from '../env.js';
import { cpu_load, cpu_runnable, cpu_util_cfs } from '../fair/signals.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { sched_asym, sched_asym_prefer } from './asym.js';
import { capacity_greater, sched_reduced_capacity, update_group_capacity } from './capacity.js';
import { fbq_all, fbq_regular } from './lb-env.js';
import { group_classify, type SgLbStats } from './sg-stats.js';
import { sg_spans } from './spans.js';

/**
 * Adds up the CPUs of `group` that the balance may look at.
 * @returns whether one of them has more than one task, or a misfit one: SG_OVERLOAD
 * @kernel kernel/sched/fair.c update_sg_lb_stats
 * @omits SG_OVERUTILIZED (energy-aware scheduling) and the counts of NUMA balancing, which are 0
 */
export function update_sg_lb_stats(k: Kernel, env: LbEnv, group: number, sgs: SgLbStats): boolean {
  const rq = k.rq;
  const local_group = group === env.sds.local;
  const sd_flags = k.sd.flags[env.sd]!;
  const off = k.sg.span_off[group]!;
  const end = off + k.sg.group_weight[group]!;
  let overload = false;
  sgs.clear();

  for (let i = off; i < end; i++) {
    const cpu = k.topo_cpus[i]!;
    if (env.cpus[cpu]! === 0) continue;
    const load = cpu_load(k, cpu);
    const nr_running = rq.nr_running[cpu]!;
    sgs.group_load += load;
    sgs.group_util += cpu_util_cfs(k, cpu);
    sgs.group_runnable += cpu_runnable(k, cpu);
    sgs.sum_h_nr_running += k.cfs.h_nr_running[cpu]!;
    sgs.sum_nr_running += nr_running;
    if (nr_running > 1) overload = true;
    if (nr_running === 0 && idle_cpu(k, cpu)) {
      sgs.idle_cpus++;
      continue;
    }
    if (local_group) continue;
    if ((sd_flags & SD_ASYM_CPUCAPACITY) !== 0) {
      if (sgs.group_misfit_task_load < rq.misfit_task_load[cpu]!) {
        sgs.group_misfit_task_load = rq.misfit_task_load[cpu]!;
        overload = true;
      }
    } else if (env.idle !== CPU_NOT_IDLE && sched_reduced_capacity(k, cpu, env.sd)) {
      if (sgs.group_misfit_task_load < load) sgs.group_misfit_task_load = load;
    }
  }

  sgs.group_capacity = k.sgc.capacity[k.sg.sgc[group]!]!;
  sgs.group_weight = k.sg.group_weight[group]!;
  if (
    !local_group &&
    (sd_flags & SD_ASYM_PACKING) !== 0 &&
    env.idle !== CPU_NOT_IDLE &&
    sgs.sum_h_nr_running !== 0 &&
    sched_asym(k, env, sgs, group)
  ) {
    sgs.group_asym_packing = 1;
  }
  sgs.group_type = group_classify(k, k.sd.imbalance_pct[env.sd]!, group, sgs);
  // The average is only compared between overloaded groups; elsewhere it stays 0 until calculate_imbalance() wants it.
  if (sgs.group_type === group_overloaded) {
    sgs.avg_load = Math.floor((sgs.group_load * SCHED_CAPACITY_SCALE) / sgs.group_capacity);
  }
  return overload;
}

/**
 * Whether `sg` is a better group to pull from than the best so far.
 * @kernel kernel/sched/fair.c update_sd_pick_busiest
 * @omits nothing
 */
export function update_sd_pick_busiest(k: Kernel, env: LbEnv, sg: number, sgs: SgLbStats): boolean {
  const sds = env.sds;
  const busiest = sds.busiest_stat;
  if (sgs.sum_h_nr_running === 0) return false;

  if ((k.sd.flags[env.sd]! & SD_ASYM_CPUCAPACITY) !== 0) {
    const dst_capacity = k.rq.cpu_capacity[env.dst_cpu]!;
    const sgc = k.sg.sgc[sg]!;
    // A misfit task only goes to an idle core of a bigger CPU that has room.
    if (
      sgs.group_type === group_misfit_task &&
      (!env.dst_core_idle ||
        !capacity_greater(dst_capacity, k.sgc.max_capacity[sgc]!) ||
        sds.local_stat.group_type !== group_has_spare)
    ) {
      return false;
    }
    // Without overload nothing is pulled from bigger CPUs to a smaller one.
    if (sgs.group_type <= group_fully_busy && capacity_greater(k.sgc.min_capacity[sgc]!, dst_capacity)) return false;
  }

  if (sgs.group_type !== busiest.group_type) return sgs.group_type > busiest.group_type;
  switch (sgs.group_type) {
    case group_imbalanced:
      return false;
    case group_asym_packing:
      return !sched_asym_prefer(k.sg.asym_prefer_cpu[sg]!, k.sg.asym_prefer_cpu[sds.busiest]!);
    case group_misfit_task:
      return sgs.group_misfit_task_load >= busiest.group_misfit_task_load;
    case group_has_spare:
      if (sgs.idle_cpus !== busiest.idle_cpus) return sgs.idle_cpus < busiest.idle_cpus;
      return sgs.sum_nr_running > busiest.sum_nr_running;
    default:
      // group_overloaded, and group_fully_busy, whose averages are 0.
      return sgs.avg_load > busiest.avg_load;
  }
}

/**
 * Which queues a balance of a NUMA domain may take tasks from, from the statistics of its busiest group.
 * @kernel kernel/sched/fair.c fbq_classify_group
 * @omits nr_numa_running and nr_preferred_running, which are 0
 */
export function fbq_classify_group(sgs: SgLbStats): number {
  return sgs.sum_h_nr_running > 0 ? fbq_regular : fbq_all;
}

/**
 * How many CPUs a wake-up may look at for an idle one, from the utilisation of the last-level cache's CPUs (SIS_UTIL):
 *
 *     y = 1024 − ((sum_util / weight) · imbalance_pct / 100)² / 1024,  nr_idle_scan = weight · y / 1024
 *
 * @kernel kernel/sched/fair.c update_idle_cpu_scan
 * @omits nothing
 */
export function update_idle_cpu_scan(k: Kernel, env: LbEnv, sum_util: number): void {
  if (!k.feat.SIS_UTIL || env.idle === CPU_NEWLY_IDLE) return;
  const llc_weight = k.rq.sd_llc_size[env.dst_cpu]!;
  if (k.sd.span_weight[env.sd]! !== llc_weight) return;
  const sd_share = k.rq.sd_llc_shared[env.dst_cpu]!;
  if (sd_share === NIL) return;
  const pct = k.sd.imbalance_pct[env.sd]!;
  const x = Math.floor(sum_util / llc_weight);
  const used = Math.min(Math.floor((x * x * pct * pct) / (10000 * SCHED_CAPACITY_SCALE)), SCHED_CAPACITY_SCALE);
  k.sds.nr_idle_scan[sd_share] = Math.floor(((SCHED_CAPACITY_SCALE - used) * llc_weight) / SCHED_CAPACITY_SCALE);
}

/**
 * Fills env->sds from all groups of the domain and chooses the busiest of those that do not hold env->dst_cpu.
 * @kernel kernel/sched/fair.c update_sd_lb_stats
 * @omits the root domain's overutilized flag (energy-aware scheduling)
 */
export function update_sd_lb_stats(k: Kernel, env: LbEnv): void {
  const sds = env.sds;
  const sd = env.sd;
  const child = k.sd.child[sd]!;
  const first = k.sd.groups[sd]!;
  let sum_util = 0;
  let overload = false;
  let sg = first;
  env.dst_core_idle = !k.smt_active || is_core_idle(k, env.dst_cpu);

  do {
    const local_group = sg_spans(k, sg, env.dst_cpu);
    const sgs = local_group ? sds.local_stat : sds.tmp_stat;
    if (local_group) {
      sds.local = sg;
      if (env.idle !== CPU_NEWLY_IDLE || k.g.jiffies[0]! >= k.sgc.next_update[k.sg.sgc[sg]!]!) {
        update_group_capacity(k, sd, env.dst_cpu);
      }
    }
    if (update_sg_lb_stats(k, env, sg, sgs)) overload = true;
    if (!local_group && update_sd_pick_busiest(k, env, sg, sgs)) {
      sds.busiest = sg;
      sds.busiest_stat.assign(sgs);
    }
    sds.total_load += sgs.group_load;
    sds.total_capacity += sgs.group_capacity;
    sum_util += sgs.group_util;
    sg = k.sg.next[sg]!;
  } while (sg !== first);

  sds.prefer_sibling = child !== NIL && (k.sd.flags[child]! & SD_PREFER_SIBLING) !== 0 ? 1 : 0;
  if ((k.sd.flags[sd]! & SD_NUMA) !== 0) env.fbq_type = fbq_classify_group(sds.busiest_stat);
  // Only a look at the whole machine can say that nothing is overloaded.
  if (k.sd.parent[sd]! === NIL) k.g.overload[0] = overload ? 1 : 0;
  update_idle_cpu_scan(k, env, sum_util);
}
