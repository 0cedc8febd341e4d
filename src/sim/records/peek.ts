import type { Kernel } from '../kernel/kernel.js';
import { mul_div } from '../kernel/math/arith.js';
import { NIL } from '../kernel/state/table.js';

/**
 * What task_h_load() would answer, without its side effect: the kernel keeps each group's share for the rest of the
 * jiffy, and an onlooker that asked first would move the moment at which that is computed.
 */
export function peekTaskHLoad(k: Kernel, p: number): number {
  const cfs = k.se.cfs_rq[p]!;
  return mul_div(k.avg.load_avg[p]!, peekCfsHLoad(k, cfs), k.avg.load_avg[k.cfs_avg + cfs]! + 1);
}

function peekCfsHLoad(k: Kernel, cfs: number): number {
  if (k.cfs.last_h_load_update[cfs] === k.g.jiffies[0]) return k.cfs.h_load[cfs]!;
  const se = k.tg_se(k.cfs.tg[cfs]!, k.cfs.cpu[cfs]!);
  if (se === NIL) return k.avg.load_avg[k.cfs_avg + cfs]!;
  const parent = k.se.cfs_rq[se]!;
  return mul_div(peekCfsHLoad(k, parent), k.avg.load_avg[se]!, k.avg.load_avg[k.cfs_avg + parent]! + 1);
}
