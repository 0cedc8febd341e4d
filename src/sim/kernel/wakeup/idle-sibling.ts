import { PF_KTHREAD } from '../constants.js';
import { task_util_est } from '../fair/signals.js';
import { sync_entity_load_avg } from '../fair/load-avg.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { __select_idle_cpu, select_idle_capacity, select_idle_cpu, util_fits_cpu } from './idle-cpu.js';
import { select_idle_smt, test_idle_cores } from './idle-core.js';
import { cpus_share_cache } from './wake-affine.js';

/**
 * Whether the running task is a kernel thread bound to one CPU. The stopper is one.
 * @kernel kernel/sched/sched.h is_per_cpu_kthread
 * @omits the idle task, which is one too but wakes only from interrupts, where the answer does not matter
 */
function currentIsPerCpuKthread(k: Kernel, this_cpu: number): boolean {
  const current = k.rq.curr[this_cpu]!;
  if (current === NIL) return k.rq.stop_running[this_cpu] === 1;
  return (k.task.flags[current]! & PF_KTHREAD) !== 0 && k.mask.weight[k.task.mask[current]!] === 1;
}

/** A CPU that can take the task at once and, on machines with unequal CPUs, is large enough for it (asym_fits_cpu). */
function takes(k: Kernel, cpu: number, util: number): boolean {
  return __select_idle_cpu(k, cpu) !== NIL && (!k.asym_cpucap_active || util_fits_cpu(k, util, cpu));
}

/**
 * The fast path of a wake-up: an idle CPU in the cache of `target`, or `target`.
 *
 * In this order: target, prev, the waker's CPU where a per-CPU kernel thread has just done the task's work, the CPU that
 * the task used before prev, an idle sibling of prev, an idle core or CPU of the cache.
 * @kernel kernel/sched/fair.c select_idle_sibling, asym_fits_cpu
 * @omits uclamp (CONFIG_UCLAMP_TASK is off)
 */
export function select_idle_sibling(k: Kernel, p: number, prev: number, target: number): number {
  let util = 0;
  if (k.asym_cpucap_active) {
    sync_entity_load_avg(k, p);
    util = task_util_est(k, p);
  }

  if (takes(k, target, util)) return target;
  if (prev !== target && cpus_share_cache(k, prev, target) && takes(k, prev, util)) return prev;

  const this_cpu = k.g.this_cpu[0]!;
  if (
    prev === this_cpu &&
    k.in_task &&
    currentIsPerCpuKthread(k, this_cpu) &&
    k.rq.nr_running[this_cpu]! <= 1 &&
    (!k.asym_cpucap_active || util_fits_cpu(k, util, prev))
  ) {
    return prev;
  }

  const recent = k.task.recent_used_cpu[p]!;
  k.task.recent_used_cpu[p] = prev;
  if (
    recent !== prev &&
    recent !== target &&
    cpus_share_cache(k, recent, target) &&
    k.mask.has(k.task.mask[p]!, recent) &&
    takes(k, recent, util)
  ) {
    return recent;
  }

  if (k.asym_cpucap_active) {
    const asym = k.rq.sd_asym_cpucapacity[target]!;
    if (asym !== NIL) {
      const cpu = select_idle_capacity(k, p, asym, target);
      return cpu !== NIL ? cpu : target;
    }
  }

  const sd = k.rq.sd_llc[target]!;
  if (sd === NIL) return target;
  let has_idle_core = false;
  if (k.smt_active) {
    has_idle_core = test_idle_cores(k, target);
    if (!has_idle_core && cpus_share_cache(k, prev, target)) {
      const cpu = select_idle_smt(k, p, sd, prev);
      if (cpu !== NIL) return cpu;
    }
  }
  const cpu = select_idle_cpu(k, p, sd, has_idle_core, target);
  return cpu !== NIL ? cpu : target;
}
