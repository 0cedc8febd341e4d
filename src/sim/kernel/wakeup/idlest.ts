import { SD_BALANCE_FORK } from '../constants.js';
import { available_idle_cpu, sched_idle_cpu } from '../core/idle.js';
import { sync_entity_load_avg } from '../fair/load-avg.js';
import { cpu_load } from '../fair/signals.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { allowedBase, spanAllows } from './cpumask.js';
import { find_idlest_group } from './idlest-group.js';

/**
 * The CPU of a group that has been idle for the shortest time, else the least loaded one.
 * @returns a CPU that the task may use, or this_cpu
 * @kernel kernel/sched/fair.c find_idlest_group_cpu
 * @omits idle states and their exit latencies (no cpuidle driver); core scheduling cookies
 */
export function find_idlest_group_cpu(k: Kernel, group: number, p: number, this_cpu: number): number {
  const off = k.sg.span_off[group]!;
  const weight = k.sg.group_weight[group]!;
  if (weight === 1) return k.topo_cpus[off]!;
  const base = allowedBase(k, p);
  let min_load = Infinity;
  let latest_idle_timestamp = 0;
  let least_loaded_cpu = this_cpu;
  let shallowest_idle_cpu = NIL;
  for (let n = off; n < off + weight; n++) {
    const i = k.topo_cpus[n]!;
    if (k.mask.allowed[base + i] === 0) continue;
    if (sched_idle_cpu(k, i)) return i;
    if (available_idle_cpu(k, i)) {
      // A CPU without an idle_stamp (it was never newly idle) loses against every other.
      if (k.rq.idle_stamp[i]! > latest_idle_timestamp) {
        latest_idle_timestamp = k.rq.idle_stamp[i]!;
        shallowest_idle_cpu = i;
      }
    } else if (shallowest_idle_cpu === NIL) {
      const load = cpu_load(k, i);
      if (load < min_load) {
        min_load = load;
        least_loaded_cpu = i;
      }
    }
  }
  return shallowest_idle_cpu !== NIL ? shallowest_idle_cpu : least_loaded_cpu;
}

/**
 * The slow path of fork, exec (and wake-up, where a domain asks for it): the idlest CPU of domain `sd`, level by level
 * downwards, from the CPU found so far.
 * @param sd row of SdTable: the highest domain that balances for `sd_flag`
 * @param cpu CPU to start from
 * @kernel kernel/sched/fair.c find_idlest_cpu
 * @omits nothing
 */
export function find_idlest_cpu(k: Kernel, sd: number, p: number, cpu: number, prev_cpu: number, sd_flag: number): number {
  const table = k.sd;
  if (!spanAllows(k, table.span_off[sd]!, table.span_weight[sd]!, p)) return prev_cpu;
  if ((sd_flag & SD_BALANCE_FORK) === 0) sync_entity_load_avg(k, p);

  let new_cpu = cpu;
  let at = sd;
  while (at !== NIL) {
    if ((table.flags[at]! & sd_flag) === 0) {
      at = table.child[at]!;
      continue;
    }
    const group = find_idlest_group(k, at, p, cpu);
    if (group === NIL) {
      at = table.child[at]!;
      continue;
    }
    new_cpu = find_idlest_group_cpu(k, group, p, cpu);
    if (new_cpu === cpu) {
      at = table.child[at]!;
      continue;
    }
    // Go on in the new CPU's own domains, below the size of the present one.
    cpu = new_cpu;
    const weight = table.span_weight[at]!;
    at = NIL;
    for (let tmp = k.rq.sd[cpu]!; tmp !== NIL; tmp = table.parent[tmp]!) {
      if (weight <= table.span_weight[tmp]!) break;
      if ((table.flags[tmp]! & sd_flag) !== 0) at = tmp;
    }
  }
  return new_cpu;
}
