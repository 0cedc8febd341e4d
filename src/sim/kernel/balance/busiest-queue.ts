import {
  migrate_load,
  migrate_misfit,
  migrate_util,
  SD_ASYM_CPUCAPACITY,
  SD_ASYM_PACKING,
} from '../constants.js';
import type { LbEnv } from '../env.js';
import { cpu_load, cpu_util_cfs } from '../fair/signals.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { sched_asym_prefer } from './asym.js';
import { capacity_greater, check_cpu_capacity } from './capacity.js';
import { fbq_all, fbq_regular } from './lb-env.js';

/**
 * @kernel kernel/sched/fair.c fbq_classify_rq
 * @omits nr_numa_running and nr_preferred_running, which are 0
 */
export function fbq_classify_rq(k: Kernel, cpu: number): number {
  return k.rq.nr_running[cpu]! > 0 ? fbq_regular : fbq_all;
}

/**
 * The CPU of `group` to pull from. What "busiest" is measured by depends on env->migration_type: load for its capacity,
 * utilisation, number of tasks or load of the misfit task; among equals the first CPU.
 * @returns the CPU, or NIL where none has what is to be moved
 * @kernel kernel/sched/fair.c find_busiest_queue
 * @omits nothing
 */
export function find_busiest_queue(k: Kernel, env: LbEnv, group: number): number {
  const rq = k.rq;
  const sd_flags = k.sd.flags[env.sd]!;
  const off = k.sg.span_off[group]!;
  const end = off + k.sg.group_weight[group]!;
  let busiest = NIL;
  let busiest_util = 0;
  let busiest_load = 0;
  let busiest_capacity = 1;
  let busiest_nr = 0;

  for (let i = off; i < end; i++) {
    const cpu = k.topo_cpus[i]!;
    if (env.cpus[cpu]! === 0) continue;
    if (fbq_classify_rq(k, cpu) > env.fbq_type) continue;
    const nr_running = k.cfs.h_nr_running[cpu]!;
    if (nr_running === 0) continue;
    const capacity = rq.cpu_capacity[cpu]!;
    // A single task is not taken from a CPU that is no smaller, nor from one that packing prefers.
    if (
      (sd_flags & SD_ASYM_CPUCAPACITY) !== 0 &&
      !capacity_greater(rq.cpu_capacity[env.dst_cpu]!, capacity) &&
      nr_running === 1
    ) {
      continue;
    }
    if ((sd_flags & SD_ASYM_PACKING) !== 0 && sched_asym_prefer(cpu, env.dst_cpu) && nr_running === 1) continue;

    if (env.migration_type === migrate_load) {
      const load = cpu_load(k, cpu);
      if (nr_running === 1 && load > env.imbalance && !check_cpu_capacity(k, cpu, env.sd)) continue;
      if (load * busiest_capacity > busiest_load * capacity) {
        busiest_load = load;
        busiest_capacity = capacity;
        busiest = cpu;
      }
    } else if (env.migration_type === migrate_util) {
      if (nr_running <= 1) continue;
      const util = cpu_util_cfs(k, cpu);
      if (busiest_util < util) {
        busiest_util = util;
        busiest = cpu;
      }
    } else if (env.migration_type === migrate_misfit) {
      if (rq.misfit_task_load[cpu]! > busiest_load) {
        busiest_load = rq.misfit_task_load[cpu]!;
        busiest = cpu;
      }
    } else if (busiest_nr < nr_running) {
      busiest_nr = nr_running;
      busiest = cpu;
    }
  }
  return busiest;
}
