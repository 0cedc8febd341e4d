import { NICE_0_LOAD, SCHED_BATCH, TASK_NEW, TASK_ON_RQ_MIGRATING, TASK_ON_RQ_QUEUED, TASK_WAKING } from '../constants.js';
import { check_preempt_curr, resched_curr } from '../core/activate.js';
import { list_move_head } from '../core/cfs-tasks.js';
import { rq_clock_skip_update, update_rq_clock } from '../core/clock.js';
import { set_task_rq } from '../core/task-rq.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { account_cfs_rq_runtime, cfs_rq_throttled, throttled_hierarchy } from './bandwidth.js';
import { clear_buddies, set_skip_buddy } from './buddies.js';
import { update_curr } from './curr.js';
import { set_next_entity } from './entity.js';
import { list_add_leaf_cfs_rq } from './leaf-list.js';
import {
  attach_entity_load_avg,
  detach_entity_load_avg,
  migrate_se_pelt_lag,
  remove_entity_load_avg,
  SKIP_AGE_LOAD,
  update_load_avg,
  UPDATE_TG,
} from './load-avg.js';
import { place_entity } from './place.js';
import { update_tg_load_avg } from './propagate.js';

/*
 * The rest of the fair class's methods: what the core calls at a fork, a migration, a yield, a change of priority or of
 * task group.
 */

/**
 * Makes `p` the current entity of its chain of groups.
 * @kernel kernel/sched/fair.c set_next_task_fair
 * @omits nothing
 */
export function set_next_task_fair(k: Kernel, cpu: number, p: number): void {
  if (k.task.on_rq[p] === TASK_ON_RQ_QUEUED) list_move_head(k, cpu, p);
  for (let se = p; se !== NIL; se = k.se.parent[se]!) {
    const cfs = k.se.cfs_rq[se]!;
    set_next_entity(k, cfs, se);
    account_cfs_rq_runtime(k, cfs, 0);
  }
}

/**
 * sched_yield(): asks to be passed over once.
 * @kernel kernel/sched/fair.c yield_task_fair
 * @omits nothing
 */
export function yield_task_fair(k: Kernel, cpu: number): void {
  const curr = k.rq.curr[cpu]!;
  if (k.rq.nr_running[cpu] === 1) return;
  const cfs = k.se.cfs_rq[curr]!;
  clear_buddies(k, cfs, curr);
  if (k.task.policy[curr] !== SCHED_BATCH) {
    update_rq_clock(k, cpu);
    update_curr(k, cfs);
    rq_clock_skip_update(k, cpu);
  }
  set_skip_buddy(k, curr);
}

/**
 * Places a new task on its parent's queue; its vruntime is then made relative, for it may start on another CPU.
 * @kernel kernel/sched/fair.c task_fork_fair
 * @omits nothing
 */
export function task_fork_fair(k: Kernel, p: number, cpu: number, parent: number): void {
  const { se: e, cfs: c } = k;
  update_rq_clock(k, cpu);
  const cfs = parent === NIL ? e.cfs_rq[p]! : e.cfs_rq[parent]!;
  const curr = c.curr[cfs]!;
  if (curr !== NIL) {
    update_curr(k, cfs);
    e.vruntime[p] = e.vruntime[curr]!;
  }
  if (curr === NIL) place_without_parent(k, cfs, p);
  else place_entity(k, cfs, p, 1);
  if (k.sysctl.child_runs_first && curr !== NIL && e.vruntime[curr]! < e.vruntime[p]!) {
    const vruntime = e.vruntime[curr]!;
    e.vruntime[curr] = e.vruntime[p]!;
    e.vruntime[p] = vruntime;
    resched_curr(k, cpu);
  }
  e.vruntime[p]! -= c.min_vruntime[cfs]!;
}

/**
 * place_entity() for a task that comes from outside the model: in the kernel its parent would be running there, so it is
 * placed as if a task of nice 0 were.
 * @kernel kernel/sched/fair.c place_entity
 * @omits nothing
 */
function place_without_parent(k: Kernel, cfs: number, p: number): void {
  const c = k.cfs;
  const root = c.cpu[cfs]!;
  c.weight[cfs]! += NICE_0_LOAD;
  c.nr_running[cfs]!++;
  c.h_nr_running[root]!++;
  place_entity(k, cfs, p, 1);
  c.weight[cfs]! -= NICE_0_LOAD;
  c.nr_running[cfs]!--;
  c.h_nr_running[root]!--;
}

/**
 * @kernel kernel/sched/fair.c task_dead_fair
 * @omits nothing
 */
export function task_dead_fair(k: Kernel, p: number): void {
  remove_entity_load_avg(k, p);
}

/**
 * A task is about to change its CPU.
 * @kernel kernel/sched/fair.c migrate_task_rq_fair
 * @omits NUMA scanning
 */
export function migrate_task_rq_fair(k: Kernel, p: number): void {
  if (k.task.state[p] === TASK_WAKING) k.se.vruntime[p]! -= k.cfs.min_vruntime[k.se.cfs_rq[p]!]!;
  if (k.task.on_rq[p] !== TASK_ON_RQ_MIGRATING) {
    remove_entity_load_avg(k, p);
    migrate_se_pelt_lag(k, p);
  }
  k.avg.last_update_time[p] = 0;
}

/**
 * The task's priority has changed.
 * @param worse whether it became less important
 * @kernel kernel/sched/fair.c prio_changed_fair
 * @omits nothing
 */
export function prio_changed_fair(k: Kernel, cpu: number, p: number, worse: boolean): void {
  if (k.task.on_rq[p] !== TASK_ON_RQ_QUEUED || k.cfs.nr_running[cpu] === 1) return;
  if (k.rq.curr[cpu] === p) {
    if (worse) resched_curr(k, cpu);
  } else {
    check_preempt_curr(k, cpu, p, 0);
  }
}

/**
 * Whether the vruntime of a task that is not on a queue is relative already.
 * @kernel kernel/sched/fair.c vruntime_normalized
 * @omits nothing
 */
function vruntime_normalized(k: Kernel, p: number): boolean {
  if (k.task.on_rq[p] !== 0) return true;
  return k.se.sum_exec_runtime[p] === 0 || (k.task.state[p] === TASK_WAKING && k.task.sched_remote_wakeup[p] !== 0);
}

/**
 * @kernel kernel/sched/fair.c propagate_entity_cfs_rq
 * @omits nothing
 */
function propagate_entity_cfs_rq(k: Kernel, se: number): void {
  const e = k.se;
  let cfs = e.cfs_rq[se]!;
  if (cfs_rq_throttled(k, cfs)) return;
  if (!throttled_hierarchy(k, cfs)) list_add_leaf_cfs_rq(k, cfs);
  for (let at = e.parent[se]!; at !== NIL; at = e.parent[at]!) {
    cfs = e.cfs_rq[at]!;
    update_load_avg(k, cfs, at, UPDATE_TG);
    if (cfs_rq_throttled(k, cfs)) break;
    if (!throttled_hierarchy(k, cfs)) list_add_leaf_cfs_rq(k, cfs);
  }
}

/**
 * @kernel kernel/sched/fair.c detach_entity_cfs_rq
 * @omits nothing
 */
function detach_entity_cfs_rq(k: Kernel, se: number): void {
  const cfs = k.se.cfs_rq[se]!;
  if (k.avg.last_update_time[se] === 0) return;
  update_load_avg(k, cfs, se, 0);
  detach_entity_load_avg(k, cfs, se);
  update_tg_load_avg(k, cfs);
  propagate_entity_cfs_rq(k, se);
}

/**
 * @kernel kernel/sched/fair.c attach_entity_cfs_rq
 * @omits nothing
 */
export function attach_entity_cfs_rq(k: Kernel, se: number): void {
  const cfs = k.se.cfs_rq[se]!;
  update_load_avg(k, cfs, se, k.feat.ATTACH_AGE_LOAD ? 0 : SKIP_AGE_LOAD);
  attach_entity_load_avg(k, cfs, se);
  update_tg_load_avg(k, cfs);
  propagate_entity_cfs_rq(k, se);
}

/**
 * The task leaves the fair class; the core has taken it off its queue.
 * @kernel kernel/sched/fair.c switched_from_fair, detach_task_cfs_rq
 * @omits nothing
 */
export function switched_from_fair(k: Kernel, p: number): void {
  const e = k.se;
  if (!vruntime_normalized(k, p)) {
    const from = e.cfs_rq[p]!;
    place_entity(k, from, p, 0);
    e.vruntime[p]! -= k.cfs.min_vruntime[from]!;
  }
  detach_entity_cfs_rq(k, p);
}

/**
 * The task has come into the fair class; the core has queued it again where it was queued.
 * @kernel kernel/sched/fair.c switched_to_fair, attach_task_cfs_rq
 * @omits the rescheduling, which is left to the caller
 */
export function switched_to_fair(k: Kernel, p: number): void {
  attach_entity_cfs_rq(k, p);
  if (!vruntime_normalized(k, p)) k.se.vruntime[p]! += k.cfs.min_vruntime[k.se.cfs_rq[p]!]!;
}

/**
 * The task moves to group `tg`; the core has taken it off its queue.
 * @kernel kernel/sched/fair.c task_change_group_fair
 * @omits nothing
 */
export function task_change_group_fair(k: Kernel, p: number, tg: number): void {
  if (k.task.state[p] === TASK_NEW) {
    k.task.tg[p] = tg;
    return;
  }
  switched_from_fair(k, p);
  k.avg.last_update_time[p] = 0;
  k.task.tg[p] = tg;
  set_task_rq(k, p, k.task.cpu[p]!);
  switched_to_fair(k, p);
}
