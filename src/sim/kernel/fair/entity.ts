import {
  DEQUEUE_MOVE,
  DEQUEUE_SAVE,
  DEQUEUE_SLEEP,
  ENQUEUE_MIGRATED,
  ENQUEUE_WAKEUP,
  TASK_ON_RQ_MIGRATING,
} from '../constants.js';
import { list_add, list_del } from '../core/cfs-tasks.js';
import { update_idle_cfs_rq_clock_pelt } from '../core/clock.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { check_cfs_rq_runtime, check_enqueue_throttle, return_cfs_rq_runtime, throttled_hierarchy } from './bandwidth.js';
import { clear_buddies, se_is_idle } from './buddies.js';
import { update_curr, update_min_vruntime } from './curr.js';
import { se_update_runnable, update_cfs_group } from './group.js';
import { list_add_leaf_cfs_rq } from './leaf-list.js';
import { DO_ATTACH, DO_DETACH, update_load_avg, UPDATE_TG } from './load-avg.js';
import { place_entity } from './place.js';
import { __dequeue_entity, __enqueue_entity } from './timeline.js';

/**
 * @kernel kernel/sched/fair.c account_entity_enqueue
 * @omits NUMA counters
 */
export function account_entity_enqueue(k: Kernel, cfs: number, se: number): void {
  const c = k.cfs;
  c.weight[cfs]! += k.se.weight[se]!;
  if (se < k.tasks) list_add(k, c.cpu[cfs]!, se);
  c.nr_running[cfs]!++;
  if (se_is_idle(k, se)) c.idle_nr_running[cfs]!++;
}

/**
 * @kernel kernel/sched/fair.c account_entity_dequeue
 * @omits NUMA counters
 */
export function account_entity_dequeue(k: Kernel, cfs: number, se: number): void {
  const c = k.cfs;
  c.weight[cfs]! -= k.se.weight[se]!;
  if (se < k.tasks) list_del(k, c.cpu[cfs]!, se);
  c.nr_running[cfs]!--;
  if (se_is_idle(k, se)) c.idle_nr_running[cfs]!--;
}

/**
 * Puts an entity on its queue.
 * @param flags ENQUEUE_*
 * @kernel kernel/sched/fair.c enqueue_entity
 * @omits schedstats
 */
export function enqueue_entity(k: Kernel, cfs: number, se: number, flags: number): void {
  const { cfs: c, se: e } = k;
  // A vruntime that is relative to the queue it left becomes absolute in this one.
  const renorm = (flags & ENQUEUE_WAKEUP) === 0 || (flags & ENQUEUE_MIGRATED) !== 0;
  const curr = c.curr[cfs] === se;
  if (renorm && curr) e.vruntime[se]! += c.min_vruntime[cfs]!;
  update_curr(k, cfs);
  if (renorm && !curr) e.vruntime[se]! += c.min_vruntime[cfs]!;

  update_load_avg(k, cfs, se, UPDATE_TG | DO_ATTACH);
  se_update_runnable(k, se);
  update_cfs_group(k, se);
  account_entity_enqueue(k, cfs, se);
  if ((flags & ENQUEUE_WAKEUP) !== 0) place_entity(k, cfs, se, 0);
  if ((flags & ENQUEUE_MIGRATED) !== 0) e.exec_start[se] = 0;
  if (!curr) __enqueue_entity(k, cfs, se);
  e.on_rq[se] = 1;

  if (c.nr_running[cfs] === 1) {
    check_enqueue_throttle(k, cfs);
    if (!throttled_hierarchy(k, cfs)) list_add_leaf_cfs_rq(k, cfs);
  }
}

/**
 * Takes an entity off its queue.
 * @param flags DEQUEUE_*
 * @kernel kernel/sched/fair.c dequeue_entity
 * @omits schedstats
 */
export function dequeue_entity(k: Kernel, cfs: number, se: number, flags: number): void {
  const { cfs: c, se: e } = k;
  let action = UPDATE_TG;
  if (se < k.tasks && k.task.on_rq[se] === TASK_ON_RQ_MIGRATING) action |= DO_DETACH;
  update_curr(k, cfs);
  update_load_avg(k, cfs, se, action);
  se_update_runnable(k, se);
  clear_buddies(k, cfs, se);
  if (c.curr[cfs] !== se) __dequeue_entity(k, cfs, se);
  e.on_rq[se] = 0;
  account_entity_dequeue(k, cfs, se);
  // Asleep it keeps its absolute vruntime; otherwise it takes along only how far it is from the others.
  if ((flags & DEQUEUE_SLEEP) === 0) e.vruntime[se]! -= c.min_vruntime[cfs]!;
  return_cfs_rq_runtime(k, cfs);
  update_cfs_group(k, se);
  if ((flags & (DEQUEUE_SAVE | DEQUEUE_MOVE)) !== DEQUEUE_SAVE) update_min_vruntime(k, cfs);
  if (c.nr_running[cfs] === 0) update_idle_cfs_rq_clock_pelt(k, cfs);
}

/**
 * An entity starts to run.
 * @kernel kernel/sched/fair.c set_next_entity
 * @omits schedstats
 */
export function set_next_entity(k: Kernel, cfs: number, se: number): void {
  const { cfs: c, se: e } = k;
  clear_buddies(k, cfs, se);
  if (e.on_rq[se] !== 0) {
    __dequeue_entity(k, cfs, se);
    update_load_avg(k, cfs, se, UPDATE_TG);
  }
  e.exec_start[se] = k.rq.clock_task[c.cpu[cfs]!]!;
  c.curr[cfs] = se;
  e.prev_sum_exec_runtime[se] = e.sum_exec_runtime[se]!;
}

/**
 * An entity stops running; if it is still runnable it waits.
 * @kernel kernel/sched/fair.c put_prev_entity
 * @omits schedstats
 */
export function put_prev_entity(k: Kernel, cfs: number, prev: number): void {
  const e = k.se;
  if (e.on_rq[prev] !== 0) update_curr(k, cfs);
  check_cfs_rq_runtime(k, cfs);
  if (e.on_rq[prev] !== 0) {
    __enqueue_entity(k, cfs, prev);
    update_load_avg(k, cfs, prev, 0);
  }
  k.cfs.curr[cfs] = NIL;
}
