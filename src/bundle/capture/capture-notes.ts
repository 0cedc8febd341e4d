import type { DirtyLog } from '../dirty.js';
import type { Collected } from '../collect/trace-collector.js';
import type { TraceSummary } from '../trace/reader.js';

/** Of decisions that kprobes have shown. */
const PROBED = 'decisions are those of kprobes: CPUs, answer and, where a task was moved, which; what they were made from is not known (−1)';

/**
 * What a reader of the bundle should know of the trace that it was made from: what was lost, dropped or put right, and
 * which events there never were.
 *
 * @param summary of all of its files
 * @param statedMd5 of the unpacked trace, as the capture states it; '' where it does not
 */
export function traceNotes(summary: TraceSummary, collected: Collected, dirty: DirtyLog, statedMd5: string): string[] {
  const notes: string[] = [];
  const { counts, dropped, unknown, announced, events } = summary;
  if (!counts.has('sched_switch')) {
    const names = [...counts.keys()].sort(compareText).join(', ');
    notes.push(`only some events were traced (${names}): good for learning, not for replay`);
  }
  const isProbed = counts.has('can_migrate_task_call') || counts.has('can_migrate_task');
  if (!counts.has('cfslab_can_migrate')) notes.push(isProbed ? PROBED : 'cfslab_can_migrate was not traced: there are no decisions');
  if (summary.truncated) notes.push('the packed stream ends too early: only what comes before that was read');
  if (summary.cutLine) notes.push('the last line has no end and was dropped');
  if (announced >= 0 && announced !== events) notes.push(`the trace announces ${announced} events and holds ${events}`);
  if (statedMd5 !== '' && statedMd5 !== summary.textMd5) notes.push('the trace is not the one whose md5 the capture states');
  if (summary.lostInTrace > 0) notes.push(`the ring buffers lost ${summary.lostInTrace} events within the trace`);
  for (const [name, { count, firstLine, problem }] of sorted(dropped)) {
    const what = name === '' ? 'that are no event' : `of ${name}`;
    const why = name === '' ? problem : `field ${problem}`;
    notes.push(`dropped ${count} lines ${what}, the first in line ${firstLine}: ${why}`);
  }
  if (summary.overlongLines > 0) notes.push(`dropped ${summary.overlongLines} lines of more than 1 MiB`);
  for (const [name, count] of sorted(unknown)) notes.push(`passed over ${count} events ${name}, which are not understood`);
  for (const [name, count] of sorted(summary.withheld)) {
    notes.push(`passed over ${count} events ${name}, which the tool printed without what they hold`);
  }
  const unstated = summary.lossesUnstated;
  if (unstated > 0) notes.push(`the trace says ${unstated} times that events were lost, not how many`);
  const late = dirty.count('clock-back', 'sorted');
  if (late > 0) notes.push(`${late} events came before the one above and were sorted in`);
  const tooLate = dirty.count('clock-back', 'dropped');
  if (tooLate > 0) notes.push(`${tooLate} events came too late to be sorted in and were dropped`);
  const twice = dirty.count('duplicate');
  if (twice > 0) notes.push(`${twice} rows were there twice and were dropped`);
  const gaps = dirty.count('switch-gap');
  if (gaps > 0) notes.push(`${gaps} switches contradicted the one before on their CPU (${dirty.mode})`);
  const exits = dirty.count('missing-exit');
  if (exits > 0) notes.push(`${exits} forks gave out the pid of a task that had not exited`);
  if (summary.rounded > 0) notes.push(`${summary.rounded} values beyond 2^53 were rounded`);
  const reused = dirty.count('reused-pid');
  if (reused > 0) notes.push(`${reused} forks reused the pid of a task that had exited`);
  for (const [ns, text] of collected.marks) notes.push(`mark ${text.slice(0, 80)} at ${ns} ns`);
  if (collected.moreMarks > 0) notes.push(`and ${collected.moreMarks} more marks`);
  return notes;
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => compareText(a, b));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
