/**
 * The histories of the thesis (section 4.1.1, figure 4.3): a *series* is the calls about one task, from one CPU to one
 * other, while the task has not migrated and, unless one keeps to the thesis' key alone, has not run.
 *
 *     pid 17, 3 → 5, nr_migrations 8      no  no  no  FORCED           positive: the forced call and those before it
 *     pid 17, 3 → 6, nr_migrations 8        no    no                   another destination: another series
 *     pid 17, 5 → 3, nr_migrations 9                         no  no |  it has moved: another series, cut off by the end
 *
 * What the thesis leaves open:
 * - By its key a series may run over seconds in which the task runs and waits many times. The thesis wants the histories to
 *   know which migrations could have been forced earlier with the same result, and that is so only while the task has not
 *   run again: then all calls are about the same contents of the cache. `wait`, the default, ends a series where the task
 *   has run (exec_start has changed); `thesis` keeps to the key.
 * - A call answered with 2 does not always move the task (detach_tasks() may still skip it). The series then goes on; a
 *   later call of it is positive only if another forced migration follows.
 * - A pid may be used again. A life ends at the task's exit where the recording has it, and where sum_exec falls.
 * - There may be any time between two calls of a series; a window bounds how far ahead the forced migration may be.
 * - A negative whose series can still go on when the recording ends is *censored*: nobody knows what would have followed.
 *   It can not where the task migrates or exits after the call, as an event or a later row shows, or where the window
 *   ends before the recording.
 */
export interface CallColumns {
  readonly rows: number;
  readonly ts: ArrayLike<number>;
  readonly pid: ArrayLike<number>;
  readonly src: ArrayLike<number>;
  readonly dst: ArrayLike<number>;
  readonly migrations: ArrayLike<number>;
  readonly result: ArrayLike<number>;
  readonly sumExec: ArrayLike<number>;
  readonly execStart: ArrayLike<number>;
}

/** What ends a series: a migration alone, as the thesis' key has it, or a run of the task too. */
export type SeriesRule = 'thesis' | 'wait';

/** What events tell of the tasks. */
export interface Lives {
  /** Times of exit by pid, ascending. */
  readonly exits: ReadonlyMap<number, readonly number[]>;
  /** The last migration or exit by pid. */
  readonly lastMove: ReadonlyMap<number, number>;
  /** When the recording ends, ns. */
  readonly endNs: number;
}

export interface Histories {
  /** Number of the series that a call belongs to, from 0 in order of their first calls. */
  readonly series: Int32Array;
  readonly count: number;
  /** 1: a forced migration of the series follows within the window, or is this very call. */
  readonly positive: Uint8Array;
  /** 1: not positive, and the end of the recording cuts off what would have followed. */
  readonly censored: Uint8Array;
}

const FORCED = 2;

/** @param calls in order of time */
export function historiesOf(calls: CallColumns, lives: Lives, rule: SeriesRule, windowNs: number | null): Histories {
  const { series, count } = seriesOf(calls, lives.exits, rule);
  const { rows, ts, pid, result } = calls;
  const positive = new Uint8Array(rows);
  const censored = new Uint8Array(rows);
  const lastRow = new Map<number, number>();
  /** Time of the next forced migration, by series. */
  const next = new Float64Array(count).fill(Infinity);
  for (let row = rows - 1; row >= 0; row -= 1) {
    const own = series[row]!;
    const task = pid[row]!;
    if (!lastRow.has(task)) lastRow.set(task, row);
    if (result[row] === FORCED) next[own] = ts[row]!;
    if (next[own]! - ts[row]! <= (windowNs ?? Number.MAX_VALUE)) {
      positive[row] = 1;
      continue;
    }
    const closed = (lives.lastMove.get(task) ?? -Infinity) > ts[row]! || parts(calls, row, lastRow.get(task)!, rule);
    const seen = windowNs !== null && ts[row]! + windowNs <= lives.endNs;
    if (!closed && !seen) censored[row] = 1;
  }
  return { series, count, positive, censored };
}

/** Whether two calls about a task, one earlier, cannot be of one series, whatever the CPUs. */
function parts({ migrations, execStart, sumExec }: CallColumns, row: number, later: number, rule: SeriesRule): boolean {
  if (migrations[row] !== migrations[later] || sumExec[row]! > sumExec[later]!) return true;
  return rule === 'wait' && execStart[row] !== execStart[later];
}

function seriesOf(
  calls: CallColumns, exits: Lives['exits'], rule: SeriesRule,
): { readonly series: Int32Array; readonly count: number } {
  const { rows, ts, pid, src, dst } = calls;
  const series = new Int32Array(rows);
  /** The last call by task and CPUs. */
  const last = new Map<number, number>();
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    // CPUs are 16 bits wide and pids 22: exact in a double.
    const key = (pid[row]! * 65_536 + (src[row]! + 1)) * 65_536 + (dst[row]! + 1);
    const before = last.get(key);
    last.set(key, row);
    const exited = before !== undefined && exits.get(pid[row]!)?.some((exit) => exit > ts[before]! && exit <= ts[row]!);
    if (before !== undefined && exited !== true && !parts(calls, before, row, rule)) {
      series[row] = series[before]!;
      continue;
    }
    series[row] = count;
    count += 1;
  }
  return { series, count };
}
