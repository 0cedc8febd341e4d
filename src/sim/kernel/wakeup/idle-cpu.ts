import { available_idle_cpu, sched_idle_cpu } from '../core/idle.js';
import { task_util_est } from '../fair/signals.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { allowedBase, spanLowerBound } from './cpumask.js';
import { found, select_idle_core, set_idle_cores } from './idle-core.js';

/*
 * The search for an idle CPU around a target: CPUs of the domain that the task may use, in order of number, from the one
 * after the target and around.
 */

/**
 * Whether a task may be put on `cpu` at once: it idles or has nothing but SCHED_IDLE tasks.
 * @kernel kernel/sched/fair.c __select_idle_cpu
 * @omits core scheduling cookies
 */
export function __select_idle_cpu(k: Kernel, cpu: number): number {
  return available_idle_cpu(k, cpu) || sched_idle_cpu(k, cpu) ? cpu : NIL;
}

/**
 * Whether utilisation `util` fits the CPU's capacity with a margin of 20 %.
 * @kernel kernel/sched/fair.c util_fits_cpu
 * @omits uclamp (CONFIG_UCLAMP_TASK is off)
 */
export function util_fits_cpu(k: Kernel, util: number, cpu: number): boolean {
  return util * 1280 < k.rq.cpu_capacity[cpu]! * 1024;
}

/**
 * Searches the last-level cache's CPUs: for an idle core where there may be one, else for an idle CPU, and then no
 * further than load balancing found it worth while (nr_idle_scan, SIS_UTIL).
 * @param sd row of SdTable: the domain of target's last-level cache
 * @returns a CPU, or NIL
 * @kernel kernel/sched/fair.c select_idle_cpu
 * @omits SIS_PROP (off by default)
 */
export function select_idle_cpu(k: Kernel, p: number, sd: number, has_idle_core: boolean, target: number): number {
  let nr = Infinity;
  if (k.feat.SIS_UTIL) {
    const sd_share = k.rq.sd_llc_shared[target]!;
    if (sd_share !== NIL) {
      nr = k.sds.nr_idle_scan[sd_share]! + 1;
      if (nr === 1) return NIL;
    }
  }
  return has_idle_core ? searchCore(k, p, sd, target) : searchCpu(k, p, sd, target, nr);
}

/** The loop of select_idle_cpu() that looks at no more than nr − 1 CPUs. */
function searchCpu(k: Kernel, p: number, sd: number, target: number, nr: number): number {
  const off = k.sd.span_off[sd]!;
  const len = k.sd.span_weight[sd]!;
  const first = spanLowerBound(k, off, len, target + 1);
  const base = allowedBase(k, p);
  const allowed = k.mask.allowed;
  for (let n = 0, i = first; n < len; n++, i++) {
    const cpu = k.topo_cpus[off + (i < len ? i : i - len)]!;
    if (allowed[base + cpu] === 0) continue;
    if (--nr === 0) return NIL;
    if (__select_idle_cpu(k, cpu) !== NIL) return cpu;
  }
  return NIL;
}

/** The loop of select_idle_cpu() that looks for a core. Without one, the flag is cleared and any idle CPU will do. */
function searchCore(k: Kernel, p: number, sd: number, target: number): number {
  const off = k.sd.span_off[sd]!;
  const len = k.sd.span_weight[sd]!;
  const base = allowedBase(k, p);
  const cpus = k.select_rq_mask.fill(0);
  for (let i = off; i < off + len; i++) {
    const cpu = k.topo_cpus[i]!;
    cpus[cpu] = k.mask.allowed[base + cpu]!;
  }
  found.idle_cpu = NIL;
  const first = spanLowerBound(k, off, len, target + 1);
  for (let n = 0, i = first; n < len; n++, i++) {
    const cpu = k.topo_cpus[off + (i < len ? i : i - len)]!;
    if (cpus[cpu] === 0) continue;
    if (select_idle_core(k, cpu, cpus) !== NIL) return cpu;
  }
  set_idle_cores(k, target, false);
  return found.idle_cpu;
}

/**
 * On machines with CPUs of unequal capacity: the first idle CPU that the task fits, else the largest idle one.
 * @param sd row of SdTable: the lowest domain that sees every capacity
 * @returns a CPU, or NIL
 * @kernel kernel/sched/fair.c select_idle_capacity
 * @omits uclamp (CONFIG_UCLAMP_TASK is off)
 */
export function select_idle_capacity(k: Kernel, p: number, sd: number, target: number): number {
  const off = k.sd.span_off[sd]!;
  const len = k.sd.span_weight[sd]!;
  const first = spanLowerBound(k, off, len, target);
  const base = allowedBase(k, p);
  const util = task_util_est(k, p);
  let best_cap = 0;
  let best_cpu = NIL;
  for (let n = 0, i = first; n < len; n++, i++) {
    const cpu = k.topo_cpus[off + (i < len ? i : i - len)]!;
    if (k.mask.allowed[base + cpu] === 0 || __select_idle_cpu(k, cpu) === NIL) continue;
    if (util_fits_cpu(k, util, cpu)) return cpu;
    const cpu_cap = k.rq.cpu_capacity[cpu]!;
    if (cpu_cap > best_cap) {
      best_cap = cpu_cap;
      best_cpu = cpu;
    }
  }
  return best_cpu;
}
