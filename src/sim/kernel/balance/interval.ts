import type { Kernel } from '../kernel.js';
import { msecs_to_jiffies } from './jiffies.js';

/**
 * Jiffies between two balances of the domain. A busy CPU balances busy_factor times as rarely, and one tick off the
 * round number, so that the levels do not all fall due at the same tick.
 * @kernel kernel/sched/fair.c get_sd_balance_interval
 * @omits nothing
 */
export function get_sd_balance_interval(k: Kernel, sd: number, cpu_busy: boolean): number {
  let ms = k.sd.balance_interval[sd]!;
  if (cpu_busy) ms *= k.sd.busy_factor[sd]!;
  let interval = msecs_to_jiffies(k.hz, ms);
  // An interval of 0 would wrap round in the kernel and then be cut to the maximum; it needs a balance_interval of 0.
  if (cpu_busy) interval = interval === 0 ? Infinity : interval - 1;
  return Math.min(Math.max(interval, 1), k.max_load_balance_interval);
}

/**
 * @returns the earlier of `next_balance` and the time at which an idle CPU next balances `sd`, in jiffies
 * @kernel kernel/sched/fair.c update_next_balance
 * @omits nothing
 */
export function update_next_balance(k: Kernel, sd: number, next_balance: number): number {
  return Math.min(next_balance, k.sd.last_balance[sd]! + get_sd_balance_interval(k, sd, false));
}

/** So many newly-idle balances of a domain are counted before newidle_ratio is taken from them anew, and the counts are halved. */
export const NEWIDLE_CALLS = 1024;

/**
 * Counts newly-idle balances of the domain and how many found something; from NEWIDLE_CALLS of them comes newidle_ratio.
 * @param success 0, or how many calls the success stands for
 * @kernel kernel/sched/fair.c update_newidle_stats
 * @omits nothing
 */
export function update_newidle_stats(k: Kernel, sd: number, success: number): void {
  const t = k.sd;
  t.newidle_call[sd]!++;
  t.newidle_success[sd]! += success;
  if (t.newidle_call[sd]! >= NEWIDLE_CALLS) {
    t.newidle_ratio[sd] = t.newidle_success[sd]!;
    t.newidle_call[sd] = Math.floor(t.newidle_call[sd]! / 2);
    t.newidle_success[sd] = Math.floor(t.newidle_success[sd]! / 2);
  }
}

/**
 * Remembers the dearest newly-idle balance of the domain (`cost` ns); what is remembered fades by about 1 % a second.
 * @returns whether it faded now
 * @kernel kernel/sched/fair.c update_newidle_cost
 * @omits nothing
 */
export function update_newidle_cost(k: Kernel, sd: number, cost: number, success: number): boolean {
  const t = k.sd;
  const now = k.g.jiffies[0]!;
  const next_decay = t.last_decay_max_lb_cost[sd]! + k.hz;
  if (cost !== 0) update_newidle_stats(k, sd, success);
  if (cost > t.max_newidle_lb_cost[sd]!) {
    t.max_newidle_lb_cost[sd] = cost;
    t.last_decay_max_lb_cost[sd] = now;
    return false;
  }
  if (now > next_decay) {
    t.max_newidle_lb_cost[sd] = Math.floor((t.max_newidle_lb_cost[sd]! * 253) / 256);
    t.last_decay_max_lb_cost[sd] = now;
    return true;
  }
  return false;
}
