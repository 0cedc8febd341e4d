import { resched_curr } from '../core/activate.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { start_cfs_bandwidth, start_cfs_slack_bandwidth } from './bandwidth-timer.js';
import { throttle_cfs_rq } from './throttle.js';

/*
 * CPU bandwidth of task groups (cpu.max). A group has `quota` ns a period in a global pool; each of its cfs_rqs takes
 * slices of 5 ms from the pool and spends them (runtime_remaining). One that has nothing left and gets nothing is
 * throttled: its entity is dequeued until the period timer, or another CPU's returned slack, gives it more.
 */

/** Runtime that a cfs_rq keeps when it returns its slack, ns. */
const min_cfs_rq_runtime = 1_000_000;

/**
 * @kernel kernel/sched/fair.c sched_cfs_bandwidth_slice
 * @omits nothing
 */
export function sched_cfs_bandwidth_slice(k: Kernel): number {
  return k.sysctl.cfs_bandwidth_slice_us * 1000;
}

/**
 * Tops a cfs_rq up to `target` from its group's pool.
 * @returns whether it has runtime now
 * @kernel kernel/sched/fair.c __assign_cfs_rq_runtime
 * @omits nothing
 */
export function __assign_cfs_rq_runtime(k: Kernel, tg: number, cfs: number, target: number): boolean {
  const { cfs: c, tg: g } = k;
  const min_amount = target - c.runtime_remaining[cfs]!;
  let amount = 0;
  if (g.quota[tg] === Infinity) {
    amount = min_amount;
  } else {
    start_cfs_bandwidth(k, tg);
    if (g.runtime[tg]! > 0) {
      amount = Math.min(g.runtime[tg]!, min_amount);
      g.runtime[tg]! -= amount;
      g.cfs_b_idle[tg] = 0;
    }
  }
  c.runtime_remaining[cfs]! += amount;
  return c.runtime_remaining[cfs]! > 0;
}

/**
 * Spends runtime; when it is used up and the pool is empty, the CPU must reschedule (and throttle the group).
 * @kernel kernel/sched/fair.c account_cfs_rq_runtime, __account_cfs_rq_runtime, assign_cfs_rq_runtime
 * @omits nothing
 */
export function account_cfs_rq_runtime(k: Kernel, cfs: number, delta_exec: number): void {
  const c = k.cfs;
  if (!k.cfs_bandwidth_used || c.runtime_enabled[cfs] === 0) return;
  c.runtime_remaining[cfs]! -= delta_exec;
  if (c.runtime_remaining[cfs]! > 0 || c.throttled[cfs] !== 0) return;
  const got = __assign_cfs_rq_runtime(k, c.tg[cfs]!, cfs, sched_cfs_bandwidth_slice(k));
  if (!got && c.curr[cfs] !== NIL) resched_curr(k, c.cpu[cfs]!);
}

/**
 * @kernel kernel/sched/fair.c cfs_rq_throttled
 * @omits nothing
 */
export function cfs_rq_throttled(k: Kernel, cfs: number): boolean {
  return k.cfs_bandwidth_used && k.cfs.throttled[cfs] !== 0;
}

/**
 * Whether the cfs_rq or one above it is throttled.
 * @kernel kernel/sched/fair.c throttled_hierarchy
 * @omits nothing
 */
export function throttled_hierarchy(k: Kernel, cfs: number): boolean {
  return k.cfs_bandwidth_used && k.cfs.throttle_count[cfs] !== 0;
}

/**
 * Whether the group is throttled on either CPU: its tasks then stay where they are.
 * @kernel kernel/sched/fair.c throttled_lb_pair
 * @omits nothing
 */
export function throttled_lb_pair(k: Kernel, tg: number, src_cpu: number, dest_cpu: number): boolean {
  return throttled_hierarchy(k, k.tg_cfs_rq(tg, src_cpu)) || throttled_hierarchy(k, k.tg_cfs_rq(tg, dest_cpu));
}

/**
 * A cfs_rq that runs empty gives back what it does not need.
 * @kernel kernel/sched/fair.c return_cfs_rq_runtime, __return_cfs_rq_runtime
 * @omits nothing
 */
export function return_cfs_rq_runtime(k: Kernel, cfs: number): void {
  const { cfs: c, tg: g } = k;
  if (!k.cfs_bandwidth_used || c.runtime_enabled[cfs] === 0 || c.nr_running[cfs] !== 0) return;
  const slack = c.runtime_remaining[cfs]! - min_cfs_rq_runtime;
  if (slack <= 0) return;
  const tg = c.tg[cfs]!;
  if (g.quota[tg] !== Infinity) {
    g.runtime[tg]! += slack;
    if (g.runtime[tg]! > sched_cfs_bandwidth_slice(k) && g.throttled_head[tg] !== NIL) start_cfs_slack_bandwidth(k, tg);
  }
  c.runtime_remaining[cfs]! -= slack;
}

/**
 * A group becomes runnable on a CPU: it may have used up its runtime while it was away.
 * @kernel kernel/sched/fair.c check_enqueue_throttle
 * @omits nothing
 */
export function check_enqueue_throttle(k: Kernel, cfs: number): void {
  const c = k.cfs;
  if (!k.cfs_bandwidth_used || c.runtime_enabled[cfs] === 0 || c.curr[cfs] !== NIL) return;
  if (c.throttled[cfs] !== 0) return;
  account_cfs_rq_runtime(k, cfs, 0);
  if (c.runtime_remaining[cfs]! <= 0) throttle_cfs_rq(k, cfs);
}

/**
 * A running group is about to be put back: throttles it if its runtime is gone.
 * @returns whether it is throttled
 * @kernel kernel/sched/fair.c check_cfs_rq_runtime
 * @omits nothing
 */
export function check_cfs_rq_runtime(k: Kernel, cfs: number): boolean {
  const c = k.cfs;
  if (!k.cfs_bandwidth_used) return false;
  if (c.runtime_enabled[cfs] === 0 || c.runtime_remaining[cfs]! > 0) return false;
  if (c.throttled[cfs] !== 0) return true;
  return throttle_cfs_rq(k, cfs);
}
