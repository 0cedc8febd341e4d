import { sd_spans } from '../balance/spans.js';
import { available_idle_cpu, sched_idle_cpu } from '../core/idle.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { allowedBase } from './cpumask.js';

/*
 * Idle cores: cores all of whose hardware threads idle. A flag per last-level cache says whether there may be one; it is
 * set when the last thread of a core goes idle and cleared when a search finds none.
 */

/**
 * @kernel kernel/sched/fair.c set_idle_cores
 * @omits nothing
 */
export function set_idle_cores(k: Kernel, cpu: number, val: boolean): void {
  const sds = k.rq.sd_llc_shared[cpu]!;
  if (sds !== NIL) k.sds.has_idle_cores[sds] = val ? 1 : 0;
}

/**
 * @kernel kernel/sched/fair.c test_idle_cores
 * @omits nothing
 */
export function test_idle_cores(k: Kernel, cpu: number): boolean {
  const sds = k.rq.sd_llc_shared[cpu]!;
  return sds !== NIL && k.sds.has_idle_cores[sds] === 1;
}

/**
 * Called when `core` is about to run its idle task: sets the flag where its siblings idle already.
 * @kernel kernel/sched/fair.c __update_idle_core
 * @omits nothing
 */
export function __update_idle_core(k: Kernel, core: number): void {
  if (test_idle_cores(k, core)) return;
  const off = k.rq.smt_off[core]!;
  const end = off + k.rq.smt_len[core]!;
  for (let i = off; i < end; i++) {
    const cpu = k.topo_cpus[i]!;
    if (cpu !== core && !available_idle_cpu(k, cpu)) return;
  }
  set_idle_cores(k, core, true);
}

/**
 * @kernel kernel/sched/sched.h update_idle_core
 * @omits nothing
 */
export function update_idle_core(k: Kernel, cpu: number): void {
  if (k.smt_active) __update_idle_core(k, cpu);
}

/** What select_idle_core() hands back through its pointer argument: an idle CPU met on the way, or NIL. */
export const found = { idle_cpu: NIL };

/**
 * Whether the whole core of `core` idles. If not, its threads leave the mask, so that the search does not come back.
 * @param cpus bytes by CPU: where the search may still go
 * @returns `core`, or NIL; an idle thread of a busy core is left in `found.idle_cpu`
 * @kernel kernel/sched/fair.c select_idle_core
 * @omits nothing
 */
export function select_idle_core(k: Kernel, core: number, cpus: Uint8Array): number {
  const off = k.rq.smt_off[core]!;
  const end = off + k.rq.smt_len[core]!;
  const topo_cpus = k.topo_cpus;
  let idle = true;
  for (let i = off; i < end; i++) {
    const cpu = topo_cpus[i]!;
    if (!available_idle_cpu(k, cpu)) {
      idle = false;
      if (found.idle_cpu !== NIL) break;
      if (sched_idle_cpu(k, cpu) && cpus[cpu] === 1) {
        found.idle_cpu = cpu;
        break;
      }
      continue;
    }
    if (found.idle_cpu === NIL && cpus[cpu] === 1) found.idle_cpu = cpu;
  }
  if (idle) return core;
  for (let i = off; i < end; i++) cpus[topo_cpus[i]!] = 0;
  return NIL;
}

/**
 * An idle thread of target's core, other than target, that the task may use.
 * @param sd row of SdTable that the answer must lie in
 * @returns a CPU, or NIL
 * @kernel kernel/sched/fair.c select_idle_smt
 * @omits nothing
 */
export function select_idle_smt(k: Kernel, p: number, sd: number, target: number): number {
  const off = k.rq.smt_off[target]!;
  const end = off + k.rq.smt_len[target]!;
  const base = allowedBase(k, p);
  for (let i = off; i < end; i++) {
    const cpu = k.topo_cpus[i]!;
    if (cpu === target || k.mask.allowed[base + cpu] === 0) continue;
    if (!sd_spans(k, sd, cpu)) continue;
    if (available_idle_cpu(k, cpu) || sched_idle_cpu(k, cpu)) return cpu;
  }
  return NIL;
}
