import { available_idle_cpu } from '../core/idle.js';
import { task_h_load } from '../fair/h-load.js';
import { cpu_load } from '../fair/signals.js';
import type { Kernel } from '../kernel.js';
import { mul_compare } from '../math/arith.js';
import { NIL } from '../state/table.js';

/*
 * Whether a wakee is looked after near its waker or near where it ran last. The two answers are this_cpu and prev_cpu;
 * NIL means "no opinion" (the kernel uses nr_cpumask_bits).
 */

/**
 * Whether two CPUs share the last-level cache.
 * @kernel kernel/sched/core.c cpus_share_cache
 * @omits nothing
 */
export function cpus_share_cache(k: Kernel, this_cpu: number, that_cpu: number): boolean {
  return this_cpu === that_cpu || k.rq.sd_llc_id[this_cpu] === k.rq.sd_llc_id[that_cpu];
}

/**
 * @kernel kernel/sched/fair.c wake_affine_idle
 * @omits nothing
 */
export function wake_affine_idle(k: Kernel, this_cpu: number, prev_cpu: number, sync: boolean): number {
  // An idle waker is an interrupt: the data is in the shared cache, so a still idle previous CPU is as good.
  if (available_idle_cpu(k, this_cpu) && cpus_share_cache(k, this_cpu, prev_cpu)) {
    return available_idle_cpu(k, prev_cpu) ? prev_cpu : this_cpu;
  }
  if (sync && k.rq.nr_running[this_cpu] === 1) return this_cpu;
  if (available_idle_cpu(k, prev_cpu)) return prev_cpu;
  return NIL;
}

/**
 * Compares the two CPUs' loads as they would be with the task moved:
 *
 *     (load(this) − current if sync + task) · 100              · capacity(prev)
 *   < (load(prev) − task)                   · (100 + bias / 2) · capacity(this)   (+ 1 if sync)
 *
 * @param sd row of SdTable: the domain whose imbalance_pct gives the bias
 * @kernel kernel/sched/fair.c wake_affine_weight
 * @omits the load of the idle task as a synchronous waker: it is taken as 0
 */
export function wake_affine_weight(
  k: Kernel,
  sd: number,
  p: number,
  this_cpu: number,
  prev_cpu: number,
  sync: boolean,
): number {
  const current = k.rq.curr[k.g.this_cpu[0]!]!;
  let this_eff_load = cpu_load(k, this_cpu);
  if (sync) {
    const current_load = current === NIL ? 0 : task_h_load(k, current);
    if (current_load > this_eff_load) return this_cpu;
    this_eff_load -= current_load;
  }
  const task_load = task_h_load(k, p);
  this_eff_load += task_load;
  // Negative where the task's load is stale and above what is left of its old CPU's.
  let prev_eff_load = cpu_load(k, prev_cpu) - task_load;
  if (k.feat.WA_BIAS) {
    this_eff_load *= 100;
    prev_eff_load *= 100 + ((k.sd.imbalance_pct[sd]! - 100) >> 1);
  }
  // The last product can pass 2^53, hence the exact comparison; x < y + 1 is x ≤ y for integers.
  const order = mul_compare(this_eff_load, k.rq.cpu_capacity[prev_cpu]!, prev_eff_load, k.rq.cpu_capacity[this_cpu]!);
  return order < 0 || (sync && order === 0) ? this_cpu : NIL;
}

/**
 * The CPU around which select_idle_sibling() searches: this_cpu or prev_cpu.
 * @kernel kernel/sched/fair.c wake_affine
 * @omits the per-task schedstats nr_wakeups_affine and nr_wakeups_affine_attempts
 */
export function wake_affine(
  k: Kernel,
  sd: number,
  p: number,
  this_cpu: number,
  prev_cpu: number,
  sync: boolean,
): number {
  let target = NIL;
  if (k.feat.WA_IDLE) target = wake_affine_idle(k, this_cpu, prev_cpu, sync);
  if (k.feat.WA_WEIGHT && target === NIL) target = wake_affine_weight(k, sd, p, this_cpu, prev_cpu, sync);
  if (target !== this_cpu) return prev_cpu;
  k.sd.ttwu_move_affine[sd]!++;
  return target;
}
