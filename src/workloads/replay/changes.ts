import { Op } from '../../sim/programs/program.js';
import { ActionLog } from './read/action-log.js';

export type Operation = readonly [code: number, a: number, b: number];

/** What stands instead of some rows of a log; what these are is no longer done. */
export type Changes = Map<number, readonly Operation[]>;

/**
 * The log with the operations of some rows replaced. What an operation's replacement runs is part of what its task was
 * recorded to run before it; a RUN that is replaced is gone.
 */
export function changed(log: ActionLog, changes: ReadonlyMap<number, readonly Operation[]>): ActionLog {
  if (changes.size === 0) return log;
  const out = new ActionLog();
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    out.now = log.ts[row]!;
    const instead = changes.get(row);
    if (instead === undefined) {
      if (log.code[row] === Op.RUN) out.run(task, log.a[row]!);
      else out.add(task, log.code[row]!, log.a[row]!, log.b[row]!);
      continue;
    }
    out.unrun(task, instead.reduce((ns, [code, a]) => (code === Op.RUN ? ns + a : ns), 0));
    for (const [code, a, b] of instead) out.add(task, code, a, b);
  }
  return out;
}
