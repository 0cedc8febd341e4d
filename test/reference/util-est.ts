import { max, min, s32, u32 } from './ctypes.js';
import { UTIL_AVG_UNCHANGED } from './pelt.js';
import type { CfsRq, Se } from './world.js';

const MARGIN = 1024n / 100n;

/** _task_util_est() */
export function taskUtilEstOnly(p: Se): bigint {
  return max(p.avg.ewma, p.avg.enqueued & ~UTIL_AVG_UNCHANGED);
}

/** util_est_enqueue() */
export function utilEstEnqueue(root: CfsRq, p: Se): void {
  root.avg.enqueued = u32(root.avg.enqueued + taskUtilEstOnly(p));
}

/** util_est_dequeue() */
export function utilEstDequeue(root: CfsRq, p: Se): void {
  root.avg.enqueued -= min(root.avg.enqueued, u32(taskUtilEstOnly(p)));
}

function withinMargin(value: bigint): boolean {
  return u32(s32(value) + MARGIN - 1n) < 2n * MARGIN - 1n;
}

/** util_est_update(), with the feature UTIL_EST on. */
export function utilEstUpdate(p: Se, capacityOrig: bigint, taskSleep: boolean, fastUp: boolean): void {
  let { enqueued, ewma } = p.avg;
  if (!taskSleep || (enqueued & UTIL_AVG_UNCHANGED) !== 0n) return;
  let enqueuedDiff = enqueued;
  enqueued = u32(p.avg.util_avg);
  if (fastUp && ewma < enqueued) {
    ewma = enqueued;
  } else {
    // unsigned int arithmetic, widened to long only when it is stored: a fall comes out as a large positive number.
    const ewmaDiff = u32(enqueued - ewma);
    enqueuedDiff -= enqueued;
    if (withinMargin(ewmaDiff)) {
      if (withinMargin(enqueuedDiff)) return;
    } else {
      if (p.avg.util_avg > capacityOrig) return;
      ewma = u32(ewma << 2n);
      ewma = u32(ewma + ewmaDiff);
      ewma >>= 2n;
    }
  }
  p.avg.enqueued = enqueued | UTIL_AVG_UNCHANGED;
  p.avg.ewma = ewma;
}
