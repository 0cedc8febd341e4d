import { DEQUEUE_SLEEP, ENQUEUE_WAKEUP } from '../constants.js';
import { resched_curr } from '../core/activate.js';
import { rq_clock_pelt, update_rq_clock } from '../core/clock.js';
import { add_nr_running, sub_nr_running } from '../core/nr-running.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { __assign_cfs_rq_runtime, cfs_rq_throttled } from './bandwidth.js';
import { cfs_rq_is_decayed } from './decayed.js';
import { dequeue_entity, enqueue_entity } from './entity.js';
import { se_update_runnable } from './group.js';
import { list_add_leaf_cfs_rq, list_del_leaf_cfs_rq } from './leaf-list.js';
import { update_load_avg, UPDATE_TG } from './load-avg.js';

/** Whether group `tg` is `top` or below it. Parents have lower rows than their children. */
function is_below(k: Kernel, tg: number, top: number): boolean {
  while (tg > top) tg = k.tg.parent[tg]!;
  return tg === top;
}

/**
 * @kernel kernel/sched/fair.c tg_throttle_down
 * @omits nothing
 */
function tg_throttle_down(k: Kernel, tg: number, cpu: number): void {
  const c = k.cfs;
  const cfs = k.tg_cfs_rq(tg, cpu);
  if (c.throttle_count[cfs] === 0) {
    c.throttled_clock_pelt[cfs] = rq_clock_pelt(k, cpu);
    list_del_leaf_cfs_rq(k, cfs);
  }
  c.throttle_count[cfs]!++;
}

/**
 * @kernel kernel/sched/fair.c tg_unthrottle_up
 * @omits nothing
 */
function tg_unthrottle_up(k: Kernel, tg: number, cpu: number): void {
  const c = k.cfs;
  const cfs = k.tg_cfs_rq(tg, cpu);
  c.throttle_count[cfs]!--;
  if (c.throttle_count[cfs] === 0) {
    c.throttled_clock_pelt_time[cfs]! += rq_clock_pelt(k, cpu) - c.throttled_clock_pelt[cfs]!;
    if (!cfs_rq_is_decayed(k, cfs)) list_add_leaf_cfs_rq(k, cfs);
  }
}

/**
 * Takes a group that has used up its runtime off the CPU.
 * @returns false where the pool had something left after all
 * @kernel kernel/sched/fair.c throttle_cfs_rq
 * @omits nothing
 */
export function throttle_cfs_rq(k: Kernel, cfs: number): boolean {
  const { cfs: c, se: e } = k;
  const tg = c.tg[cfs]!;
  const cpu = c.cpu[cfs]!;
  if (__assign_cfs_rq_runtime(k, tg, cfs, 1)) return false;
  list_add_throttled(k, tg, cfs);

  // Top down: rows of children are above those of their parents, so ascending order visits parents first.
  for (let t = tg; t < k.groups; t++) if (is_below(k, t, tg)) tg_throttle_down(k, t, cpu);

  const task_delta = c.h_nr_running[cfs]!;
  let idle_task_delta = c.idle_h_nr_running[cfs]!;
  let se = k.tg_se(tg, cpu);
  let done = false;
  for (; se !== NIL; se = e.parent[se]!) {
    const queue = e.cfs_rq[se]!;
    if (e.on_rq[se] === 0) {
      done = true;
      break;
    }
    dequeue_entity(k, queue, se, DEQUEUE_SLEEP);
    if (c.idle[k.group_cfs_rq(se)] !== 0) idle_task_delta = c.h_nr_running[cfs]!;
    c.h_nr_running[queue]! -= task_delta;
    c.idle_h_nr_running[queue]! -= idle_task_delta;
    if (c.weight[queue] !== 0) {
      se = e.parent[se]!;
      break;
    }
  }
  for (; !done && se !== NIL; se = e.parent[se]!) {
    const queue = e.cfs_rq[se]!;
    if (e.on_rq[se] === 0) {
      done = true;
      break;
    }
    update_load_avg(k, queue, se, 0);
    se_update_runnable(k, se);
    if (c.idle[k.group_cfs_rq(se)] !== 0) idle_task_delta = c.h_nr_running[cfs]!;
    c.h_nr_running[queue]! -= task_delta;
    c.idle_h_nr_running[queue]! -= idle_task_delta;
  }
  if (!done) sub_nr_running(k, cpu, task_delta);

  c.throttled[cfs] = 1;
  c.throttled_clock[cfs] = k.rq.clock[cpu]!;
  k.trace.throttle(cpu, tg, 1);
  k.charge_event();
  return true;
}

/**
 * Puts a throttled group back on its CPU.
 * @kernel kernel/sched/fair.c unthrottle_cfs_rq
 * @omits nothing
 */
export function unthrottle_cfs_rq(k: Kernel, cfs: number): void {
  const { cfs: c, tg: g, se: e, rq } = k;
  const tg = c.tg[cfs]!;
  const cpu = c.cpu[cfs]!;
  c.throttled[cfs] = 0;
  update_rq_clock(k, cpu);
  k.trace.throttle(cpu, tg, 0);
  k.charge_event();
  g.throttled_time[tg]! += rq.clock[cpu]! - c.throttled_clock[cfs]!;
  list_del_throttled(k, tg, cfs);
  // Bottom up: descending rows visit children before their parents.
  for (let t = k.groups - 1; t >= tg; t--) if (is_below(k, t, tg)) tg_unthrottle_up(k, t, cpu);

  const own_se = k.tg_se(tg, cpu);
  if (c.weight[cfs] === 0) {
    if (c.on_list[cfs] === 0) return;
    for (let se = own_se; se !== NIL; se = e.parent[se]!) if (list_add_leaf_cfs_rq(k, e.cfs_rq[se]!)) break;
  } else {
    enqueue_unthrottled(k, cfs, own_se, cpu);
  }
  if (rq.curr[cpu] === NIL && rq.stop_running[cpu] === 0 && c.nr_running[cpu] !== 0) resched_curr(k, cpu);
}

/** The middle part of unthrottle_cfs_rq(): enqueues the group's entity and those above it. */
function enqueue_unthrottled(k: Kernel, cfs: number, own_se: number, cpu: number): void {
  const { cfs: c, se: e } = k;
  const task_delta = c.h_nr_running[cfs]!;
  let idle_task_delta = c.idle_h_nr_running[cfs]!;
  let se = own_se;
  for (; se !== NIL; se = e.parent[se]!) {
    const queue = e.cfs_rq[se]!;
    if (e.on_rq[se] !== 0) break;
    enqueue_entity(k, queue, se, ENQUEUE_WAKEUP);
    if (c.idle[k.group_cfs_rq(se)] !== 0) idle_task_delta = c.h_nr_running[cfs]!;
    c.h_nr_running[queue]! += task_delta;
    c.idle_h_nr_running[queue]! += idle_task_delta;
    if (cfs_rq_throttled(k, queue)) return;
  }
  for (; se !== NIL; se = e.parent[se]!) {
    const queue = e.cfs_rq[se]!;
    update_load_avg(k, queue, se, UPDATE_TG);
    se_update_runnable(k, se);
    if (c.idle[k.group_cfs_rq(se)] !== 0) idle_task_delta = c.h_nr_running[cfs]!;
    c.h_nr_running[queue]! += task_delta;
    c.idle_h_nr_running[queue]! += idle_task_delta;
    if (cfs_rq_throttled(k, queue)) return;
  }
  add_nr_running(k, cpu, task_delta);
}

function list_add_throttled(k: Kernel, tg: number, cfs: number): void {
  const { cfs: c, tg: g } = k;
  const tail = g.throttled_tail[tg]!;
  c.throttled_prev[cfs] = tail;
  c.throttled_next[cfs] = NIL;
  if (tail === NIL) g.throttled_head[tg] = cfs;
  else c.throttled_next[tail] = cfs;
  g.throttled_tail[tg] = cfs;
}

function list_del_throttled(k: Kernel, tg: number, cfs: number): void {
  const { cfs: c, tg: g } = k;
  const prev = c.throttled_prev[cfs]!;
  const next = c.throttled_next[cfs]!;
  if (prev === NIL) g.throttled_head[tg] = next;
  else c.throttled_next[prev] = next;
  if (next === NIL) g.throttled_tail[tg] = prev;
  else c.throttled_prev[next] = prev;
  c.throttled_prev[cfs] = NIL;
  c.throttled_next[cfs] = NIL;
}
