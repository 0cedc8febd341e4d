import { Op } from '../../sim/program.js';
import type { Program } from '../../sim/program.js';
import type { ActionLog } from './action-log.js';

export interface Compiled {
  readonly program: Program;
  /** Where a task's program starts, by task; −1 for a task that is left out. */
  readonly entry: Int32Array;
  /** Semaphore that a task waits on, by task; −1 where it never does. */
  readonly semaphore: Int32Array;
  readonly semaphores: number;
}

/**
 * Sorts the log of all tasks into one program for each, one after the other in task order, and puts in what only now
 * has a place: the entry and the template of a forked child, and the semaphore of a task that waits.
 *
 * @param template row of the workload's templates by task, −1 for tasks that are left out
 */
export function compile(log: ActionLog, template: Int32Array): Compiled {
  const tasks = template.length;
  const entry = new Int32Array(tasks).fill(-1);
  const semaphore = new Int32Array(tasks).fill(-1);
  const length = new Int32Array(tasks);
  const waits = new Uint8Array(tasks);
  for (let row = 0; row < log.rows; row++) {
    length[log.task[row]!]!++;
    if (log.code[row] === Op.WAIT) waits[log.task[row]!] = 1;
  }
  let ops = 0;
  let semaphores = 0;
  for (let task = 0; task < tasks; task++) {
    if (template[task] === -1) continue;
    entry[task] = ops;
    ops += length[task]!;
    if (waits[task] === 1) semaphore[task] = semaphores++;
  }

  const code = new Uint8Array(ops);
  const a = new Float64Array(ops);
  const b = new Float64Array(ops);
  const next = Int32Array.from(entry);
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    if (template[task] === -1) continue;
    const at = next[task]!++;
    const op = log.code[row]!;
    const arg = log.a[row]!;
    code[at] = op;
    if (op === Op.FORK) {
      a[at] = entry[arg]!;
      b[at] = template[arg]!;
    } else {
      a[at] = op === Op.WAIT || op === Op.POST || op === Op.POST_SYNC ? semaphore[arg]! : arg;
      b[at] = log.b[row]!;
    }
  }
  return { program: { code, a, b }, entry, semaphore, semaphores };
}
