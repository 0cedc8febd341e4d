import { NICE_0_LOAD } from '../constants.js';
import { CLOCK_BASE, type Kernel } from '../kernel.js';
import { scale_load_down } from '../math/weights.js';
import { NIL } from '../state/table.js';
import { ___update_load_avg, ___update_load_sum } from './pelt.js';
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
  const root = k.cfs_avg + cpu;
  const load = scale_load_down(c.weight[cpu]!);
  const runnable = c.h_nr_running[cpu]!;
  const lost = rq.lost_idle_time[cpu]!;
  const weighted = e.weight[curr] !== NICE_0_LOAD;
  let clock = rq.clock[cpu]!;
  let pelt = rq.clock_pelt[cpu]!;
  let vruntime = e.vruntime[curr]!;
  let exec_start = e.exec_start[curr]!;
  let now = CLOCK_BASE + time;
  const throttled = c.throttled_clock_pelt_time[cpu]!;

  for (let i = n; i > 0; i--) {
    pelt += now - clock;
    clock = now;
    const delta = now - exec_start;
    if (delta > 0) {
      e.sum_exec_runtime[curr]! += delta;
      vruntime += weighted ? calc_delta_fair(k, delta, curr) : delta;
      exec_start = now;
    }
    // The averages are overwritten at every boundary of a period, so only the last one counts: two ticks are longer
    // than a period, hence it is at one of the last two.
    const at = pelt - lost - throttled;
    const crossed_se = ___update_load_sum(avg, curr, at, 1, 1, 1);
    const crossed_cfs = ___update_load_sum(avg, root, at, load, runnable, 1);
    if (i <= 2) {
      if (crossed_se) {
        ___update_load_avg(avg, curr, scale_load_down(e.weight[curr]!));
        if (k.feat.UTIL_EST) avg.util_est_unchanged[curr] = 0;
      }
      if (crossed_cfs) ___update_load_avg(avg, root, 1);
    }
    now += tick_ns;
  }

  rq.clock[cpu] = clock;
  rq.clock_task[cpu] = clock;
  rq.clock_pelt[cpu] = pelt;
  e.exec_start[curr] = exec_start;
  e.vruntime[curr] = vruntime;
  const first = c.first[cpu]!;
  const low = first !== NIL && e.vruntime[first]! < vruntime ? e.vruntime[first]! : vruntime;
  if (low > c.min_vruntime[cpu]!) c.min_vruntime[cpu] = low;
  rq.idle_balance[cpu] = 0;
}
