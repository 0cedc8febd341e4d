import { idle_cpu } from '../core/idle.js';
import { NOHZ_BALANCE_KICK, NOHZ_KICK_MASK, NOHZ_NEXT_KICK, NOHZ_STATS_KICK } from '../constants.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { sched_asym_prefer } from './asym.js';
import { check_cpu_capacity, check_misfit_status } from './capacity.js';
import { nohz_balance_exit_idle } from './nohz-state.js';

/**
 * The first tickless CPU that is idle, this one excepted.
 * @returns the CPU, or NIL (the kernel's nr_cpu_ids)
 * @kernel kernel/sched/fair.c find_new_ilb
 * @omits housekeeping masks (isolcpus, nohz_full)
 */
export function find_new_ilb(k: Kernel): number {
  const this_cpu = k.g.this_cpu[0]!;
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    if (k.nohz_idle_mask[cpu]! !== 0 && cpu !== this_cpu && idle_cpu(k, cpu)) return cpu;
  }
  return NIL;
}

/**
 * Makes an idle CPU balance for all tickless ones. One that has been kicked and has not yet got to it is only given
 * the additional flags.
 * @param flags NOHZ_* bits
 * @kernel kernel/sched/fair.c kick_ilb
 * @omits nothing
 */
export function kick_ilb(k: Kernel, flags: number): void {
  if ((flags & NOHZ_BALANCE_KICK) !== 0) k.g.nohz_next_balance[0] = k.g.jiffies[0]! + 1;
  const ilb_cpu = find_new_ilb(k);
  if (ilb_cpu === NIL) return;
  const before = k.rq.nohz_flags[ilb_cpu]!;
  k.rq.nohz_flags[ilb_cpu] = before | flags;
  k.charge_event();
  if ((before & NOHZ_KICK_MASK) !== 0) return;
  k.hw.send_nohz_kick(ilb_cpu);
}

/** Whether a tickless idle CPU of the packing domain is preferred to `cpu`. */
function packing_wants_idle_cpu(k: Kernel, cpu: number): boolean {
  const sd = k.rq.sd_asym_packing[cpu]!;
  if (sd === NIL) return false;
  const off = k.sd.span_off[sd]!;
  const end = off + k.sd.span_weight[sd]!;
  for (let i = off; i < end; i++) {
    const idle = k.topo_cpus[i]!;
    if (k.nohz_idle_mask[idle]! !== 0 && sched_asym_prefer(idle, cpu)) return true;
  }
  return false;
}

/** Whether `cpu` has, or its surroundings have, work that an idle CPU should look at. */
function needs_idle_balance(k: Kernel, cpu: number): boolean {
  const rq = k.rq;
  if (rq.nr_running[cpu]! >= 2) return true;
  const sd = rq.sd[cpu]!;
  if (sd !== NIL && k.cfs.h_nr_running[cpu]! >= 1 && check_cpu_capacity(k, cpu, sd)) return true;
  if (packing_wants_idle_cpu(k, cpu)) return true;
  // With CPUs of different capacity only a misfit task counts; the number of busy CPUs of a cache says nothing there.
  const asym = rq.sd_asym_cpucapacity[cpu]!;
  if (asym !== NIL) return check_misfit_status(k, cpu, asym);
  const sds = rq.sd_llc_shared[cpu]!;
  return sds !== NIL && k.sds.nr_busy_cpus[sds]! > 1;
}

/**
 * At the tick of a busy CPU: kicks an idle CPU where there is something for it to do.
 * @kernel kernel/sched/fair.c nohz_balancer_kick
 * @omits nothing
 */
export function nohz_balancer_kick(k: Kernel, cpu: number): void {
  const now = k.g.jiffies[0]!;
  if (k.rq.idle_balance[cpu]! !== 0) return;
  // The CPU may have been idle for a moment since it entered tickless idle.
  nohz_balance_exit_idle(k, cpu);
  if (k.g.nohz_nr_cpus[0]! === 0) return;

  let flags = 0;
  if (k.g.nohz_has_blocked[0]! !== 0 && now > k.g.nohz_next_blocked[0]!) flags = NOHZ_STATS_KICK;
  if (now >= k.g.nohz_next_balance[0]! && needs_idle_balance(k, cpu)) flags = NOHZ_STATS_KICK | NOHZ_BALANCE_KICK;
  if (k.g.nohz_needs_update[0]! !== 0) flags |= NOHZ_NEXT_KICK;
  if (flags !== 0) kick_ilb(k, flags);
}
