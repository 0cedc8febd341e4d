import type { Kernel } from '../kernel.js';
import { _task_util_est, task_util } from './signals.js';

/*
 * Estimated utilisation: what a task used in its last activation (`enqueued`) and a moving average of it (`ewma`, new
 * samples count 1/4). A task that wakes up after a long sleep is known by it, when its PELT average has decayed.
 */

const UTIL_EST_MARGIN = Math.floor(1024 / 100);
const UTIL_EST_WEIGHT_SHIFT = 2;

/**
 * @kernel kernel/sched/fair.c util_est_enqueue
 * @omits nothing
 */
export function util_est_enqueue(k: Kernel, cpu: number, p: number): void {
  if (k.feat.UTIL_EST) k.avg.util_est_enqueued[k.cfs_avg + cpu]! += _task_util_est(k, p);
}

/**
 * @kernel kernel/sched/fair.c util_est_dequeue
 * @omits nothing
 */
export function util_est_dequeue(k: Kernel, cpu: number, p: number): void {
  if (!k.feat.UTIL_EST) return;
  const a = k.cfs_avg + cpu;
  const enqueued = k.avg.util_est_enqueued[a]!;
  k.avg.util_est_enqueued[a] = enqueued - Math.min(enqueued, _task_util_est(k, p));
}

/**
 * @kernel kernel/sched/fair.c within_margin
 * @omits nothing
 */
function within_margin(value: number, margin: number): boolean {
  return (value + margin - 1) >>> 0 < 2 * margin - 1;
}

/**
 * The task goes to sleep: takes a sample of its utilisation.
 * @kernel kernel/sched/fair.c util_est_update
 * @omits nothing
 */
export function util_est_update(k: Kernel, cpu: number, p: number, task_sleep: boolean): void {
  const avg = k.avg;
  if (!k.feat.UTIL_EST || !task_sleep || avg.util_est_unchanged[p] !== 0) return;
  const before = avg.util_est_enqueued[p]!;
  const enqueued = task_util(k, p);
  let ewma = avg.util_est_ewma[p]!;

  if (k.feat.UTIL_EST_FASTUP && ewma < enqueued) {
    ewma = enqueued;
  } else {
    const ewma_diff = enqueued - ewma;
    if (within_margin(ewma_diff, UTIL_EST_MARGIN)) {
      if (within_margin(before - enqueued, UTIL_EST_MARGIN)) return;
    } else {
      if (enqueued > k.rq.cpu_capacity_orig[cpu]!) return;
      ewma = ((ewma << UTIL_EST_WEIGHT_SHIFT) + ewma_diff) >>> UTIL_EST_WEIGHT_SHIFT;
    }
  }
  avg.util_est_enqueued[p] = enqueued;
  avg.util_est_unchanged[p] = 1;
  avg.util_est_ewma[p] = ewma;
}
