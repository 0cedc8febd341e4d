import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import type { Changes } from '../changes.js';

/** Wake-ups without anything else in between, from which on a row is looked at. */
const FEWEST = 4;
/** CPU time from one wake-up to the next within a system call, ns: the way out of one and into the next one takes longer. */
const WITHIN_NS = 1000;
/** An interrupt may come in between, ns. */
const WITH_INTERRUPT_NS = 5000;

/**
 * Finds who wakes many tasks in one system call, as a write to a pipe that all of them poll: there the kernel preempts it only when all
 * of them are awake.
 *
 * @param tasks semaphores from this one on are no task's
 * @param changes gets what stands instead of the first and the last wake-up of each row
 */
export function keepRowsTogether(log: ActionLog, tasks: number, changes: Changes): void {
  const open = new Map<number, Row>();
  const end = (task: number): void => {
    const row = open.get(task);
    open.delete(task);
    if (row === undefined || row.posts.length < FEWEST) return;
    const gaps = row.gaps.slice(1).sort((x, y) => x - y);
    if (gaps[Math.floor(gaps.length / 2)]! >= WITHIN_NS) return;
    const [first, last] = [row.posts[0]!, row.posts.at(-1)!];
    changes.set(first, [[Op.ENTER_KERNEL, 0, 0], [log.code[first]!, log.a[first]!, log.b[first]!]]);
    changes.set(last, [[log.code[last]!, log.a[last]!, log.b[last]!], [Op.LEAVE_KERNEL, 0, 0]]);
  };
  for (let at = 0; at < log.rows; at++) {
    const task = log.task[at]!;
    const code = log.code[at]!;
    const row = open.get(task);
    if (code === Op.RUN) {
      if (row === undefined) continue;
      row.ns += log.a[at]!;
      if (row.ns > WITH_INTERRUPT_NS) end(task);
    } else if ((code === Op.POST || code === Op.POST_SYNC) && log.a[at]! < tasks) {
      if (row === undefined) open.set(task, { posts: [at], gaps: [0], ns: 0 });
      else {
        row.posts.push(at);
        row.gaps.push(row.ns);
        row.ns = 0;
      }
    } else {
      end(task);
    }
  }
  for (const task of [...open.keys()]) end(task);
}

/** Wake-ups of one task, one after the other. */
interface Row {
  readonly posts: number[];
  /** CPU time before each, from the one before it, ns. */
  readonly gaps: number[];
  /** CPU time since the last one, ns. */
  ns: number;
}
