import { s64 } from './ctypes.js';
import { calcDeltaFair } from './vruntime.js';
import type { CfsRq, Se } from './world.js';

/** wakeup_gran() */
export function wakeupGran(granularity: bigint, se: Se): bigint {
  return calcDeltaFair(granularity, se);
}

/** wakeup_preempt_entity() */
export function wakeupPreemptEntity(granularity: bigint, curr: Se, se: Se): number {
  const ahead = s64(curr.vruntime - se.vruntime);
  if (ahead <= 0n) return -1;
  return ahead > wakeupGran(granularity, se) ? 1 : 0;
}

function before(a: Se, b: Se): boolean {
  return s64(a.vruntime - b.vruntime) < 0n;
}

/** pick_next_entity(); `granularity` is sysctl_sched_wakeup_granularity. */
export function pickNextEntity(granularity: bigint, cfs: CfsRq, curr: Se | null): Se | null {
  const first = cfs.timeline[0] ?? null;
  const left = first === null || (curr !== null && before(curr, first)) ? curr : first;
  if (left === null) return null;
  let se: Se = left;
  if (cfs.skip === se) {
    let second: Se | null;
    if (se === curr) {
      second = first;
    } else {
      second = cfs.timeline[1] ?? null;
      if (second === null || (curr !== null && before(curr, second))) second = curr;
    }
    if (second !== null && wakeupPreemptEntity(granularity, second, left) < 1) se = second;
  }
  const { next, last } = cfs;
  if (next !== null && wakeupPreemptEntity(granularity, next, left) < 1) return next;
  if (last !== null && wakeupPreemptEntity(granularity, last, left) < 1) return last;
  return se;
}
