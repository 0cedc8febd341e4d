import { WF_EXEC } from '../../../sim/kernel/constants.js';
import type { TableData } from '../../../sim/records/records.js';
import { EXEC, type Events } from './events.js';

/** When tasks looked for a CPU because they called exec(), in order of time. */
export interface Execs {
  readonly count: number;
  readonly ts: readonly number[];
  /** CPU that the caller was on. */
  readonly cpu: readonly number[];
  readonly pid: readonly number[];
  /** Rows of the events of exec that these are reported by later. */
  readonly reports: ReadonlySet<number>;
}

export const NO_EXECS: Execs = { count: 0, ts: [], cpu: [], pid: [], reports: new Set() };

/**
 * When exec() looked for a CPU. It does so as it begins, and is reported when it is over, some 100 µs later: in between a child of
 * vfork() has let its parent go, and its queue is another.
 *
 *     sched_exec()        mm_release()           sched_process_exec
 *     ──┤ search ─────────┤ the parent wakes ────┤ report ──
 *
 * (bprm_execve() in fs/exec.c)
 * @param searches of an instrumented kernel; without them the report has to do
 */
export function findExecs({ rows, kind, pid, ts }: Events, searches: TableData | undefined): Execs {
  if (searches === undefined) return NO_EXECS;
  const column = (name: string): ArrayLike<number> => searches.columns[name] ?? [];
  const [flags, when, on, who] = [column('wake_flags'), column('ts'), column('on'), column('pid')];
  const at: number[] = [];
  for (let row = 0; row < searches.rows; row++) if ((flags[row]! & WF_EXEC) !== 0) at.push(row);
  if (at.length === 0) return NO_EXECS;
  const reports = new Set<number>();
  const begun = new Set<number>();
  let next = 0;
  for (let row = 0; row < rows; row++) {
    if (kind[row] !== EXEC) continue;
    for (; next < at.length && when[at[next]!]! <= ts[row]!; next++) begun.add(who[at[next]!]!);
    if (begun.delete(pid[row]!)) reports.add(row);
  }
  const of = (values: ArrayLike<number>): number[] => at.map((row) => values[row]!);
  return { count: at.length, ts: of(when), cpu: of(on), pid: of(who), reports };
}
