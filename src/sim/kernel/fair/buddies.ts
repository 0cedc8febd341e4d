import { SCHED_IDLE } from '../constants.js';
import type { Kernel } from '../kernel.js';
import { NIL } from '../state/table.js';

/*
 * Hints to pick_next_entity(): `next` wants to run soon (it was just woken), `last` ran last and is still cache-warm,
 * `skip` yielded. Each is set on the whole chain of groups.
 */

/**
 * @kernel kernel/sched/fair.c se_is_idle
 * @omits nothing
 */
export function se_is_idle(k: Kernel, se: number): boolean {
  return se < k.tasks ? k.task.policy[se] === SCHED_IDLE : k.cfs.idle[k.group_cfs_rq(se)] !== 0;
}

function clear_chain(k: Kernel, buddy: Int32Array, se: number): void {
  for (; se !== NIL; se = k.se.parent[se]!) {
    const cfs = k.se.cfs_rq[se]!;
    if (buddy[cfs] !== se) break;
    buddy[cfs] = NIL;
  }
}

/**
 * @kernel kernel/sched/fair.c clear_buddies, __clear_buddies_last, __clear_buddies_next, __clear_buddies_skip
 * @omits nothing
 */
export function clear_buddies(k: Kernel, cfs: number, se: number): void {
  const c = k.cfs;
  if (c.last[cfs] === se) clear_chain(k, c.last, se);
  if (c.next[cfs] === se) clear_chain(k, c.next, se);
  if (c.skip[cfs] === se) clear_chain(k, c.skip, se);
}

function set_chain(k: Kernel, buddy: Int32Array, se: number): void {
  for (; se !== NIL; se = k.se.parent[se]!) {
    if (k.se.on_rq[se] === 0 || se_is_idle(k, se)) return;
    buddy[k.se.cfs_rq[se]!] = se;
  }
}

/**
 * @kernel kernel/sched/fair.c set_last_buddy
 * @omits nothing
 */
export function set_last_buddy(k: Kernel, se: number): void {
  set_chain(k, k.cfs.last, se);
}

/**
 * @kernel kernel/sched/fair.c set_next_buddy
 * @omits nothing
 */
export function set_next_buddy(k: Kernel, se: number): void {
  set_chain(k, k.cfs.next, se);
}

/**
 * @kernel kernel/sched/fair.c set_skip_buddy
 * @omits nothing
 */
export function set_skip_buddy(k: Kernel, se: number): void {
  for (; se !== NIL; se = k.se.parent[se]!) k.cfs.skip[k.se.cfs_rq[se]!] = se;
}
