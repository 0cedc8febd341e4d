/** Puts recorded values into the model's state once they have been compared. */
import { __dequeue_entity, __enqueue_entity } from '../../sim/kernel/fair/timeline.js';
import { scale_load_down } from '../../sim/kernel/math/weights.js';
import { NIL } from '../../sim/kernel/state/table.js';
import type { World } from './world.js';

/** min_vruntime of a queue that nothing has run on yet, as the kernel sets it: 2^64 − 2^20, signed. */
export const UNTOUCHED = -(2 ** 20);

/** Of a task of nice 0, whose vruntime is its run time. */
export const NICE_0_WEIGHT = 1024;
/** By how much two moments of the same clock read may differ, ns. */
export const NEAR_NS = 5000;

/** vruntime of an entity; where it waits in a queue it goes to its new place in it. */
export function settleVruntime(w: World, se: number, vruntime: number): void {
  const { se: e, cfs: c } = w.k;
  if (e.vruntime[se] === vruntime) return;
  const cfs = e.cfs_rq[se]!;
  const waits = e.on_rq[se] !== 0 && c.curr[cfs] !== se;
  if (c.curr[cfs] === se) shiftCharge(w, se, vruntime - e.vruntime[se]!);
  if (waits) __dequeue_entity(w.k, cfs, se);
  e.vruntime[se] = vruntime;
  if (waits) __enqueue_entity(w.k, cfs, se);
}

/** A running entity that has another vruntime was charged at another moment, if the two are near. */
function shiftCharge(w: World, se: number, more: number): void {
  const { se: e } = w.k;
  const ns = Math.round((more * scale_load_down(e.weight[se]!)) / NICE_0_WEIGHT);
  if (Math.abs(ns) > NEAR_NS || e.exec_start[se]! <= 0) return;
  e.exec_start[se]! += ns;
  e.sum_exec_runtime[se]! += ns;
}

export function settleMinVruntime(w: World, cfs: number, minVruntime: number): void {
  w.k.cfs.min_vruntime[cfs] = minVruntime;
}

/** Compares a vruntime with the recorded one, and takes that. */
export function compareVruntime(w: World, name: string, se: number, recorded: number): void {
  w.features.compare(name, recorded, w.k.se.vruntime[se]!, w.k.sysctl.latency_ns);
  settleVruntime(w, se, recorded);
}

export function compareMinVruntime(w: World, cfs: number, recorded: number): void {
  w.features.compare('min_vruntime', recorded, w.k.cfs.min_vruntime[cfs]!, w.k.sysctl.latency_ns);
  settleMinVruntime(w, cfs, recorded);
}

/** The entity of `p` or of one of its groups that is queued in group `tg`, or NIL. */
export function entityIn(w: World, p: number, tg: number): number {
  const { se: e, cfs: c } = w.k;
  for (let se = p; se !== NIL; se = e.parent[se]!) if (c.tg[e.cfs_rq[se]!] === tg) return se;
  return NIL;
}
