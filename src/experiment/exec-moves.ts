import { KIND, type TableData } from '../sim/records/records.js';

/**
 * Rows of the migrations that an execve() made, which the stopper does as it does active balance. A kernel's event of the call
 * comes after the move, when the program has been loaded; a simulated run's right before. Between the two the task does not
 * sleep, else the move is not told from another.
 */
export function execMoves(events: TableData): Set<number> {
  const { kind, pid, a, b } = events.columns as Record<'kind' | 'pid' | 'a' | 'b', ArrayLike<number>>;
  const rows = new Set<number>();
  /** Of each task that has not slept since: the row of its last move, or SAID where it is in execve(). */
  const since = new Map<number, number>();
  for (let row = 0; row < events.rows; row++) {
    const who = pid[row]!;
    const before = since.get(who);
    if (kind[row] === KIND.migrate) {
      if (before === SAID) rows.add(row);
      since.set(who, row);
    } else if (kind[row] === KIND.exec) {
      if (before !== undefined && before !== SAID) {
        rows.add(before);
        since.delete(who);
      } else since.set(who, SAID);
    } else if (kind[row] === KIND.switch && b[row] !== 0) {
      since.delete(a[row]!);
    } else if (kind[row] === KIND.switch && before === SAID) {
      since.delete(who);
    }
  }
  return rows;
}

const SAID = -1;
