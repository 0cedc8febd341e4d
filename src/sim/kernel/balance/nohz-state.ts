import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';

/**
 * @kernel kernel/sched/fair.c set_cpu_sd_state_busy
 * @omits nothing
 */
export function set_cpu_sd_state_busy(k: Kernel, cpu: number): void {
  const sd = k.rq.sd_llc[cpu]!;
  if (sd === NIL || k.sd.nohz_idle[sd]! === 0) return;
  k.sd.nohz_idle[sd] = 0;
  k.sds.nr_busy_cpus[k.sd.shared[sd]!]!++;
}

/**
 * @kernel kernel/sched/fair.c set_cpu_sd_state_idle
 * @omits nothing
 */
export function set_cpu_sd_state_idle(k: Kernel, cpu: number): void {
  const sd = k.rq.sd_llc[cpu]!;
  if (sd === NIL || k.sd.nohz_idle[sd]! !== 0) return;
  k.sd.nohz_idle[sd] = 1;
  k.sds.nr_busy_cpus[k.sd.shared[sd]!]!--;
}

/**
 * The CPU has left its tickless idle: nobody need balance for it any more.
 * @kernel kernel/sched/fair.c nohz_balance_exit_idle
 * @omits nothing
 */
export function nohz_balance_exit_idle(k: Kernel, cpu: number): void {
  if (k.rq.nohz_tick_stopped[cpu]! === 0) return;
  k.rq.nohz_tick_stopped[cpu] = 0;
  k.nohz_idle_mask[cpu] = 0;
  k.g.nohz_nr_cpus[0]!--;
  set_cpu_sd_state_busy(k, cpu);
}

/**
 * The idle CPU has stopped its tick: from now on others balance for it and let its averages decay.
 * @kernel kernel/sched/fair.c nohz_balance_enter_idle
 * @omits CPUs that are not active (hot-plugging) and housekeeping masks (isolcpus, nohz_full)
 */
export function nohz_balance_enter_idle(k: Kernel, cpu: number): void {
  const rq = k.rq;
  rq.has_blocked_load[cpu] = 1;
  if (rq.nohz_tick_stopped[cpu]! === 0) {
    // A CPU without domains has nobody to balance with.
    if (rq.sd[cpu]! === NIL) return;
    rq.nohz_tick_stopped[cpu] = 1;
    k.nohz_idle_mask[cpu] = 1;
    k.g.nohz_nr_cpus[0]!++;
    set_cpu_sd_state_idle(k, cpu);
    k.g.nohz_needs_update[0] = 1;
  }
  k.g.nohz_has_blocked[0] = 1;
}
