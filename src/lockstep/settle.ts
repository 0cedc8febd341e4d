/** Puts recorded values into the model's state once they have been compared. */
import { __dequeue_entity, __enqueue_entity } from '../sim/kernel/fair/timeline.js';
import { NIL } from '../sim/kernel/state/table.js';
import type { World } from './world.js';

/** min_vruntime of a queue that nothing has run on yet, as the kernel sets it: 2^64 − 2^20, signed. */
export const UNTOUCHED = -(2 ** 20);

/** vruntime of an entity; where it waits in a queue it goes to its new place in it. */
export function settleVruntime(w: World, se: number, vruntime: number): void {
  const { se: e, cfs: c } = w.k;
  if (e.vruntime[se] === vruntime) return;
  const cfs = e.cfs_rq[se]!;
  const waits = e.on_rq[se] !== 0 && c.curr[cfs] !== se;
  if (waits) __dequeue_entity(w.k, cfs, se);
  e.vruntime[se] = vruntime;
  if (waits) __enqueue_entity(w.k, cfs, se);
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
