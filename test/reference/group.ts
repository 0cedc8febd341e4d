import { scaleLoadDown } from './arith.js';
import { max, s64, u64 } from './ctypes.js';
import { dequeueLoadAvg, enqueueLoadAvg, seWeight } from './load-avg.js';
import { divider } from './pelt.js';
import { updateCurr } from './vruntime.js';
import type { CfsRq, Rq, Se } from './world.js';

/** reweight_entity() */
export function reweightEntity(rq: Rq, cfs: CfsRq, se: Se, weight: bigint): void {
  if (se.on_rq) {
    if (cfs.curr === se) updateCurr(rq, cfs);
    cfs.weight = u64(cfs.weight - se.weight);
  }
  dequeueLoadAvg(cfs, se);
  se.weight = weight;
  se.inv_weight = 0n;
  se.avg.load_avg = u64(seWeight(se) * se.avg.load_sum) / divider(se.avg);
  enqueueLoadAvg(cfs, se);
  if (se.on_rq) cfs.weight = u64(cfs.weight + se.weight);
}

/** calc_group_shares(); a negative number of type long is divided towards 0, as BigInt does. */
export function calcGroupShares(cfs: CfsRq): bigint {
  const { tg } = cfs;
  const load = s64(max(scaleLoadDown(cfs.weight), cfs.avg.load_avg));
  const tgWeight = s64(tg.load_avg - cfs.tg_load_avg_contrib + load);
  let shares = s64(tg.shares * load);
  if (tgWeight !== 0n) shares /= tgWeight;
  if (shares < 2n) return 2n;
  return shares > tg.shares ? tg.shares : shares;
}

/** update_cfs_group(), of a group that is not throttled. */
export function updateCfsGroup(rq: Rq, se: Se): void {
  if (se.my_q === null) return;
  reweightEntity(rq, se.cfs_rq, se, calcGroupShares(se.my_q));
}
