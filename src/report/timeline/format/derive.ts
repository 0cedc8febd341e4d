/*
 * Most of what is known of stretches follows from others of the same lane, and is not written:
 *
 *     task T   ▇▇▇▇ slice ▇▇▇▇┄┄┄┄┄ wait ┄┄┄┄┄▇▇▇▇ slice ▇▇▇▇
 *                             ├─ since ──┤                       since: from the end of T's slice before
 *                                  ├── length ─┤                 length of a wait: up to T's next slice
 *
 * Who writes computes the same and writes 0 where that is right; who reads takes 0 for it.
 */

/** Stretches of one lane: columns of all lanes, of which this lane has those from `first` to before `last`. */
export interface LaneColumns {
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
  readonly task: ArrayLike<number>;
  readonly first: number;
  readonly last: number;
}

/** What is kept of each task on the way. */
export class TaskTimes {
  private readonly times: Float64Array;
  private readonly lanes: Int32Array;

  constructor(tasks: number) {
    this.times = new Float64Array(tasks);
    this.lanes = new Int32Array(tasks).fill(-1);
  }

  set(lane: number, task: number, time: number): void {
    this.times[task] = time;
    this.lanes[task] = lane;
  }

  /** −1 where the lane has said nothing of the task. */
  get(lane: number, task: number): number {
    return this.lanes[task] === lane ? this.times[task]! : -1;
  }
}

/** For each slice the time since the end of its task's slice before on the lane, −1 where there is none. */
export function slicesSince(lane: number, slices: LaneColumns, times: TaskTimes, visit: (i: number, since: number) => void): void {
  for (let i = slices.first; i < slices.last; i += 1) {
    const task = slices.task[i]!;
    const before = times.get(lane, task);
    visit(i, before < 0 ? -1 : slices.start[i]! - before);
    times.set(lane, task, slices.end[i]!);
  }
}

/** For each wait the same, at its beginning. Of `waits` the ends need not be known yet. */
export function waitsSince(lane: number, slices: LaneColumns, waits: Omit<LaneColumns, 'end'>, times: TaskTimes, visit: (i: number, since: number) => void): void {
  let slice = slices.first;
  for (let i = waits.first; i < waits.last; i += 1) {
    for (; slice < slices.last && slices.end[slice]! <= waits.start[i]!; slice += 1) times.set(lane, slices.task[slice]!, slices.end[slice]!);
    const before = times.get(lane, waits.task[i]!);
    visit(i, before < 0 ? -1 : waits.start[i]! - before);
  }
}

/** For each wait the time up to its task's next slice on the lane, 0 where there is none. From the last to the first. */
export function waitLengths(lane: number, slices: LaneColumns, waits: Omit<LaneColumns, 'end'>, times: TaskTimes, visit: (i: number, length: number) => void): void {
  let slice = slices.last - 1;
  for (let i = waits.last - 1; i >= waits.first; i -= 1) {
    for (; slice >= slices.first && slices.start[slice]! >= waits.start[i]!; slice -= 1) times.set(lane, slices.task[slice]!, slices.start[slice]!);
    const next = times.get(lane, waits.task[i]!);
    visit(i, next < 0 ? 0 : next - waits.start[i]!);
  }
}

/** `since` as it is written: 0 as it follows, 1 for −1, else 2 more than it is. */
export function sinceCode(since: number, follows: number): number {
  return since === follows ? 0 : since < 0 ? 1 : since + 2;
}

export function sinceOf(code: number, follows: number): number {
  return code === 0 ? follows : code === 1 ? -1 : code - 2;
}
