import type { ColumnData } from '../format/pack.js';
import { sinceCode, slicesSince, TaskTimes, waitLengths, waitsSince, type LaneColumns } from '../format/derive.js';
import type { Stretches, WalkedQueues } from './queue-walk.js';
import type { Window } from './window.js';

/** The columns of slices and waits: what follows from others is written as 0. */
export function stretchColumns({ slices, waits, pids }: WalkedQueues, window: Window): ColumnData[] {
  const plain = (name: ColumnData['name'], values: readonly number[]): ColumnData => ({ name, values, delta: false });
  const all = (lanes: readonly Stretches[], key: 'task' | 'end'): number[] => lanes.flatMap((lane) => lane[key]);
  const lasting = [new TaskTimes(pids.length), new TaskTimes(pids.length), new TaskTimes(pids.length)] as const;
  const sliceSince: number[][] = [];
  const waitSince: number[][] = [];
  const waitLength: number[][] = [];
  slices.forEach((own, lane) => {
    const [ran, waited] = [columnsOf(own), columnsOf(waits[lane]!)];
    const codes = [[], [], []] as [number[], number[], number[]];
    slicesSince(lane, ran, lasting[0], (i, since) => (codes[0][i] = sinceCode(own.since[i]!, since)));
    waitsSince(lane, ran, waited, lasting[1], (i, since) => (codes[1][i] = sinceCode(waits[lane]!.since[i]!, since)));
    codes[2].length = waited.last;
    waitLengths(lane, ran, waited, lasting[2], (i, length) => (codes[2][i] = length === waits[lane]!.length[i] ? 0 : waits[lane]!.length[i]!));
    sliceSince.push(codes[0]);
    waitSince.push(codes[1]);
    waitLength.push(codes[2]);
  });
  return [
    plain('lanes.slices', slices.map(({ start }) => start.length)),
    plain('lanes.waits', waits.map(({ start }) => start.length)),
    plain('slices.gap', slices.flatMap((lane) => gaps(lane.start, lane.length, window.startNs))),
    plain('slices.length', slices.flatMap(({ length }) => length)),
    plain('slices.task', all(slices, 'task')),
    plain('slices.end', all(slices, 'end')),
    plain('slices.since', sliceSince.flat()),
    plain('waits.gap', waits.flatMap(({ start }) => gaps(start, null, window.startNs))),
    plain('waits.length', waitLength.flat()),
    plain('waits.task', all(waits, 'task')),
    plain('waits.since', waitSince.flat()),
  ];
}

function columnsOf({ start, length, task }: Stretches): LaneColumns {
  return { start, end: start.map((at, i) => at + length[i]!), task, first: 0, last: start.length };
}

/** From the end of each stretch to the next, or with no lengths from its beginning. */
function gaps(start: readonly number[], length: readonly number[] | null, from: number): number[] {
  let previous = from;
  return start.map((at, i) => {
    const gap = at - previous;
    previous = length === null ? at : at + length[i]!;
    return gap;
  });
}
