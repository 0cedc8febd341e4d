import { SD_SHARE_CPUCAPACITY } from '../constants.js';
import type { LbEnv } from '../env.js';
import type { Kernel } from '../kernel.js';
import type { SgLbStats } from './sg-stats.js';

/**
 * Whether tasks are packed onto CPU `a` rather than `b`. With the default arch_asym_cpu_priority() the priority of a
 * CPU is minus its number.
 * @kernel kernel/sched/sched.h sched_asym_prefer
 * @omits arch_asym_cpu_priority() of an architecture (x86 ITMT)
 */
export function sched_asym_prefer(a: number, b: number): boolean {
  return a < b;
}

/**
 * Whether packing may pull from a group where either group consists of SMT siblings: an idle core comes before a
 * second task on a core.
 * @kernel kernel/sched/fair.c asym_smt_can_pull_tasks
 * @omits nothing
 */
export function asym_smt_can_pull_tasks(k: Kernel, env: LbEnv, sgs: SgLbStats, sg: number): boolean {
  const local = env.sds.local;
  const local_stat = env.sds.local_stat;
  const preferred = sched_asym_prefer(env.dst_cpu, k.sg.asym_prefer_cpu[sg]!);
  const sg_busy_cpus = sgs.group_weight - sgs.idle_cpus;
  if ((k.sg.flags[local]! & SD_SHARE_CPUCAPACITY) === 0) {
    return sg_busy_cpus >= 2 || preferred;
  }
  if ((k.sg.flags[sg]! & SD_SHARE_CPUCAPACITY) !== 0) {
    const local_busy_cpus = k.sg.group_weight[local]! - local_stat.idle_cpus;
    return sg_busy_cpus - local_busy_cpus === 1 && preferred;
  }
  return local_stat.sum_nr_running === 0 && preferred;
}

/**
 * Whether packing may pull from the group to env->dst_cpu.
 * @kernel kernel/sched/fair.c sched_asym
 * @omits nothing
 */
export function sched_asym(k: Kernel, env: LbEnv, sgs: SgLbStats, group: number): boolean {
  const flags = k.sg.flags[env.sds.local]! | k.sg.flags[group]!;
  if ((flags & SD_SHARE_CPUCAPACITY) !== 0) return asym_smt_can_pull_tasks(k, env, sgs, group);
  return sched_asym_prefer(env.dst_cpu, k.sg.asym_prefer_cpu[group]!);
}
