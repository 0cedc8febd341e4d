import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import { ROLE_PLAIN, type Roster } from '../read/roster.js';

/** Share of a recording, at its end, that shows whether it stops in the midst, … */
const LAST = 0.1;
/** … and of the CPU time in it that tasks which go on have had then, at least. */
const MOST = 0.5;

/**
 * The tasks that go on where a recording is a window on something that had not ended: most of what runs last in it belongs
 * to tasks that have not exited. None where the workload ended within the recording, whoever stays after it, such as the shell that
 * made it. Kernel threads are not among them, and neither are tasks that never ran.
 *
 * @param exitTs when each task exited, by row; undefined where it did not
 * @param endTs last time stamp of the recording
 */
export function findGoingOn(
  log: ActionLog,
  roster: Roster,
  startTs: number,
  endTs: number,
  exitTs: readonly (number | undefined)[],
): ReadonlySet<number> {
  const from = endTs - (endTs - startTs) * LAST;
  const tasks = new Set<number>();
  let [all, going] = [0, 0];
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    if (log.code[row] !== Op.RUN || roster.role[task] !== ROLE_PLAIN) continue;
    const goes = exitTs[task] === undefined;
    if (goes) tasks.add(task);
    const ns = Math.min(log.a[row]!, Math.max(0, log.ts[row]! - from));
    all += ns;
    if (goes) going += ns;
  }
  return going > MOST * all ? tasks : new Set();
}
