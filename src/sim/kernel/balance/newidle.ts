import { CPU_NEWLY_IDLE, SD_BALANCE_NEWIDLE } from '../constants.js';
import { update_blocked_averages } from '../fair/blocked.js';
import { update_misfit_status } from '../fair/signals.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { update_newidle_cost, update_newidle_stats, update_next_balance } from './interval.js';
import { BALANCING, begin_balance, finish_balance } from './load-balance.js';
import { nohz_newidle_balance } from './nohz-balance.js';

// Where newly-idle balancing ended; the numbers are those of the captures. 2 (CPU not active) does not occur.
export const NEWIDLE_RAN = 0;
export const NEWIDLE_TTWU_PENDING = 1;
export const NEWIDLE_NO_DOMAIN = 3;
export const NEWIDLE_NO_OVERLOAD = 4;
export const NEWIDLE_SHORT_IDLE = 5;

/** What the parts of sched_balance_newidle() answer where it is not over. */
export const SEARCHING = -2;

/** What newidle_weight() says of a domain that the dice skips. */
const SKIPPED = -1;

/**
 * Throws the dice of NI_RANDOM for the domain: it is tried with a chance of about newidle_ratio in 1024.
 * @returns how many calls a success of this one stands for (≥ 0), or SKIPPED
 */
function newidle_weight(k: Kernel, sd: number): number {
  if (!k.feat.NI_RANDOM) return 1;
  const d1k = k.hw.sched_rng() % 1024;
  const weight = 1 + k.sd.newidle_ratio[sd]!;
  if (d1k > weight) return SKIPPED;
  return callsPerSuccess(weight);
}

/** How many calls a success stands for where the dice let `weight` in 1024 through: 1 + newidle_ratio. */
export function callsPerSuccess(weight: number): number {
  return Math.floor((1024 + Math.floor(weight / 2)) / weight);
}

/** The part of sched_balance_newidle() from its label out on. */
function out(k: Kernel, cpu: number, gate: number, next_balance: number, pulled: number, cost: number): number {
  if (k.rq.next_balance[cpu]! > next_balance) k.rq.next_balance[cpu] = next_balance;
  if (pulled !== 0) k.rq.idle_stamp[cpu] = 0;
  else nohz_newidle_balance(k, cpu);
  k.trace.newidle(cpu, gate, pulled, cost);
  k.charge_event();
  return pulled;
}

/**
 * The CPU is about to go idle: tries to pull tasks from others first, as far as that is likely to be worth its time.
 * Charges newidle_base besides what the balances charge; the costs that it learns from are read off sched_clock(),
 * which moves with what is charged.
 *
 *     begin_newidle ─ newidle_base ─► continue_newidle: a domain's statistics ─► its moves ─► the next domain, or the end
 *
 * The queue is not locked meanwhile. Whoever lets the time pass that is charged between these sees wake-ups come; this function
 * does all of it at one moment.
 * @returns tasks pulled (at least 1 where one arrived meanwhile), 0 for none, −1 where the CPU has work that is not fair
 * @kernel kernel/sched/fair.c sched_balance_newidle
 * @omits CPUs that are not active (hot-plugging)
 */
export function sched_balance_newidle(k: Kernel, this_cpu: number): number {
  let pulled = begin_newidle(k, this_cpu);
  while (pulled === SEARCHING) pulled = continue_newidle(k, this_cpu);
  return pulled;
}

/**
 * The part up to the search of the domains.
 * @returns SEARCHING, or where there is none what sched_balance_newidle() returns
 * @kernel kernel/sched/fair.c sched_balance_newidle
 * @omits CPUs that are not active (hot-plugging)
 */
export function begin_newidle(k: Kernel, this_cpu: number): number {
  const rq = k.rq;
  const sd = rq.sd[this_cpu]!;
  const next_balance = k.g.jiffies[0]! + k.hz;
  update_misfit_status(k, NIL, this_cpu);
  if (rq.ttwu_pending[this_cpu]! !== 0) {
    k.trace.newidle(this_cpu, NEWIDLE_TTWU_PENDING, 0, 0);
    k.charge_event();
    return 0;
  }
  // Stamped before the search, so that the search counts as idle time.
  rq.idle_stamp[this_cpu] = rq.clock[this_cpu]!;
  if (sd === NIL) return out(k, this_cpu, NEWIDLE_NO_DOMAIN, next_balance, 0, 0);
  const overload = k.g.overload[0]! !== 0;
  if (!overload || rq.avg_idle[this_cpu]! < k.sd.max_newidle_lb_cost[sd]!) {
    const gate = overload ? NEWIDLE_SHORT_IDLE : NEWIDLE_NO_OVERLOAD;
    return out(k, this_cpu, gate, update_next_balance(k, sd, next_balance), 0, 0);
  }

  rq.searching[this_cpu] = 1;
  rq.search_sd[this_cpu] = sd;
  rq.search_tried[this_cpu] = 0;
  rq.search_pulled[this_cpu] = 0;
  rq.search_cost[this_cpu] = 0;
  rq.search_next_balance[this_cpu] = next_balance;
  rq.search_t0[this_cpu] = k.sched_clock();
  k.charge(k.cost.newidle_base);
  update_blocked_averages(k, this_cpu);
  return SEARCHING;
}

/**
 * Goes on with the search: up to the lock or the end of the next balance, or to its own end where that is reached, as it is when a task has
 * been pulled or has come by itself.
 * @returns as begin_newidle()
 * @kernel kernel/sched/fair.c sched_balance_newidle (from its loop on)
 * @omits nothing
 */
export function continue_newidle(k: Kernel, this_cpu: number): number {
  const rq = k.rq;
  if (rq.search_balancing[this_cpu] !== 0) {
    rq.search_balancing[this_cpu] = 0;
    tried(k, this_cpu, finish_balance(k, this_cpu));
    return SEARCHING;
  }
  let sd = rq.search_sd[this_cpu]!;
  if (rq.search_tried[this_cpu] !== 0 && hasWork(k, this_cpu)) sd = NIL;
  for (; sd !== NIL; sd = k.sd.parent[sd]!) {
    rq.search_next_balance[this_cpu] = update_next_balance(k, sd, rq.search_next_balance[this_cpu]!);
    // Not worth it where the search is expected to take longer than the CPU stays idle.
    if (rq.avg_idle[this_cpu]! < rq.search_cost[this_cpu]! + k.sd.max_newidle_lb_cost[sd]!) break;
    if ((k.sd.flags[sd]! & SD_BALANCE_NEWIDLE) !== 0) {
      const weight = newidle_weight(k, sd);
      if (weight === SKIPPED) {
        update_newidle_stats(k, sd, 0);
        continue;
      }
      rq.search_sd[this_cpu] = sd;
      rq.search_weight[this_cpu] = weight;
      const pulled = begin_balance(k, this_cpu, sd, CPU_NEWLY_IDLE);
      if (pulled === BALANCING) rq.search_balancing[this_cpu] = 1;
      else tried(k, this_cpu, pulled);
      return SEARCHING;
    }
    if (hasWork(k, this_cpu)) break;
  }

  rq.searching[this_cpu] = 0;
  const cost = rq.search_cost[this_cpu]!;
  let pulled_task = rq.search_pulled[this_cpu]!;
  if (cost > rq.max_idle_balance_cost[this_cpu]!) rq.max_idle_balance_cost[this_cpu] = cost;
  // A task may have arrived by itself; and what is not fair must be picked before any fair task.
  if (k.cfs.h_nr_running[this_cpu]! !== 0 && pulled_task === 0) pulled_task = 1;
  if (rq.nr_running[this_cpu]! !== k.cfs.h_nr_running[this_cpu]!) pulled_task = -1;
  return out(k, this_cpu, NEWIDLE_RAN, rq.search_next_balance[this_cpu]!, pulled_task, cost);
}

/** The balance of a domain is over: what it has cost, and which domain is next. */
function tried(k: Kernel, cpu: number, pulled: number): void {
  const rq = k.rq;
  const sd = rq.search_sd[cpu]!;
  const t1 = k.sched_clock();
  const domain_cost = t1 - rq.search_t0[cpu]!;
  rq.search_cost[cpu]! += domain_cost;
  rq.search_t0[cpu] = t1;
  update_newidle_cost(k, sd, domain_cost, pulled !== 0 ? rq.search_weight[cpu]! : 0);
  rq.search_pulled[cpu] = pulled;
  rq.search_tried[cpu] = 1;
  rq.search_sd[cpu] = k.sd.parent[sd]!;
}

/** Whether a task has been pulled, is queued or is about to be: then the search ends. */
function hasWork({ rq }: Kernel, cpu: number): boolean {
  return rq.search_pulled[cpu]! !== 0 || rq.nr_running[cpu]! > 0 || rq.ttwu_pending[cpu]! !== 0;
}
