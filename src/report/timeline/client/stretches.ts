import { sinceOf, slicesSince, TaskTimes, waitLengths, waitsSince, type LaneColumns } from '../format/derive.js';
import type { PackedRun } from '../format/pack.js';

/** Stretches of all lanes, one lane after the other, each in order of their beginning; ns since the window's. */
export interface Stretches {
  /** First of each lane, and the number of all. */
  readonly first: Float64Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly task: Uint32Array;
  /** ns since the task last ran on that CPU, −1 where it had not since it came. */
  readonly since: Float64Array;
}

/** Puts gaps and lengths together, and derives what was not written; the arrays that were read are used again. */
export function stretchesOf(packed: PackedRun): { readonly slices: Stretches; readonly waits: Stretches } {
  const [slices, waits] = [read(packed, 'slices'), read(packed, 'waits')];
  const tasks = packed.header.tasks.length;
  const times = [new TaskTimes(tasks), new TaskTimes(tasks), new TaskTimes(tasks)] as const;
  for (let lane = 0; lane + 1 < slices.first.length; lane += 1) {
    const ran = laneOf(slices, lane);
    let previous = 0;
    for (let i = ran.first; i < ran.last; i += 1) {
      slices.start[i] = previous + slices.start[i]!;
      previous = slices.start[i]! + slices.end[i]!;
      slices.end[i] = previous;
    }
    slicesSince(lane, ran, times[0], (i, since) => (slices.since[i] = sinceOf(slices.since[i]!, since)));
    const waited = laneOf(waits, lane);
    for (let i = waited.first + 1; i < waited.last; i += 1) waits.start[i]! += waits.start[i - 1]!;
    waitsSince(lane, ran, waited, times[1], (i, since) => (waits.since[i] = sinceOf(waits.since[i]!, since)));
    waitLengths(lane, ran, waited, times[2], (i, length) => (waits.end[i] = waits.start[i]! + (waits.end[i]! === 0 ? length : waits.end[i]!)));
  }
  return { slices, waits };
}

/** As it is written: gaps for starts, lengths for ends, codes for `since`. */
function read(packed: PackedRun, name: 'slices' | 'waits'): Stretches {
  const counts = packed.column(`lanes.${name}`);
  const first = new Float64Array(counts.length + 1);
  for (let lane = 0; lane < counts.length; lane += 1) first[lane + 1] = first[lane]! + counts[lane]!;
  return {
    first,
    start: packed.column(`${name}.gap`),
    end: packed.column(`${name}.length`),
    task: new Uint32Array(packed.column(`${name}.task`)),
    since: packed.column(`${name}.since`),
  };
}

function laneOf({ first, start, end, task }: Stretches, lane: number): LaneColumns {
  return { start, end, task, first: first[lane]!, last: first[lane + 1]! };
}
