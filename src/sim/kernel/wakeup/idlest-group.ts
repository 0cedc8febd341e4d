import { SgLbStats, group_classify } from '../balance/sg-stats.js';
import { sg_spans } from '../balance/spans.js';
import {
  NICE_0_LOAD,
  SCHED_CAPACITY_SCALE,
  SD_ASYM_CPUCAPACITY,
  SD_NUMA,
  group_asym_packing,
  group_fully_busy,
  group_has_spare,
  group_imbalanced,
  group_misfit_task,
  group_overloaded,
} from '../constants.js';
import { task_fits_cpu } from '../fair/signals.js';
import type { Kernel } from '../kernel.js';
import { div_u64 } from '../math/arith.js';
import { scale_load_down } from '../math/weights.js';
import { NIL } from '../state/table.js';
import { allowedBase, spanAllows } from './cpumask.js';
import {
  cpu_load_without,
  cpu_runnable_without,
  cpu_util_without,
  idle_cpu_without,
  task_running_on_cpu,
} from './without.js';

/** Nodes may differ by this many idle CPUs before a task is sent to the other one. */
const NUMA_IMBALANCE_MIN = 2;

const UINT_MAX = 0xffff_ffff;

// Scratch of find_idlest_group(). Every use fills it anew; nothing outlives a call.
const local_sgs = new SgLbStats();
const tmp_sgs = new SgLbStats();
const idlest_sgs = new SgLbStats();

/**
 * Whether an imbalance of idle CPUs between nodes is to be acted on: 0 while the destination runs few tasks.
 * @kernel kernel/sched/fair.c adjust_numa_imbalance
 * @omits nothing
 */
export function adjust_numa_imbalance(imbalance: number, dst_running: number, imb_numa_nr: number): number {
  if (dst_running > imb_numa_nr) return imbalance;
  return imbalance <= NUMA_IMBALANCE_MIN ? 0 : imbalance;
}

/**
 * Fills `sgs` with the state of a group's CPUs that the task may use, as it would be without the task.
 * @kernel kernel/sched/fair.c update_sg_wakeup_stats
 * @omits nothing
 */
export function update_sg_wakeup_stats(k: Kernel, sd: number, group: number, sgs: SgLbStats, p: number): void {
  const asym = (k.sd.flags[sd]! & SD_ASYM_CPUCAPACITY) !== 0;
  const base = allowedBase(k, p);
  const off = k.sg.span_off[group]!;
  const weight = k.sg.group_weight[group]!;
  sgs.clear();
  if (asym) sgs.group_misfit_task_load = 1;
  for (let n = off; n < off + weight; n++) {
    const i = k.topo_cpus[n]!;
    if (k.mask.allowed[base + i] === 0) continue;
    sgs.group_load += cpu_load_without(k, i, p);
    sgs.group_util += cpu_util_without(k, i, p);
    sgs.group_runnable += cpu_runnable_without(k, i, p);
    const local = task_running_on_cpu(k, i, p);
    sgs.sum_h_nr_running += k.cfs.h_nr_running[i]! - local;
    const nr_running = k.rq.nr_running[i]! - local;
    sgs.sum_nr_running += nr_running;
    if (nr_running === 0 && idle_cpu_without(k, i, p)) sgs.idle_cpus++;
    if (asym && sgs.group_misfit_task_load !== 0 && task_fits_cpu(k, p, i)) sgs.group_misfit_task_load = 0;
  }
  sgs.group_capacity = k.sgc.capacity[k.sg.sgc[group]!]!;
  sgs.group_weight = weight;
  sgs.group_type = group_classify(k, k.sd.imbalance_pct[sd]!, group, sgs);
  if (sgs.group_type === group_fully_busy || sgs.group_type === group_overloaded) {
    sgs.avg_load = div_u64(sgs.group_load * SCHED_CAPACITY_SCALE, sgs.group_capacity);
  }
}

/**
 * Whether `group` is idler than the idlest one so far.
 * @param idlest NIL where there is none yet
 * @kernel kernel/sched/fair.c update_pick_idlest
 * @omits nothing
 */
export function update_pick_idlest(k: Kernel, idlest: number, best: SgLbStats, group: number, sgs: SgLbStats): boolean {
  if (sgs.group_type !== best.group_type) return sgs.group_type < best.group_type;
  switch (sgs.group_type) {
    case group_overloaded:
    case group_fully_busy:
      return best.avg_load > sgs.avg_load;
    case group_imbalanced:
    case group_asym_packing:
      return false;
    case group_misfit_task:
      return k.sgc.max_capacity[k.sg.sgc[idlest]!]! < k.sgc.max_capacity[k.sg.sgc[group]!]!;
    default:
      if (best.idle_cpus !== sgs.idle_cpus) return best.idle_cpus < sgs.idle_cpus;
      return best.group_util > sgs.group_util;
  }
}

/**
 * The group of a domain that a new or exec()ing task should go to.
 * @param this_cpu CPU that the search starts from
 * @returns row of SgTable, or NIL where the local group is good enough
 * @kernel kernel/sched/fair.c find_idlest_group
 * @omits core scheduling cookies
 */
export function find_idlest_group(k: Kernel, sd: number, p: number, this_cpu: number): number {
  const groups = k.sd.groups[sd]!;
  let idlest = NIL;
  let local = NIL;
  idlest_sgs.clear();
  idlest_sgs.avg_load = UINT_MAX;
  idlest_sgs.group_type = group_overloaded;
  let group = groups;
  do {
    if (spanAllows(k, k.sg.span_off[group]!, k.sg.group_weight[group]!, p)) {
      if (sg_spans(k, group, this_cpu)) {
        local = group;
        update_sg_wakeup_stats(k, sd, group, local_sgs, p);
      } else {
        update_sg_wakeup_stats(k, sd, group, tmp_sgs, p);
        if (update_pick_idlest(k, idlest, idlest_sgs, group, tmp_sgs)) {
          idlest = group;
          idlest_sgs.assign(tmp_sgs);
        }
      }
    }
    group = k.sg.next[group]!;
  } while (group !== groups);

  if (idlest === NIL) return NIL;
  if (local === NIL) return idlest;
  if (local_sgs.group_type !== idlest_sgs.group_type) {
    return local_sgs.group_type < idlest_sgs.group_type ? NIL : idlest;
  }
  switch (local_sgs.group_type) {
    case group_overloaded:
    case group_fully_busy:
      return busier(k, sd) ? idlest : NIL;
    case group_imbalanced:
    case group_asym_packing:
      return NIL;
    case group_misfit_task:
      return k.sgc.max_capacity[k.sg.sgc[local]!]! >= k.sgc.max_capacity[k.sg.sgc[idlest]!]! ? NIL : idlest;
    case group_has_spare:
    default:
      return spare(k, sd, p, this_cpu, local, idlest);
  }
}

/** The case of find_idlest_group() in which both groups are busy: whether the local one is enough busier. */
function busier(k: Kernel, sd: number): boolean {
  const pct = k.sd.imbalance_pct[sd]!;
  const imbalance = Math.floor((scale_load_down(NICE_0_LOAD) * (pct - 100)) / 100);
  if ((k.sd.flags[sd]! & SD_NUMA) !== 0 && idlest_sgs.avg_load + imbalance >= local_sgs.avg_load) return false;
  if (idlest_sgs.avg_load >= local_sgs.avg_load + imbalance) return false;
  return 100 * local_sgs.avg_load > pct * idlest_sgs.avg_load;
}

/** The case of find_idlest_group() in which both groups have room: the answer. */
function spare(k: Kernel, sd: number, p: number, this_cpu: number, local: number, idlest: number): number {
  if ((k.sd.flags[sd]! & SD_NUMA) !== 0) {
    const preferred = k.task.numa_preferred_nid[p]!;
    if (k.rq.node[this_cpu] === preferred) return NIL;
    if (k.rq.node[k.topo_cpus[k.sg.span_off[idlest]!]!] === preferred) return idlest;
    // No machine of the model has CONFIG_NR_CPUS CPUs, so the kernel's test for an unrestricted task never holds.
    const imb_numa_nr = Math.min(allowedInGroup(k, local, p), k.sd.imb_numa_nr[sd]!);
    const imbalance = Math.abs(local_sgs.idle_cpus - idlest_sgs.idle_cpus);
    if (adjust_numa_imbalance(imbalance, local_sgs.sum_nr_running + 1, imb_numa_nr) === 0) return NIL;
  }
  return local_sgs.idle_cpus >= idlest_sgs.idle_cpus ? NIL : idlest;
}

function allowedInGroup(k: Kernel, group: number, p: number): number {
  const base = allowedBase(k, p);
  const off = k.sg.span_off[group]!;
  const end = off + k.sg.group_weight[group]!;
  let weight = 0;
  for (let n = off; n < end; n++) weight += k.mask.allowed[base + k.topo_cpus[n]!]!;
  return weight;
}
