/** Averages that the recording shows for the first time: taken, and with them what follows from them elsewhere. */
import { scale_load_down } from '../../sim/kernel/math/weights.js';
import { SEEN_RUNNABLE, correctAverages, followTask, followUtil, nudgeAverages, settleAverages, type SeenAverages } from './averages.js';
import type { World } from './world.js';

/** Averages of the root queue of a CPU, which was not seen before. */
export function learnQueue(w: World, cpu: number, seen: SeenAverages): void {
  w.seenCpu[cpu] = 1;
  w.seenAt[cpu] = w.now;
  settleAverages(w.k.avg, w.k.cfs_avg + cpu, seen, 1);
}

/**
 * Averages of a task that were not seen before. A queue that was known before the task joined it has been told too little or
 * too much by then, and learns of it too.
 */
export function learnTask(w: World, p: number, seen: SeenAverages): void {
  const { avg, se: e } = w.k;
  const weight = scale_load_down(e.weight[p]!);
  const [load, util, runnable] = [avg.load_sum[p]!, avg.util_sum[p]!, avg.runnable_sum[p]!];
  if (w.roster.adopted[p] === 0) {
    correctAverages(avg, p, seen, w.joinedAt[p]!);
    if (seen.util >= 0 && (w.seenTask[p]! & SEEN_RUNNABLE) === 0 && seen.runnable < 0) followUtil(avg, p, avg.util_sum[p]! - util);
  } else settleAverages(avg, p, seen, weight);
  followOwn(w, p, weight, load, util, runnable);
}

/** What a task's sums were off by, its queue's are off by as well, where they were known before it joined them. */
function followOwn(w: World, p: number, weight: number, load: number, util: number, runnable: number): void {
  const { avg, cfs_avg, se: e, task } = w.k;
  const cpu = task.cpu[p]!;
  if (e.cfs_rq[p] !== cpu || avg.last_update_time[p] === 0 || w.seenCpu[cpu] === 0 || w.joinedTs[p]! <= w.seenAt[cpu]!) return;
  followTask(avg, cfs_avg + cpu, p, {
    load: weight * (avg.load_sum[p]! - load), util: avg.util_sum[p]! - util, runnable: avg.runnable_sum[p]! - runnable,
  });
}

/** Averages of a task that is known, as a record has them; its queue follows where it was known before the task joined it. */
export function takeTask(w: World, p: number, seen: SeenAverages): void {
  const { avg, se: e } = w.k;
  const [load, util, runnable] = [avg.load_sum[p]!, avg.util_sum[p]!, avg.runnable_sum[p]!];
  const weight = scale_load_down(e.weight[p]!);
  nudgeAverages(avg, p, seen, weight);
  followOwn(w, p, weight, load, util, runnable);
}
