import { idle_cpu } from '../core/idle.js';
import { CPU_NEWLY_IDLE, CPU_NOT_IDLE, migrate_misfit, migrate_task, SD_ASYM_PACKING } from '../constants.js';
import type { LbEnv } from '../env.js';
import type { Kernel } from '../kernel.js';
import { sched_asym_prefer } from './asym.js';
import { check_cpu_capacity } from './capacity.js';
import { group_balance_cpu } from './spans.js';

/**
 * @kernel kernel/sched/fair.c asym_active_balance
 * @omits nothing
 */
export function asym_active_balance(k: Kernel, env: LbEnv): boolean {
  return (
    env.idle !== CPU_NOT_IDLE &&
    (k.sd.flags[env.sd]! & SD_ASYM_PACKING) !== 0 &&
    sched_asym_prefer(env.dst_cpu, env.src_cpu)
  );
}

/**
 * Whether moving waiting tasks has failed so often that the running one must be moved.
 * @kernel kernel/sched/fair.c imbalanced_active_balance
 * @omits nothing
 */
export function imbalanced_active_balance(k: Kernel, env: LbEnv): boolean {
  return (
    env.migration_type === migrate_task && k.sd.nr_balance_failed[env.sd]! > k.sd.cache_nice_tries[env.sd]! + 2
  );
}

/**
 * Whether the stopper of the busiest CPU should push its running task away.
 * @kernel kernel/sched/fair.c need_active_balance
 * @omits nothing
 */
export function need_active_balance(k: Kernel, env: LbEnv): boolean {
  if (asym_active_balance(k, env) || imbalanced_active_balance(k, env)) return true;
  if (env.idle !== CPU_NOT_IDLE && k.cfs.h_nr_running[env.src_cpu]! === 1) {
    const src_capacity = k.rq.cpu_capacity[env.src_cpu]!;
    const dst_capacity = k.rq.cpu_capacity[env.dst_cpu]!;
    if (
      check_cpu_capacity(k, env.src_cpu, env.sd) &&
      src_capacity * k.sd.imbalance_pct[env.sd]! < dst_capacity * 100
    ) {
      return true;
    }
  }
  return env.migration_type === migrate_misfit;
}

/**
 * Whether env->dst_cpu is the one CPU of its group that balances the domain: the first idle one, or else the first.
 * A newly idle CPU always is, unless work has arrived meanwhile.
 * @kernel kernel/sched/fair.c should_we_balance
 * @omits nothing
 */
export function should_we_balance(k: Kernel, env: LbEnv): boolean {
  const sg = k.sd.groups[env.sd]!;
  const dst_cpu = env.dst_cpu;
  if (env.cpus[dst_cpu]! === 0) return false;
  if (env.idle === CPU_NEWLY_IDLE) return k.rq.nr_running[dst_cpu]! === 0 && k.rq.ttwu_pending[dst_cpu]! === 0;
  const off = k.sg.mask_off[sg]!;
  const end = off + k.sg.mask_len[sg]!;
  for (let i = off; i < end; i++) {
    const cpu = k.topo_cpus[i]!;
    if (env.cpus[cpu]! !== 0 && idle_cpu(k, cpu)) return cpu === dst_cpu;
  }
  return group_balance_cpu(k, sg) === dst_cpu;
}
