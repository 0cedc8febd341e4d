import { CLOCK_BASE, type Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { cfs_rq_throttled, sched_cfs_bandwidth_slice } from './bandwidth.js';
import { unthrottle_cfs_rq } from './throttle.js';

const min_bandwidth_expiration = 2_000_000;
const cfs_bandwidth_slack_period = 5_000_000;

/**
 * Moves the expiry of the period timer past the present in whole periods.
 * @returns how many periods were passed
 * @kernel kernel/time/hrtimer.c hrtimer_forward
 * @omits nothing
 */
function hrtimer_forward_now(k: Kernel, tg: number): number {
  const g = k.tg;
  const period = g.period[tg]!;
  const now = CLOCK_BASE + k.g.now[0]!;
  const late = now - g.period_expires[tg]!;
  if (late < 0) return 0;
  const passed = Math.floor(late / period) + 1;
  g.period_expires[tg]! += passed * period;
  return passed;
}

/**
 * @kernel kernel/sched/fair.c start_cfs_bandwidth
 * @omits nothing
 */
export function start_cfs_bandwidth(k: Kernel, tg: number): void {
  if (k.tg.period_active[tg] !== 0) return;
  k.tg.period_active[tg] = 1;
  hrtimer_forward_now(k, tg);
  k.hw.start_period_timer(tg, k.tg.period_expires[tg]! - CLOCK_BASE);
}

/**
 * Fills the pool for a new period; with a burst, what was left over is kept up to quota + burst.
 * @kernel kernel/sched/fair.c __refill_cfs_bandwidth_runtime
 * @omits nothing
 */
export function __refill_cfs_bandwidth_runtime(k: Kernel, tg: number): void {
  const g = k.tg;
  const quota = g.quota[tg]!;
  if (quota === Infinity) return;
  g.runtime[tg]! += quota;
  const overspent = g.runtime_snap[tg]! - g.runtime[tg]!;
  if (overspent > 0) {
    g.burst_time[tg]! += overspent;
    g.nr_burst[tg]!++;
  }
  g.runtime[tg] = Math.min(g.runtime[tg]!, quota + g.burst[tg]!);
  g.runtime_snap[tg] = g.runtime[tg]!;
}

/**
 * Gives every throttled cfs_rq just enough to run again, in the order in which they were throttled.
 * @kernel kernel/sched/fair.c distribute_cfs_runtime
 * @omits nothing
 */
function distribute_cfs_runtime(k: Kernel, tg: number): void {
  const { tg: g, cfs: c } = k;
  let cfs = g.throttled_head[tg]!;
  while (cfs !== NIL) {
    const next = c.throttled_next[cfs]!;
    if (cfs_rq_throttled(k, cfs)) {
      const runtime = Math.min(-c.runtime_remaining[cfs]! + 1, g.runtime[tg]!);
      g.runtime[tg]! -= runtime;
      const remaining = g.runtime[tg]!;
      c.runtime_remaining[cfs]! += runtime;
      if (c.runtime_remaining[cfs]! > 0) unthrottle_cfs_rq(k, cfs);
      if (remaining === 0) break;
    }
    cfs = next;
  }
}

/**
 * @returns whether the timer may stop
 * @kernel kernel/sched/fair.c do_sched_cfs_period_timer
 * @omits nothing
 */
function do_sched_cfs_period_timer(k: Kernel, tg: number, overrun: number): boolean {
  const g = k.tg;
  if (g.quota[tg] === Infinity) return true;
  const throttled = g.throttled_head[tg] !== NIL;
  g.nr_periods[tg]! += overrun;
  __refill_cfs_bandwidth_runtime(k, tg);
  if (g.cfs_b_idle[tg] !== 0 && !throttled) return true;
  if (!throttled) {
    g.cfs_b_idle[tg] = 1;
    return false;
  }
  g.nr_throttled[tg]! += overrun;
  while (g.throttled_head[tg] !== NIL && g.runtime[tg]! > 0) distribute_cfs_runtime(k, tg);
  g.cfs_b_idle[tg] = 0;
  return false;
}

/**
 * The period timer of group `tg` has expired.
 * @kernel kernel/sched/fair.c sched_cfs_period_timer
 * @omits the stretching of periods that are too short for the machine (the model is never late)
 */
export function sched_cfs_period_timer(k: Kernel, tg: number): void {
  let idle = false;
  for (let overrun = hrtimer_forward_now(k, tg); overrun !== 0; overrun = hrtimer_forward_now(k, tg)) {
    idle = do_sched_cfs_period_timer(k, tg, overrun);
  }
  if (idle) k.tg.period_active[tg] = 0;
  else k.hw.start_period_timer(tg, k.tg.period_expires[tg]! - CLOCK_BASE);
}

/**
 * @kernel kernel/sched/fair.c runtime_refresh_within
 * @omits nothing
 */
function runtime_refresh_within(k: Kernel, tg: number, min_expire: number): boolean {
  return k.tg.period_expires[tg]! - (CLOCK_BASE + k.g.now[0]!) < min_expire;
}

/**
 * Runtime was returned while others are throttled: hands it out soon, unless the period ends first anyway.
 * @kernel kernel/sched/fair.c start_cfs_slack_bandwidth
 * @omits nothing
 */
export function start_cfs_slack_bandwidth(k: Kernel, tg: number): void {
  if (runtime_refresh_within(k, tg, cfs_bandwidth_slack_period + min_bandwidth_expiration)) return;
  if (k.tg.slack_started[tg] !== 0) return;
  k.tg.slack_started[tg] = 1;
  k.hw.start_slack_timer(tg, cfs_bandwidth_slack_period);
}

/**
 * The slack timer of group `tg` has expired.
 * @kernel kernel/sched/fair.c do_sched_cfs_slack_timer
 * @omits nothing
 */
export function do_sched_cfs_slack_timer(k: Kernel, tg: number): void {
  const g = k.tg;
  g.slack_started[tg] = 0;
  if (runtime_refresh_within(k, tg, min_bandwidth_expiration)) return;
  if (g.quota[tg] === Infinity || g.runtime[tg]! <= sched_cfs_bandwidth_slice(k)) return;
  distribute_cfs_runtime(k, tg);
}
