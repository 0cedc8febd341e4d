import { DEQUEUE_SLEEP, ENQUEUE_WAKEUP, SCHED_IDLE } from '../constants.js';
import { sched_idle_rq } from '../core/idle.js';
import { add_nr_running, sub_nr_running } from '../core/nr-running.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';
import { cfs_rq_throttled, throttled_hierarchy } from './bandwidth.js';
import { set_next_buddy } from './buddies.js';
import { dequeue_entity, enqueue_entity } from './entity.js';
import { se_update_runnable, update_cfs_group } from './group.js';
import { update_load_avg, UPDATE_TG } from './load-avg.js';
import { util_est_dequeue, util_est_enqueue, util_est_update } from './util-est.js';

/**
 * Makes a task runnable on its CPU: its entity and, where they were empty, those of its groups are queued.
 * @param flags ENQUEUE_*
 * @kernel kernel/sched/fair.c enqueue_task_fair
 * @omits cpufreq, energy-aware scheduling, HRTICK
 */
export function enqueue_task_fair(k: Kernel, cpu: number, p: number, flags: number): void {
  const { se: e, cfs: c } = k;
  let idle_h_nr_running = k.task.policy[p] === SCHED_IDLE ? 1 : 0;
  util_est_enqueue(k, cpu, p);

  let se = p;
  for (; se !== NIL; se = e.parent[se]!) {
    if (e.on_rq[se] !== 0) break;
    const cfs = e.cfs_rq[se]!;
    enqueue_entity(k, cfs, se, flags);
    c.h_nr_running[cfs]!++;
    c.idle_h_nr_running[cfs]! += idle_h_nr_running;
    if (c.idle[cfs] !== 0) idle_h_nr_running = 1;
    if (cfs_rq_throttled(k, cfs)) return;
    flags = ENQUEUE_WAKEUP;
  }
  for (; se !== NIL; se = e.parent[se]!) {
    const cfs = e.cfs_rq[se]!;
    update_load_avg(k, cfs, se, UPDATE_TG);
    se_update_runnable(k, se);
    update_cfs_group(k, se);
    c.h_nr_running[cfs]!++;
    c.idle_h_nr_running[cfs]! += idle_h_nr_running;
    if (c.idle[cfs] !== 0) idle_h_nr_running = 1;
    if (cfs_rq_throttled(k, cfs)) return;
  }
  add_nr_running(k, cpu, 1);
}

/**
 * Takes a task off its CPU; groups that become empty go with it.
 * @param flags DEQUEUE_*
 * @kernel kernel/sched/fair.c dequeue_task_fair
 * @omits HRTICK
 */
export function dequeue_task_fair(k: Kernel, cpu: number, p: number, flags: number): void {
  const { se: e, cfs: c } = k;
  const task_sleep = (flags & DEQUEUE_SLEEP) !== 0;
  let idle_h_nr_running = k.task.policy[p] === SCHED_IDLE ? 1 : 0;
  const was_sched_idle = sched_idle_rq(k, cpu);
  util_est_dequeue(k, cpu, p);

  let throttled = false;
  let se = p;
  for (; se !== NIL; se = e.parent[se]!) {
    const cfs = e.cfs_rq[se]!;
    dequeue_entity(k, cfs, se, flags);
    c.h_nr_running[cfs]!--;
    c.idle_h_nr_running[cfs]! -= idle_h_nr_running;
    if (c.idle[cfs] !== 0) idle_h_nr_running = 1;
    if (cfs_rq_throttled(k, cfs)) {
      throttled = true;
      break;
    }
    if (c.weight[cfs] !== 0) {
      // The group stays queued; the next task of it is favoured, for it shares caches with the one that sleeps.
      se = e.parent[se]!;
      if (task_sleep && se !== NIL && !throttled_hierarchy(k, cfs)) set_next_buddy(k, se);
      break;
    }
    flags |= DEQUEUE_SLEEP;
  }
  for (; !throttled && se !== NIL; se = e.parent[se]!) {
    const cfs = e.cfs_rq[se]!;
    update_load_avg(k, cfs, se, UPDATE_TG);
    se_update_runnable(k, se);
    update_cfs_group(k, se);
    c.h_nr_running[cfs]!--;
    c.idle_h_nr_running[cfs]! -= idle_h_nr_running;
    if (c.idle[cfs] !== 0) idle_h_nr_running = 1;
    if (cfs_rq_throttled(k, cfs)) throttled = true;
  }
  if (!throttled) {
    sub_nr_running(k, cpu, 1);
    if (!was_sched_idle && sched_idle_rq(k, cpu)) k.rq.next_balance[cpu] = k.g.jiffies[0]!;
  }
  util_est_update(k, cpu, p, task_sleep);
}
