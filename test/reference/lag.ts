import { u64 } from './ctypes.js';
import { updateLoadAvgBlockedSe } from './load-avg.js';
import type { Avg } from './pelt.js';
import type { CfsRq, Se } from './world.js';

/** load_avg_is_decayed() */
export function loadAvgIsDecayed(sa: Avg): boolean {
  return sa.load_sum === 0n && sa.util_sum === 0n && sa.runnable_sum === 0n;
}

export interface IdleClocks {
  readonly idle: boolean;
  /** cfs_rq->throttled_pelt_idle; null for U64_MAX. */
  readonly throttled: bigint | null;
  readonly clockPeltIdle: bigint;
  readonly clockIdle: bigint;
  /** sched_clock_cpu() */
  readonly schedClock: bigint;
}

/** migrate_se_pelt_lag() */
export function migrateSePeltLag(se: Se, cfs: CfsRq, at: IdleClocks): void {
  if (loadAvgIsDecayed(se.avg) || !at.idle || at.throttled === null) return;
  const lut = cfs.avg.last_update_time;
  let now = u64(at.clockPeltIdle - at.throttled);
  now = now < lut ? lut : u64(now + at.schedClock - at.clockIdle);
  updateLoadAvgBlockedSe(now, se);
}
