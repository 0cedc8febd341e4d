import { list_move_head } from '../core/cfs-tasks.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { check_cfs_rq_runtime } from './bandwidth.js';
import { update_curr } from './curr.js';
import { put_prev_entity, set_next_entity } from './entity.js';
import { wakeup_preempt_entity } from './preempt.js';
import { update_misfit_status } from './signals.js';

/**
 * The entity to run next: the leftmost, unless it yielded; a buddy, unless that would be unfair to the leftmost.
 * @param curr the running entity if it is still runnable, else NIL
 * @kernel kernel/sched/fair.c pick_next_entity
 * @omits nothing
 */
export function pick_next_entity(k: Kernel, cfs: number, curr: number): number {
  const { cfs: c, se: e } = k;
  const first = c.first[cfs]!;
  let left = first;
  if (left === NIL || (curr !== NIL && e.vruntime[curr]! < e.vruntime[left]!)) left = curr;
  let se = left;

  if (c.skip[cfs] !== NIL && c.skip[cfs] === se) {
    let second: number;
    if (se === curr) {
      second = first;
    } else {
      second = e.next[se]!;
      if (second === NIL || (curr !== NIL && e.vruntime[curr]! < e.vruntime[second]!)) second = curr;
    }
    if (second !== NIL && wakeup_preempt_entity(k, second, left) < 1) se = second;
  }

  const next = c.next[cfs]!;
  if (next !== NIL && wakeup_preempt_entity(k, next, left) < 1) return next;
  const last = c.last[cfs]!;
  if (last !== NIL && wakeup_preempt_entity(k, last, left) < 1) return last;
  return se;
}

/**
 * Picks the next task of a CPU that has fair tasks, and makes it the current one of its cfs_rqs.
 * @param prev the running fair task, or NIL where the idle task or the stopper ran
 * @returns the task, or NIL where throttling has left none: the caller then goes on to newly-idle balancing
 * @kernel kernel/sched/fair.c pick_next_task_fair
 * @omits the newly-idle balance (see core/schedule.ts) and HRTICK
 */
export function pick_next_task_fair(k: Kernel, cpu: number, prev: number): number {
  const { cfs: c, se: e } = k;
  if (c.nr_running[cpu] === 0) return NIL;
  if (prev === NIL) return pick_simple(k, cpu, NIL);

  let cfs = cpu;
  let se: number;
  do {
    let curr = c.curr[cfs]!;
    if (curr !== NIL) {
      if (e.on_rq[curr] !== 0) update_curr(k, cfs);
      else curr = NIL;
      if (check_cfs_rq_runtime(k, cfs)) {
        if (c.nr_running[cpu] === 0) return NIL;
        return pick_simple(k, cpu, prev);
      }
    }
    se = pick_next_entity(k, cfs, curr);
    cfs = k.group_cfs_rq(se);
  } while (cfs !== NIL);

  const p = se;
  if (p !== prev) {
    // Only the part of the two chains of groups that differs is switched.
    let pse = prev;
    while (e.cfs_rq[se] !== e.cfs_rq[pse]) {
      const se_depth = e.depth[se]!;
      const pse_depth = e.depth[pse]!;
      if (se_depth <= pse_depth) {
        put_prev_entity(k, e.cfs_rq[pse]!, pse);
        pse = e.parent[pse]!;
      }
      if (se_depth >= pse_depth) {
        set_next_entity(k, e.cfs_rq[se]!, se);
        se = e.parent[se]!;
      }
    }
    const shared = e.cfs_rq[se]!;
    put_prev_entity(k, shared, pse);
    set_next_entity(k, shared, se);
  }
  list_move_head(k, cpu, p);
  update_misfit_status(k, p, cpu);
  return p;
}

/** The `simple` branch of pick_next_task_fair(): puts the whole chain of `prev`, then sets the whole chain of the next. */
function pick_simple(k: Kernel, cpu: number, prev: number): number {
  if (prev !== NIL) put_prev_task_fair(k, prev);
  let cfs = cpu;
  let se: number;
  do {
    se = pick_next_entity(k, cfs, NIL);
    set_next_entity(k, cfs, se);
    cfs = k.group_cfs_rq(se);
  } while (cfs !== NIL);
  list_move_head(k, cpu, se);
  update_misfit_status(k, se, cpu);
  return se;
}

/**
 * @kernel kernel/sched/fair.c put_prev_task_fair
 * @omits nothing
 */
export function put_prev_task_fair(k: Kernel, prev: number): void {
  for (let se = prev; se !== NIL; se = k.se.parent[se]!) put_prev_entity(k, k.se.cfs_rq[se]!, se);
}
