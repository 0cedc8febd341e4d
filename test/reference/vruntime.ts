import { calcDelta } from './arith.js';
import { s64, u64 } from './ctypes.js';
import type { CfsRq, Rq, Se } from './world.js';

const NICE_0_LOAD = 1n << 20n;

/** calc_delta_fair() */
export function calcDeltaFair(delta: bigint, se: Se): bigint {
  return se.weight === NICE_0_LOAD ? delta : calcDelta(delta, NICE_0_LOAD, se);
}

/** update_min_vruntime() */
export function updateMinVruntime(cfs: CfsRq): void {
  const curr = cfs.curr !== null && cfs.curr.on_rq ? cfs.curr : null;
  const leftmost = cfs.timeline[0];
  let vruntime = curr === null ? cfs.min_vruntime : curr.vruntime;
  if (leftmost !== undefined) {
    if (curr === null || s64(leftmost.vruntime - vruntime) < 0n) vruntime = leftmost.vruntime;
  }
  if (s64(vruntime - cfs.min_vruntime) > 0n) cfs.min_vruntime = vruntime;
}

/** update_curr(), without bandwidth. */
export function updateCurr(rq: Rq, cfs: CfsRq): void {
  const { curr } = cfs;
  if (curr === null) return;
  const delta = u64(rq.clock_task - curr.exec_start);
  if (s64(delta) <= 0n) return;
  curr.exec_start = rq.clock_task;
  curr.sum_exec_runtime = u64(curr.sum_exec_runtime + delta);
  curr.vruntime = s64(curr.vruntime + calcDeltaFair(delta, curr));
  updateMinVruntime(cfs);
}
