import type { SchedFeatures, Sysctl } from '../../src/sim/kernel/config.js';
import { calcDelta } from './arith.js';
import { max, s64, u32 } from './ctypes.js';
import { calcDeltaFair } from './vruntime.js';
import type { CfsRq, Rq, Se, World } from './world.js';

/** __sched_period() */
export function schedPeriod(sysctl: Sysctl, nrRunning: bigint): bigint {
  const latency = BigInt(sysctl.latency_ns);
  const granularity = BigInt(sysctl.min_granularity_ns);
  const nrLatency = (latency + granularity - 1n) / granularity;
  return nrRunning > nrLatency ? nrRunning * granularity : latency;
}

/** se_is_idle() */
export function seIsIdle(se: Se): boolean {
  return se.my_q === null ? se.idlePolicy : se.my_q.idle;
}

/** sched_idle_cfs_rq() */
function schedIdleCfsRq(cfs: CfsRq): boolean {
  return cfs.nr_running !== 0n && cfs.nr_running === cfs.idle_nr_running;
}

/** sched_slice() */
export function schedSlice(world: World, feat: SchedFeatures, sysctl: Sysctl, cfs: CfsRq, se: Se): bigint {
  const nrRunning = feat.ALT_PERIOD ? world.cfs[cfs.cpu]!.h_nr_running : cfs.nr_running;
  let slice = schedPeriod(sysctl, u32(nrRunning + (se.on_rq ? 0n : 1n)));
  for (let at: Se | null = se; at !== null; at = at.parent) {
    const queued = at.cfs_rq.weight;
    slice = calcDelta(slice, at.weight, { weight: at.on_rq ? queued : queued + at.weight, inv_weight: 0n });
  }
  if (!feat.BASE_SLICE) return slice;
  const least = seIsIdle(se) && !schedIdleCfsRq(cfs) ? sysctl.idle_min_granularity_ns : sysctl.min_granularity_ns;
  return max(slice, BigInt(least));
}

/** sched_vslice() */
export function schedVslice(world: World, feat: SchedFeatures, sysctl: Sysctl, cfs: CfsRq, se: Se): bigint {
  return calcDeltaFair(schedSlice(world, feat, sysctl, cfs, se), se);
}

/** entity_is_long_sleeper() */
export function entityIsLongSleeper(rq: Rq, se: Se): boolean {
  if (se.exec_start === 0n || rq.clock_task <= se.exec_start) return false;
  return rq.clock_task - se.exec_start > 2n ** 63n / 1024n;
}

/** place_entity() */
export function placeEntity(world: World, feat: SchedFeatures, sysctl: Sysctl, cfs: CfsRq, se: Se, initial: boolean): void {
  let vruntime = cfs.min_vruntime;
  if (initial) {
    if (feat.START_DEBIT) vruntime += schedVslice(world, feat, sysctl, cfs, se);
  } else {
    let thresh = BigInt(seIsIdle(se) ? sysctl.min_granularity_ns : sysctl.latency_ns);
    if (feat.GENTLE_FAIR_SLEEPERS) thresh >>= 1n;
    vruntime -= thresh;
  }
  vruntime = s64(vruntime);
  if (entityIsLongSleeper(world.rq[cfs.cpu]!, se) || s64(vruntime - se.vruntime) > 0n) se.vruntime = vruntime;
}
