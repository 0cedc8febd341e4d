import { SCHED_IDLE, SCHED_NORMAL, WF_FORK } from '../constants.js';
import { resched_curr } from '../core/activate.js';
import type { Kernel } from '../kernel.js';
import { throttled_hierarchy } from './bandwidth.js';
import { se_is_idle, set_last_buddy, set_next_buddy } from './buddies.js';
import { update_curr } from './curr.js';
import { calc_delta_fair } from './slice.js';

/**
 * How far behind in vruntime an entity must be to preempt, ns.
 * @kernel kernel/sched/fair.c wakeup_gran
 * @omits nothing
 */
export function wakeup_gran(k: Kernel, se: number): number {
  return calc_delta_fair(k, k.sysctl.wakeup_granularity_ns, se);
}

/**
 * Should `se` preempt `curr`? −1: it is not behind; 0: not by enough; 1: yes.
 * @kernel kernel/sched/fair.c wakeup_preempt_entity
 * @omits nothing
 */
export function wakeup_preempt_entity(k: Kernel, curr: number, se: number): number {
  const vdiff = k.se.vruntime[curr]! - k.se.vruntime[se]!;
  if (vdiff <= 0) return -1;
  return vdiff > wakeup_gran(k, se) ? 1 : 0;
}

/**
 * A task has become runnable on a CPU where a fair task runs: preempts it where that is fair.
 * @kernel kernel/sched/fair.c check_preempt_wakeup, find_matching_se
 * @omits nothing
 */
export function check_preempt_wakeup(k: Kernel, cpu: number, p: number, wake_flags: number): void {
  const { rq, se: e, cfs: c, task } = k;
  const curr = rq.curr[cpu]!;
  let se = curr;
  let pse = p;
  if (se === pse) return;
  const scale = c.nr_running[e.cfs_rq[curr]!]! >= k.sched_nr_latency;
  if (throttled_hierarchy(k, e.cfs_rq[pse]!)) return;

  let next_buddy_marked = false;
  if (k.feat.NEXT_BUDDY && scale && (wake_flags & WF_FORK) === 0) {
    set_next_buddy(k, pse);
    next_buddy_marked = true;
  }
  if (rq.need_resched[cpu] !== 0) return;

  const curr_idle = task.policy[curr] === SCHED_IDLE;
  if (!(curr_idle && task.policy[p] !== SCHED_IDLE)) {
    if (task.policy[p] !== SCHED_NORMAL || !k.feat.WAKEUP_PREEMPTION) return;

    // The entities of the two chains that stand on the same queue are compared.
    let se_depth = e.depth[se]!;
    let pse_depth = e.depth[pse]!;
    while (se_depth > pse_depth) {
      se_depth--;
      se = e.parent[se]!;
    }
    while (pse_depth > se_depth) {
      pse_depth--;
      pse = e.parent[pse]!;
    }
    while (e.cfs_rq[se] !== e.cfs_rq[pse]) {
      se = e.parent[se]!;
      pse = e.parent[pse]!;
    }

    const cse_is_idle = se_is_idle(k, se);
    const pse_is_idle = se_is_idle(k, pse);
    if (!(cse_is_idle && !pse_is_idle)) {
      if (cse_is_idle !== pse_is_idle) return;
      update_curr(k, e.cfs_rq[se]!);
      if (wakeup_preempt_entity(k, se, pse) !== 1) return;
      if (!next_buddy_marked) set_next_buddy(k, pse);
    }
  }

  resched_curr(k, cpu);
  if (e.on_rq[se] === 0) return;
  if (k.feat.LAST_BUDDY && scale && se < k.tasks) set_last_buddy(k, se);
}
