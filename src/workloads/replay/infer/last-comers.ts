import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';

/** A crossing of a barrier, as it was recorded. */
export interface Crossing {
  readonly barrier: number;
  /** The task that came last. */
  readonly last: number;
}

/** The last comer runs more than so many times as long as anybody else until the next crossing, … */
const MUCH = 2;
/** … at so many crossings, or it is by accident, … */
const FEWEST = 8;
/** … and so many tasks did: a single one may have more to do by itself. */
const FEWEST_TASKS = 3;

/** What a crossing leaves to whoever comes last. */
interface Share {
  /** Rows of the log with the members' BARRIER. */
  readonly rows: readonly number[];
  /** Row with the RUN of the one that came last. */
  readonly run: number;
  readonly last: number;
  /** ns */
  readonly ns: number;
}

/**
 * Finds what a barrier leaves to whoever comes last, such as the serial part between two parallel ones
 * (PTHREAD_BARRIER_SERIAL_THREAD), and takes it from the task that came last in the recording: in another run another task
 * does. It is told by its length: from one crossing to the next the last comer runs much longer than all others.
 *
 *     a  ──RUN──┤BARRIER  ┤BARRIER            a, b: next to nothing between the crossings
 *     b  ───RUN─┤BARRIER  ┤BARRIER
 *     c  ────RUN┤BARRIER──┤BARRIER            c came last and did what is for one to do
 *
 * What it does beyond the others' median goes from its RUN into operand b of the BARRIER, which the last comer runs.
 *
 * @param crossings all of the log, in order
 * @param barriers members of each
 */
export function leaveToLast(log: ActionLog, crossings: readonly Crossing[], barriers: ReadonlyArray<readonly number[]>): void {
  const shares = barriers.map(() => [] as Share[]);
  const ran = runsBetween(log, crossings, barriers);
  crossings.forEach(({ barrier, last }, at) => {
    const share = shareOf(log, ran[at]!, barriers[barrier]!, last);
    if (share !== null) shares[barrier]!.push(share);
  });
  for (const found of shares) {
    if (found.length < FEWEST || new Set(found.map((share) => share.last)).size < FEWEST_TASKS) continue;
    for (const { rows, run, ns } of found) {
      for (const row of rows) log.b[row] = ns;
      log.a[run]! -= ns;
    }
  }
}

/** By crossing and member: the row of its BARRIER, and that of the RUN between it and the next one; −1: there is none. */
type Between = { readonly barrier: Int32Array; readonly run: Int32Array; readonly direct: Uint8Array };

function runsBetween(
  log: ActionLog,
  crossings: readonly Crossing[],
  barriers: ReadonlyArray<readonly number[]>,
): Between[] {
  const between = crossings.map(({ barrier }) => {
    const n = barriers[barrier]!.length;
    return { barrier: new Int32Array(n).fill(-1), run: new Int32Array(n).fill(-1), direct: new Uint8Array(n) };
  });
  const ofBarrier = barriers.map((_, b) => crossings.flatMap(({ barrier }, at) => (barrier === b ? [at] : [])));
  const place = new Map<number, { readonly barrier: number; readonly index: number }>();
  barriers.forEach((members, barrier) => members.forEach((task, index) => place.set(task, { barrier, index })));
  const passed = new Map<number, number>();
  /** Row of the RUN since a task's last BARRIER, −1 for none, −2 where it did something else, too. */
  const since = new Map<number, number>();
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    const member = place.get(task);
    if (member === undefined) continue;
    if (log.code[row] === Op.RUN) {
      if (since.get(task) === -1) since.set(task, row);
    } else if (log.code[row] === Op.BARRIER) {
      const count = passed.get(task) ?? 0;
      const list = ofBarrier[member.barrier]!;
      const before = between[list[count - 1] ?? -1];
      if (before !== undefined && since.get(task) !== -2) {
        before.direct[member.index] = 1;
        before.run[member.index] = since.get(task)!;
      }
      between[list[count]!]!.barrier[member.index] = row;
      passed.set(task, count + 1);
      since.set(task, -1);
    } else since.set(task, -2);
  }
  return between;
}

/** What the last comer of a crossing did beyond the others, if it was much; null if not, or if somebody did not only run. */
function shareOf(log: ActionLog, { barrier, run, direct }: Between, members: readonly number[], last: number): Share | null {
  const at = members.indexOf(last);
  if (run[at] === -1 || direct.includes(0)) return null;
  const runNs = (index: number): number => (run[index] === -1 ? 0 : log.a[run[index]!]!);
  const others = members.map((_, index) => index).filter((index) => index !== at).map(runNs).sort((x, y) => x - y);
  const own = runNs(at);
  if (own <= MUCH * others[others.length - 1]!) return null;
  const ns = own - others[Math.floor(others.length / 2)]!;
  return { rows: Array.from(barrier), run: run[at]!, last, ns };
}
