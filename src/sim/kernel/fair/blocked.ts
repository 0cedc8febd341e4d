import { cfs_rq_clock_pelt, update_idle_cfs_rq_clock_pelt, update_rq_clock } from '../core/clock.js';
import { cpu_util_rt, update_rt_rq_load_avg } from '../core/rt-avg.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { cfs_rq_is_decayed } from './decayed.js';
import { list_del_leaf_cfs_rq } from './leaf-list.js';
import { update_cfs_rq_load_avg, update_load_avg, UPDATE_TG } from './load-avg.js';
import { update_tg_load_avg } from './propagate.js';

/**
 * A group's entity without load needs no update, unless its group has changed.
 * @kernel kernel/sched/fair.c skip_blocked_update
 * @omits nothing
 */
function skip_blocked_update(k: Kernel, se: number): boolean {
  return k.avg.load_avg[se] === 0 && k.avg.util_avg[se] === 0 && k.cfs.propagate[k.group_cfs_rq(se)] === 0;
}

/**
 * Ages every cfs_rq of a CPU that carries load, children first.
 * @returns whether all load has gone
 * @kernel kernel/sched/fair.c __update_blocked_fair
 * @omits nothing
 */
function __update_blocked_fair(k: Kernel, cpu: number): boolean {
  const { cfs: c, avg } = k;
  let done = true;
  let cfs = k.rq.leaf_head[cpu]!;
  while (cfs !== NIL) {
    const next = c.leaf_next[cfs]!;
    if (update_cfs_rq_load_avg(k, cfs_rq_clock_pelt(k, cfs), cfs)) {
      update_tg_load_avg(k, cfs);
      if (c.nr_running[cfs] === 0) update_idle_cfs_rq_clock_pelt(k, cfs);
    }
    const se = k.tg_se(c.tg[cfs]!, cpu);
    if (se !== NIL && !skip_blocked_update(k, se)) update_load_avg(k, k.se.cfs_rq[se]!, se, UPDATE_TG);
    if (cfs_rq_is_decayed(k, cfs)) list_del_leaf_cfs_rq(k, cfs);
    const a = k.cfs_avg + cfs;
    if (avg.load_avg[a] !== 0 || avg.util_avg[a] !== 0) done = false;
    cfs = next;
  }
  return done;
}

/**
 * Brings the load of a CPU up to date, also that of tasks which sleep.
 * @kernel kernel/sched/fair.c update_blocked_averages, __update_blocked_others, others_have_blocked
 * @omits the averages of the deadline and interrupt classes and of thermal pressure
 */
export function update_blocked_averages(k: Kernel, cpu: number): void {
  k.rq.last_blocked_load_update_tick[cpu] = k.g.jiffies[0]!;
  update_rq_clock(k, cpu);
  const { rt_running } = k.rq;
  // Where no real-time task has ever run there is nothing to age.
  if (rt_running[cpu] !== 0 || cpu_util_rt(k, cpu) !== 0) update_rt_rq_load_avg(k, cpu, rt_running[cpu]!);
  if (__update_blocked_fair(k, cpu) && cpu_util_rt(k, cpu) === 0) k.rq.has_blocked_load[cpu] = 0;
}
