import { idle_cpu, sched_idle_cpu } from '../core/idle.js';
import { CPU_IDLE, CPU_NOT_IDLE, SD_SERIALIZE } from '../constants.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { get_sd_balance_interval, update_newidle_cost } from './interval.js';
import { BALANCING, begin_balance, finish_balance } from './load-balance.js';

/** What rebalance_domains() goes on with. */
const NOTHING = 0;
/** The lock of the busiest queue, and the moves. */
const MOVES = 1;
/** The lock that CPUs have by turns which balance NUMA domains. */
const SERIALIZED = 2;
/** Giving that back. */
const UNLOCK = 3;

/**
 * Balances every domain of `cpu` that is due, from the lowest up, and sets when the next one is: all of it at one moment.
 * @param idle CPU_IDLE or CPU_NOT_IDLE
 * @kernel kernel/sched/fair.c rebalance_domains
 * @omits nothing
 */
export function rebalance_domains(k: Kernel, cpu: number, idle: number): void {
  begin_rebalance(k, cpu, idle);
  while (!continue_rebalance(k));
}

/**
 * Begins rebalance_domains() of `cpu` on the CPU that does the work; continue_rebalance() is to follow.
 * @kernel kernel/sched/fair.c rebalance_domains (up to its loop)
 * @omits nothing
 */
export function begin_rebalance(k: Kernel, cpu: number, idle: number): void {
  const r = k.rebalance;
  const worker = k.g.this_cpu[0]!;
  const jiffies = k.g.jiffies[0]!;
  r.under_way[worker] = NOTHING;
  r.cpu[worker] = cpu;
  r.sd[worker] = k.rq.sd[cpu]!;
  r.continue_balancing[worker] = 1;
  r.jiffies[worker] = jiffies;
  r.next_balance[worker] = jiffies + 60 * k.hz;
  r.update_next[worker] = 0;
  r.need_decay[worker] = 0;
  r.max_cost[worker] = 0;
  becomes(k, worker, idle);
}

/**
 * Goes on with rebalance_domains(): up to a lock that a balance takes when the time has passed that is charged, or gives back then, or to
 * its end. Whoever finds that another CPU balances a NUMA domain does not, and comes again with the next tick.
 * @returns whether it is over
 * @kernel kernel/sched/fair.c rebalance_domains (its loop)
 * @omits nothing
 */
export function continue_rebalance(k: Kernel): boolean {
  const r = k.rebalance;
  const worker = k.g.this_cpu[0]!;
  const cpu = r.cpu[worker]!;
  const next = r.under_way[worker]!;
  r.under_way[worker] = NOTHING;
  if (next === UNLOCK) k.g.balancing[0] = 0;
  else if (next === MOVES && balanced(k, worker, finish_balance(k, cpu))) return false;
  /** It has come as far as the lock in this domain. */
  let waited = next === SERIALIZED;
  for (let sd = r.sd[worker]!; sd !== NIL; sd = r.sd[worker]!, waited = false) {
    if (!waited) {
      const need_decay = update_newidle_cost(k, sd, 0, 0);
      r.need_decay[worker] = need_decay ? 1 : 0;
      r.max_cost[worker]! += k.sd.max_newidle_lb_cost[sd]!;
      // Another CPU of the group balances from here on up; what remains is to let the costs of the domains fade.
      if (r.continue_balancing[worker] === 0) {
        if (!need_decay) break;
        r.sd[worker] = k.sd.parent[sd]!;
        continue;
      }
    }
    // Whoever finds that nothing is due gives the lock back at once, had it or not.
    if (r.jiffies[worker]! < k.sd.last_balance[sd]! + get_sd_balance_interval(k, sd, r.busy[worker] !== 0)) {
      looked(k, worker);
      continue;
    }
    if (isSerialized(k, sd)) {
      if (!waited) {
        r.under_way[worker] = SERIALIZED;
        return false;
      }
      if (k.g.balancing[0] !== 0) {
        looked(k, worker);
        continue;
      }
      k.g.balancing[0] = 1;
    }
    const moved = begin_balance(k, cpu, sd, r.idle[worker]!);
    if (moved === BALANCING) {
      r.under_way[worker] = MOVES;
      return false;
    }
    if (balanced(k, worker, moved)) return false;
  }
  // As in the kernel only the domain looked at last decides, not any of them. −1 is UINT_MAX to it.
  if (r.need_decay[worker] !== 0) k.rq.max_idle_balance_cost[cpu] = Math.max(k.sysctl.migration_cost_ns >>> 0, r.max_cost[worker]!);
  if (r.update_next[worker] !== 0) k.rq.next_balance[cpu] = r.next_balance[worker]!;
  return true;
}

function isSerialized(k: Kernel, sd: number): boolean {
  return (k.sd.flags[sd]! & SD_SERIALIZE) !== 0;
}

/**
 * The balance of a domain is over.
 * @returns whether its time has to pass before the lock of NUMA domains is given back
 */
function balanced(k: Kernel, worker: number, moved: number): boolean {
  const r = k.rebalance;
  const serialized = isSerialized(k, r.sd[worker]!);
  if (serialized) r.under_way[worker] = UNLOCK;
  // Work was pulled, or pushed to a sibling on its behalf: look again what this CPU is.
  if (moved !== 0) becomes(k, worker, idle_cpu(k, r.cpu[worker]!) ? CPU_IDLE : CPU_NOT_IDLE);
  if (!k.lb_env.continue_balancing) r.continue_balancing[worker] = 0;
  k.sd.last_balance[r.sd[worker]!] = r.jiffies[worker]!;
  looked(k, worker);
  return serialized;
}

/** A domain has been looked at: the next balance is due when the first one of them is. */
function looked(k: Kernel, worker: number): void {
  const r = k.rebalance;
  const sd = r.sd[worker]!;
  const due = k.sd.last_balance[sd]! + get_sd_balance_interval(k, sd, r.busy[worker] !== 0);
  if (r.next_balance[worker]! > due) {
    r.next_balance[worker] = due;
    r.update_next[worker] = 1;
  }
  r.sd[worker] = k.sd.parent[sd]!;
}

/** What the CPU is now that is balanced for. */
function becomes(k: Kernel, worker: number, idle: number): void {
  const r = k.rebalance;
  r.idle[worker] = idle;
  r.busy[worker] = idle !== CPU_IDLE && !sched_idle_cpu(k, r.cpu[worker]!) ? 1 : 0;
}
