import { update_rq_clock } from '../core/clock.js';
import { idle_cpu } from '../core/idle.js';
import {
  CPU_IDLE,
  NOHZ_BALANCE_KICK,
  NOHZ_NEWILB_KICK,
  NOHZ_NEXT_KICK,
  NOHZ_STATS_KICK,
} from '../constants.js';
import { update_blocked_averages } from '../fair/blocked.js';
import type { Kernel } from '../kernel.js';
import { msecs_to_jiffies } from './jiffies.js';
import { rebalance_domains } from './rebalance-domains.js';

/** ms in which PELT halves a contribution. */
const LOAD_AVG_PERIOD = 32;

/**
 * Lets the averages of a tickless CPU decay, at most once a tick.
 * @returns whether something is left to decay
 * @kernel kernel/sched/fair.c update_nohz_stats
 * @omits nothing
 */
export function update_nohz_stats(k: Kernel, cpu: number): boolean {
  if (k.rq.has_blocked_load[cpu]! === 0 || k.nohz_idle_mask[cpu]! === 0) return false;
  if (k.g.jiffies[0]! <= k.rq.last_blocked_load_update_tick[cpu]!) return true;
  update_blocked_averages(k, cpu);
  return k.rq.has_blocked_load[cpu]! !== 0;
}

/**
 * Balances on behalf of every tickless idle CPU, beginning after this one and ending with it. Gives up as soon as this
 * CPU gets work of its own.
 * @param flags NOHZ_* bits: what to do
 * @kernel kernel/sched/fair.c _nohz_idle_balance
 * @omits nothing
 */
export function _nohz_idle_balance(k: Kernel, this_cpu: number, flags: number): void {
  const now = k.g.jiffies[0]!;
  let next_balance = now + 60 * k.hz;
  let update_next = false;
  let has_blocked_load = false;
  // Cleared before the walk: a CPU that goes idle meanwhile sets them again.
  if ((flags & NOHZ_STATS_KICK) !== 0) k.g.nohz_has_blocked[0] = 0;
  if ((flags & NOHZ_NEXT_KICK) !== 0) k.g.nohz_needs_update[0] = 0;

  for (let n = 1; n <= k.cpus; n++) {
    const balance_cpu = this_cpu + n < k.cpus ? this_cpu + n : this_cpu + n - k.cpus;
    if (k.nohz_idle_mask[balance_cpu]! === 0 || !idle_cpu(k, balance_cpu)) continue;
    if (!idle_cpu(k, this_cpu) && k.rq.need_resched[k.g.this_cpu[0]!]! !== 0) {
      if ((flags & NOHZ_STATS_KICK) !== 0) k.g.nohz_has_blocked[0] = 1;
      if ((flags & NOHZ_NEXT_KICK) !== 0) k.g.nohz_needs_update[0] = 1;
      return;
    }
    if ((flags & NOHZ_STATS_KICK) !== 0 && update_nohz_stats(k, balance_cpu)) has_blocked_load = true;
    if (now >= k.rq.next_balance[balance_cpu]!) {
      update_rq_clock(k, balance_cpu);
      if ((flags & NOHZ_BALANCE_KICK) !== 0) rebalance_domains(k, balance_cpu, CPU_IDLE);
    }
    if (next_balance > k.rq.next_balance[balance_cpu]!) {
      next_balance = k.rq.next_balance[balance_cpu]!;
      update_next = true;
    }
  }
  if (update_next) k.g.nohz_next_balance[0] = next_balance;
  if ((flags & NOHZ_STATS_KICK) !== 0) k.g.nohz_next_blocked[0] = now + msecs_to_jiffies(k.hz, LOAD_AVG_PERIOD);
  if (has_blocked_load) k.g.nohz_has_blocked[0] = 1;
}

/**
 * Does what this CPU was kicked for.
 * @returns whether it was kicked and is still idle: its own domains were then balanced along with the others'
 * @kernel kernel/sched/fair.c nohz_idle_balance
 * @omits nothing
 */
export function nohz_idle_balance(k: Kernel, cpu: number, idle: number): boolean {
  const flags = k.rq.nohz_idle_balance[cpu]!;
  if (flags === 0) return false;
  k.rq.nohz_idle_balance[cpu] = 0;
  if (idle !== CPU_IDLE) return false;
  _nohz_idle_balance(k, cpu, flags);
  return true;
}

/**
 * Before the idle loop sleeps: updates the blocked averages of all tickless CPUs if newly-idle balancing asked for it.
 * @kernel kernel/sched/fair.c nohz_run_idle_balance
 * @omits nothing
 */
export function nohz_run_idle_balance(k: Kernel, cpu: number): void {
  const flags = k.rq.nohz_flags[cpu]!;
  k.rq.nohz_flags[cpu] = flags & ~NOHZ_NEWILB_KICK;
  // Where the CPU was kicked besides, the kick does this too.
  if (flags === NOHZ_NEWILB_KICK && k.rq.need_resched[k.g.this_cpu[0]!]! === 0) {
    _nohz_idle_balance(k, cpu, NOHZ_STATS_KICK);
  }
}

/**
 * A CPU that goes idle for long enough takes the decay of blocked averages upon it, for when it is idle.
 * @kernel kernel/sched/fair.c nohz_newidle_balance
 * @omits housekeeping masks (isolcpus, nohz_full)
 */
export function nohz_newidle_balance(k: Kernel, this_cpu: number): void {
  // The sysctl is unsigned to the kernel: −1 is more than any avg_idle.
  if (k.rq.avg_idle[this_cpu]! < k.sysctl.migration_cost_ns >>> 0) return;
  if (k.g.nohz_has_blocked[0]! === 0 || k.g.jiffies[0]! < k.g.nohz_next_blocked[0]!) return;
  k.rq.nohz_flags[this_cpu]! |= NOHZ_NEWILB_KICK;
}
