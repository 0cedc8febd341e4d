import { CPU_IDLE, CPU_NOT_IDLE } from '../constants.js';
import { update_blocked_averages } from '../fair/blocked.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { nohz_idle_balance } from './nohz-balance.js';
import { nohz_balancer_kick } from './nohz-kick.js';
import { begin_rebalance, continue_rebalance, rebalance_domains } from './rebalance-domains.js';

export { get_sd_balance_interval, update_newidle_cost, update_newidle_stats, update_next_balance } from './interval.js';
export { continue_rebalance, rebalance_domains };

/**
 * The SCHED softirq of `cpu`, all of it at one moment.
 * @kernel kernel/sched/fair.c run_rebalance_domains
 * @omits nothing
 */
export function run_rebalance_domains(k: Kernel, cpu: number): void {
  if (begin_softirq(k, cpu)) return;
  while (!continue_rebalance(k));
}

/**
 * Begins the SCHED softirq of `cpu`.
 * @returns whether it is over; if not continue_rebalance() is to follow
 * @kernel kernel/sched/fair.c run_rebalance_domains
 * @omits the time that balancing for tickless CPUs takes: that is done at one moment
 */
export function begin_softirq(k: Kernel, cpu: number): boolean {
  const idle = k.rq.idle_balance[cpu]! !== 0 ? CPU_IDLE : CPU_NOT_IDLE;
  // A kicked CPU has balanced for all tickless ones, itself included.
  if (nohz_idle_balance(k, cpu, idle)) return true;
  update_blocked_averages(k, cpu);
  begin_rebalance(k, cpu, idle);
  return false;
}

/**
 * At the end of a tick: has this CPU balance where that is due, and kicks an idle one.
 * @kernel kernel/sched/fair.c trigger_load_balance
 * @omits CPUs that are not active (hot-plugging), and ksoftirqd: a softirq is never put off
 */
export function trigger_load_balance(k: Kernel, cpu: number): void {
  if (k.rq.sd[cpu]! === NIL) return;
  if (k.g.jiffies[0]! >= k.rq.next_balance[cpu]!) k.hw.raise_sched_softirq(cpu);
  nohz_balancer_kick(k, cpu);
}
