/** What the record of a search shows of what it was made on. */
import { task_util_est } from '../../sim/kernel/fair/signals.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { SEEN_EST, SEEN_LOAD, nudgeUtilEst, settleUtilEst } from './averages.js';
import { learnTask, takeTask } from './learn.js';
import type { World } from './world.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** What the recording shows of the search's inputs; compared where the model has its own, then taken. */
export function settleInputs(w: World, c: Columns, row: number, p: number): void {
  const { k } = w;
  const target = c['target']![row]!;
  k.task.recent_used_cpu[p] = c['recent']![row]!;
  const sds = k.rq.sd_llc_shared[target]!;
  if (sds !== NIL) {
    const cores = c['has_idle_cores']![row]!;
    const scan = c['nr_idle_scan']![row]!;
    if (cores >= 0) {
      w.features.compare('has_idle_cores', cores, k.sds.has_idle_cores[sds]!, 1);
      k.sds.has_idle_cores[sds] = cores;
    }
    if (scan >= 0) {
      w.features.compare('nr_idle_scan', scan, k.sds.nr_idle_scan[sds]!, 1);
      k.sds.nr_idle_scan[sds] = scan;
    }
  }
}

/** What the record shows of a task that wakes up is what it had when it went to sleep. */
export function settleWoken(w: World, c: Columns, row: number, p: number): void {
  const { k } = w;
  const [load, util, estimate] = [c['load_avg']![row]!, c['util_avg']![row]!, c['util_est']![row]!];
  const known = w.seenTask[p]!;
  if ((known & SEEN_LOAD) === 0) {
    learnTask(w, p, { load, util, runnable: -1 });
    // One that fell asleep before the recording has slept for longer than since its beginning: its averages are seen again.
    if (w.roster.hasRun(p) || (load === 0 && util === 0)) w.seenTask[p]! |= SEEN_LOAD;
  } else {
    if ((known & SEEN_EST) !== 0) {
      w.features.compare('select_util_est', estimate, task_util_est(k, p), 1);
      nudgeUtilEst(k.avg, p, estimate);
    }
    w.features.compare('select_util', util, k.avg.util_avg[p]!, 1);
    w.features.compare('select_load', load, k.avg.load_avg[p]!, 1);
    takeTask(w, p, { load, util, runnable: -1 });
  }
  if ((known & SEEN_EST) === 0) settleUtilEst(k.avg, p, estimate);
  w.seenTask[p]! |= SEEN_EST;
}
