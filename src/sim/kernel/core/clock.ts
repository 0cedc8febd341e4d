import { RQCF_ACT_SKIP, RQCF_REQ_SKIP, SCHED_CAPACITY_SHIFT } from '../constants.js';
import type { Kernel } from '../kernel.js';
import { CLOCK_BASE } from '../kernel.js';
import { LOAD_AVG_MAX } from '../fair/pelt.js';
import { NIL } from '../state/table.js';

/**
 * Brings the clocks of a CPU up to the present.
 *
 * clock is wall time, clock_task the same (interrupt time is not taken out: CONFIG_IRQ_TIME_ACCOUNTING is off),
 * clock_pelt runs slower on slow CPUs while they are busy and catches up when they are idle.
 * @kernel kernel/sched/core.c update_rq_clock
 * @omits interrupt and steal time
 */
export function update_rq_clock(k: Kernel, cpu: number): void {
  const rq = k.rq;
  if ((rq.clock_update_flags[cpu]! & RQCF_ACT_SKIP) !== 0) return;
  const delta = CLOCK_BASE + k.g.now[0]! - rq.clock[cpu]!;
  if (delta <= 0) {
    // Even without progress an idle CPU's PELT clock is set to its task clock, as update_rq_clock_pelt() does.
    if (delta === 0 && rq.curr[cpu] === NIL && rq.stop_running[cpu] === 0) _update_idle_rq_clock_pelt(k, cpu);
    return;
  }
  rq.clock[cpu]! += delta;
  rq.clock_task[cpu]! += delta;
  update_rq_clock_pelt(k, cpu, delta);
}

/**
 * @kernel kernel/sched/pelt.h update_rq_clock_pelt
 * @omits frequency scaling
 */
function update_rq_clock_pelt(k: Kernel, cpu: number, delta: number): void {
  const rq = k.rq;
  if (rq.curr[cpu] === NIL && rq.stop_running[cpu] === 0) {
    _update_idle_rq_clock_pelt(k, cpu);
    return;
  }
  const scale = k.cpu_scale[cpu]!;
  rq.clock_pelt[cpu]! += scale === 1024 ? delta : Math.floor((delta * scale) / 1024);
}

/**
 * @kernel kernel/sched/pelt.h _update_idle_rq_clock_pelt
 * @omits nothing
 */
function _update_idle_rq_clock_pelt(k: Kernel, cpu: number): void {
  const rq = k.rq;
  rq.clock_pelt[cpu] = rq.clock_task[cpu]!;
  rq.clock_idle[cpu] = rq.clock[cpu]!;
  rq.clock_pelt_idle[cpu] = rq.clock_pelt[cpu]! - rq.lost_idle_time[cpu]!;
}

/**
 * The CPU goes idle: time that a slow CPU lost and cannot catch up is taken out of its PELT clock for good.
 * @kernel kernel/sched/pelt.h update_idle_rq_clock_pelt
 * @omits deadline utilisation
 */
export function update_idle_rq_clock_pelt(k: Kernel, cpu: number): void {
  const rq = k.rq;
  const divider = ((LOAD_AVG_MAX - 1024) << SCHED_CAPACITY_SHIFT) - LOAD_AVG_MAX;
  if (k.avg.util_sum[k.cfs_avg + cpu]! + k.avg.util_sum[k.rt_avg + cpu]! >= divider) rq.lost_idle_time[cpu]! += rq.clock_task[cpu]! - rq.clock_pelt[cpu]!;
  _update_idle_rq_clock_pelt(k, cpu);
}

/**
 * ns of the PELT clock.
 * @kernel kernel/sched/pelt.h rq_clock_pelt
 * @omits nothing
 */
export function rq_clock_pelt(k: Kernel, cpu: number): number {
  return k.rq.clock_pelt[cpu]! - k.rq.lost_idle_time[cpu]!;
}

/**
 * ns of the PELT clock without the time that the group was throttled.
 * @kernel kernel/sched/pelt.h cfs_rq_clock_pelt
 * @omits nothing
 */
export function cfs_rq_clock_pelt(k: Kernel, cfs: number): number {
  const c = k.cfs;
  if (c.throttle_count[cfs] !== 0) return c.throttled_clock_pelt[cfs]! - c.throttled_clock_pelt_time[cfs]!;
  const cpu = c.cpu[cfs]!;
  return k.rq.clock_pelt[cpu]! - k.rq.lost_idle_time[cpu]! - c.throttled_clock_pelt_time[cfs]!;
}

/**
 * The cfs_rq runs empty: notes the throttled time for the tasks that will be migrated from it while it is idle.
 * @kernel kernel/sched/pelt.h update_idle_cfs_rq_clock_pelt
 * @omits nothing
 */
export function update_idle_cfs_rq_clock_pelt(k: Kernel, cfs: number): void {
  const c = k.cfs;
  c.throttled_pelt_idle[cfs] = c.throttle_count[cfs] !== 0 ? Infinity : c.throttled_clock_pelt_time[cfs]!;
}

/**
 * The next clock update, that of schedule(), may be left out: one has just been made.
 * @kernel kernel/sched/sched.h rq_clock_skip_update
 * @omits nothing
 */
export function rq_clock_skip_update(k: Kernel, cpu: number): void {
  k.rq.clock_update_flags[cpu]! |= RQCF_REQ_SKIP;
}
