import { Op } from '../../sim/programs/program.js';
import type { Program } from '../../sim/programs/program.js';
import { OPERANDS, type OperandKind } from '../operands.js';
import type { ActionLog } from './read/action-log.js';

export interface Compiled {
  readonly program: Program;
  /** Where a task's program starts, by task; −1 for a task that is left out. */
  readonly entry: Int32Array;
  /** Semaphore by the number that the log has for it: a task's own, or one that several share. */
  readonly semaphore: ReadonlyMap<number, number>;
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
  const length = new Int32Array(tasks);
  const waited = new Set<number>();
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    length[task]!++;
    if ((log.code[row] === Op.WAIT || log.code[row] === Op.TRY) && template[task] !== -1) waited.add(log.a[row]!);
  }
  const semaphore = new Map([...waited].sort((x, y) => x - y).map((number, at) => [number, at]));
  let ops = 0;
  for (let task = 0; task < tasks; task++) {
    if (template[task] === -1) continue;
    entry[task] = ops;
    ops += length[task]!;
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
      // The log has ways as distances.
      const placed = (kind: OperandKind, value: number): number => {
        return kind === 'semaphore' ? semaphore.get(value)! : kind === 'operation' ? at + value : value;
      };
      const [kindA, kindB] = OPERANDS[op]!;
      a[at] = placed(kindA, arg);
      b[at] = placed(kindB, log.b[row]!);
    }
  }
  return { program: { code, a, b }, entry, semaphore, semaphores: semaphore.size };
}
