import { idle_cpu, sched_idle_cpu } from '../core/idle.js';
import { CPU_IDLE, CPU_NOT_IDLE } from '../constants.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { get_sd_balance_interval, update_newidle_cost } from './interval.js';
import { load_balance } from './load-balance.js';

/**
 * Balances every domain of `cpu` that is due, from the lowest up, and sets when the next one is.
 * @param idle CPU_IDLE or CPU_NOT_IDLE
 * @kernel kernel/sched/fair.c rebalance_domains
 * @omits SD_SERIALIZE: the simulated CPUs balance one after another, so its lock is always free
 */
export function rebalance_domains(k: Kernel, cpu: number, idle: number): void {
  const jiffies = k.g.jiffies[0]!;
  let busy = idle !== CPU_IDLE && !sched_idle_cpu(k, cpu);
  let continue_balancing = true;
  let next_balance = jiffies + 60 * k.hz;
  let update_next = false;
  let need_decay = false;
  let max_cost = 0;

  for (let sd = k.rq.sd[cpu]!; sd !== NIL; sd = k.sd.parent[sd]!) {
    need_decay = update_newidle_cost(k, sd, 0, 0);
    max_cost += k.sd.max_newidle_lb_cost[sd]!;
    // Another CPU of the group balances from here on up; what remains is to let the costs of the domains fade.
    if (!continue_balancing) {
      if (need_decay) continue;
      break;
    }
    let interval = get_sd_balance_interval(k, sd, busy);
    if (jiffies >= k.sd.last_balance[sd]! + interval) {
      if (load_balance(k, cpu, sd, idle) !== 0) {
        // Work was pulled, or pushed to a sibling on its behalf: look again what this CPU is.
        idle = idle_cpu(k, cpu) ? CPU_IDLE : CPU_NOT_IDLE;
        busy = idle !== CPU_IDLE && !sched_idle_cpu(k, cpu);
      }
      if (!k.lb_env.continue_balancing) continue_balancing = false;
      k.sd.last_balance[sd] = jiffies;
      interval = get_sd_balance_interval(k, sd, busy);
    }
    if (next_balance > k.sd.last_balance[sd]! + interval) {
      next_balance = k.sd.last_balance[sd]! + interval;
      update_next = true;
    }
  }
  // As in the kernel only the domain looked at last decides, not any of them. −1 is UINT_MAX to it.
  if (need_decay) k.rq.max_idle_balance_cost[cpu] = Math.max(k.sysctl.migration_cost_ns >>> 0, max_cost);
  if (update_next) k.rq.next_balance[cpu] = next_balance;
}
