import { NICE_0_LOAD } from '../constants.js';
import { cfs_rq_clock_pelt } from '../core/clock.js';
import { CLOCK_BASE, type Kernel } from '../kernel.js';
import { div_u64 } from '../math/arith.js';
import { scale_load_down } from '../math/weights.js';
import type { AvgTable } from '../state/avg.js';
import { NIL } from '../state/table.js';
import { __accumulate_pelt_segments, decay_load, PELT_MIN_DIVIDER } from './pelt.js';
import { calc_delta_fair, sched_slice } from './slice.js';

/*
 * Ticks at which nothing can change, taken together.
 *
 * While a task of the root group has its CPU to itself, or has slice left, and no balancing is due, a tick only moves
 * clocks, vruntime and PELT sums on. quiet_until() says how long that lasts; take_quiet_ticks() does what scheduler_tick()
 * would have done at each of them, in one tight loop, bit for bit. Nothing else may look at the CPU in between: the
 * machine takes the ticks before it lets anything do so. This is no model of a kernel function but of many calls of one,
 * scheduler_tick(); where the two could differ, quiet_until() answers "not now" and the tick is taken the ordinary way.
 */

/**
 * The time before which every tick of `cpu` is quiet, ns of simulated time: the tick at this time or later must be
 * taken the ordinary way. 0 where none is quiet.
 * @param jiffy_ns when `next_balance` comes due: time of the tick that makes jiffies reach it
 * @kernel kernel/sched/core.c scheduler_tick
 * @omits it is a forecast of many calls: answers too early rather than too late
 */
export function quiet_until(k: Kernel, cpu: number, jiffy_ns: number): number {
  const { rq, se: e, cfs: c } = k;
  const curr = rq.curr[cpu]!;
  if (curr === NIL || e.parent[curr] !== NIL || rq.need_resched[cpu] !== 0 || rq.clock_update_flags[cpu] !== 0) return 0;
  if (k.cfs_bandwidth_used || k.asym_cpucap_active || k.cpu_scale[cpu] !== 1024) return 0;
  if (k.g.nohz_nr_cpus[0] !== 0 || rq.nohz_tick_stopped[cpu] !== 0 || c.removed_nr[cpu] !== 0) return 0;

  if (cfs_rq_clock_pelt(k, cpu) < k.avg.last_update_time[curr]! || cfs_rq_clock_pelt(k, cpu) < k.avg.last_update_time[k.cfs_avg + cpu]!) return 0;

  let until = jiffy_ns;
  if (c.nr_running[cpu]! > 1) {
    // check_preempt_tick(): neither may the slice be used up nor may curr get too far ahead of the first that waits.
    const slice = sched_slice(k, cpu, curr);
    const start = e.exec_start[curr]! - CLOCK_BASE;
    const ran = e.sum_exec_runtime[curr]! - e.prev_sum_exec_runtime[curr]!;
    const slice_left = slice - ran;
    if (start + slice_left < until) until = start + slice_left;
    const lag = slice - (e.vruntime[curr]! - e.vruntime[c.first[cpu]!]!);
    const weight = e.weight[curr]!;
    // Weighted time is rounded at each tick, by less than 1 ns: a margin of one in 1000 is ample.
    const lag_ns = weight === NICE_0_LOAD ? lag : Math.floor((lag * 0.999 * weight) / NICE_0_LOAD) - 1000;
    if (start + lag_ns < until) until = start + lag_ns;
  }
  return until;
}

/**
 * Takes `n` quiet ticks of `cpu`, the first at `time` ns, the next ones `tick_ns` apart.
 * @kernel kernel/sched/core.c scheduler_tick
 * @omits everything that quiet_until() rules out
 */
export function take_quiet_ticks(k: Kernel, cpu: number, time: number, n: number, tick_ns: number): void {
  const { rq, se: e, cfs: c, avg } = k;
  const curr = rq.curr[cpu]!;
  const first_clock = CLOCK_BASE + time;
  const last_clock = first_clock + (n - 1) * tick_ns;

  // update_curr() at each tick. Only where time is weighted does the rounding of each step count.
  const exec_start = e.exec_start[curr]!;
  const ran = last_clock - exec_start;
  if (ran > 0) {
    let vruntime = e.vruntime[curr]!;
    if (e.weight[curr] === NICE_0_LOAD) {
      vruntime += ran;
    } else {
      if (first_clock > exec_start) vruntime += calc_delta_fair(k, first_clock - exec_start, curr);
      const step = calc_delta_fair(k, tick_ns, curr);
      vruntime += step * (n - 1);
    }
    e.sum_exec_runtime[curr] = e.sum_exec_runtime[curr]! + ran;
    e.exec_start[curr] = last_clock;
    e.vruntime[curr] = vruntime;
    const first = c.first[cpu]!;
    const low = first !== NIL && e.vruntime[first]! < vruntime ? e.vruntime[first]! : vruntime;
    if (low > c.min_vruntime[cpu]!) c.min_vruntime[cpu] = low;
  }

  // update_load_avg() at each tick: of the entity, and of its cfs_rq.
  const pelt_offset = rq.clock_pelt[cpu]! - rq.clock[cpu]!;
  const first_pelt = first_clock + pelt_offset - rq.lost_idle_time[cpu]! - c.throttled_clock_pelt_time[cpu]!;
  const weight = scale_load_down(e.weight[curr]!);
  if (age_running(avg, curr, first_pelt, n, tick_ns, 1, 1, weight) && k.feat.UTIL_EST) avg.util_est_unchanged[curr] = 0;
  age_running(avg, k.cfs_avg + cpu, first_pelt, n, tick_ns, scale_load_down(c.weight[cpu]!), c.h_nr_running[cpu]!, 1);

  rq.clock[cpu] = last_clock;
  rq.clock_task[cpu] = last_clock;
  rq.clock_pelt[cpu] = last_clock + pelt_offset;
  rq.idle_balance[cpu] = 0;
}

/**
 * ___update_load_sum() with running = 1 at `n` times, the first `at`, `step` ns apart, and ___update_load_avg() where a
 * period boundary is crossed. The averages are overwritten at every boundary, so they are computed for the last one only.
 * @returns whether a boundary was crossed
 * @kernel kernel/sched/pelt.c ___update_load_sum, ___update_load_avg
 * @omits times that go backwards
 */
function age_running(
  avg: AvgTable,
  a: number,
  at: number,
  n: number,
  step: number,
  load: number,
  runnable: number,
  weight: number,
): boolean {
  let last = avg.last_update_time[a]!;
  let contributed = avg.period_contrib[a]!;
  let load_sum = avg.load_sum[a]!;
  let runnable_sum = avg.runnable_sum[a]!;
  let util_sum = avg.util_sum[a]!;
  // The sums as they were when the last boundary was crossed.
  let crossed_load = -1;
  let crossed_runnable = 0;
  let crossed_util = 0;
  let crossed_contributed = 0;
  for (let i = 0; i < n; i++, at += step) {
    const delta = at - last;
    if (delta < 1024) continue;
    let contrib = delta < 2147483648 ? delta >>> 10 : Math.floor(delta / 1024);
    last += contrib * 1024;
    const total = contributed + contrib;
    if (total < 1024) {
      contributed = total;
      load_sum += load * contrib;
      runnable_sum += runnable * contrib * 1024;
      util_sum += contrib * 1024;
      continue;
    }
    const periods = total < 2147483648 ? total >>> 10 : Math.floor(total / 1024);
    const rest = total - periods * 1024;
    contrib = __accumulate_pelt_segments(periods, 1024 - contributed, rest);
    contributed = rest;
    load_sum = decay_load(load_sum, periods) + load * contrib;
    runnable_sum = decay_load(runnable_sum, periods) + runnable * contrib * 1024;
    util_sum = decay_load(util_sum, periods) + contrib * 1024;
    crossed_load = load_sum;
    crossed_runnable = runnable_sum;
    crossed_util = util_sum;
    crossed_contributed = rest;
  }
  avg.last_update_time[a] = last;
  avg.period_contrib[a] = contributed;
  avg.load_sum[a] = load_sum;
  avg.runnable_sum[a] = runnable_sum;
  avg.util_sum[a] = util_sum;
  if (crossed_load < 0) return false;
  const divider = PELT_MIN_DIVIDER + crossed_contributed;
  avg.load_avg[a] = div_u64(weight * crossed_load, divider);
  avg.runnable_avg[a] = div_u64(crossed_runnable, divider);
  avg.util_avg[a] = Math.floor(crossed_util / divider);
  return true;
}
