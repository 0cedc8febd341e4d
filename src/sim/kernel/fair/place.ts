import type { Kernel } from '../kernel.js';
import { se_is_idle } from './buddies.js';
import { sched_vslice } from './slice.js';

/** A sleep so long that vruntimes may no longer be compared: 2^63 / 1024 ns. */
const LONG_SLEEP = 2 ** 53;

/**
 * @kernel kernel/sched/fair.c entity_is_long_sleeper
 * @omits nothing
 */
export function entity_is_long_sleeper(k: Kernel, se: number): boolean {
  const exec_start = k.se.exec_start[se]!;
  if (exec_start === 0) return false;
  const now = k.rq.clock_task[k.cfs.cpu[k.se.cfs_rq[se]!]!]!;
  return now > exec_start && now - exec_start > LONG_SLEEP;
}

/**
 * Where an entity that joins the queue stands: a new one a slice behind, so that it does not push in; a sleeper up to
 * half a latency ahead, but never further back than where it was.
 * @param initial 1 for a new task, 0 for one that wakes up
 * @kernel kernel/sched/fair.c place_entity
 * @omits nothing
 */
export function place_entity(k: Kernel, cfs: number, se: number, initial: number): void {
  let vruntime = k.cfs.min_vruntime[cfs]!;
  if (initial !== 0) {
    if (k.feat.START_DEBIT) vruntime += sched_vslice(k, cfs, se);
  } else {
    let thresh = se_is_idle(k, se) ? k.sysctl.min_granularity_ns : k.sysctl.latency_ns;
    if (k.feat.GENTLE_FAIR_SLEEPERS) thresh = Math.floor(thresh / 2);
    vruntime -= thresh;
  }
  const own = k.se.vruntime[se]!;
  k.se.vruntime[se] = entity_is_long_sleeper(k, se) || vruntime > own ? vruntime : own;
  k.charge_event();
}
