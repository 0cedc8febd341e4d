import { describe, expect, it } from 'vitest';
import { walkQueues, type Stretches } from '../../../../src/report/timeline/build/queue-walk.js';
import { SLICE_END } from '../../../../src/report/timeline/format/run.js';
import { bundleOf, type EventRow } from '../busy-bundle.js';

/** Walks over events on two CPUs from 0 to 1000 ns. */
function walk(events: readonly EventRow[], from = 0, to = 1000, room = 1e6): ReturnType<typeof walkQueues> {
  return walkQueues(bundleOf(2, to, { events }).tables.events, 2, from, to, room);
}

/** Stretches as pid, start, length, since. */
function rows({ pids }: { readonly pids: readonly number[] }, { start, length, task, since }: Stretches): number[][] {
  return start.map((at, i) => [pids[task[i]!]!, at, length[i]!, since[i]!]);
}

describe('walkQueues', () => {
  it('finds who ran and who waited, and how long after it last ran there', () => {
    const found = walk([
      [100, 0, 'wakeup', 7, 0, 0],
      [110, 0, 'switch', 7, 0, 0],
      [150, 0, 'wakeup', 8, 0, 0],
      // 7 is preempted by 8, waits, and goes on when 8 blocks.
      [200, 0, 'switch', 8, 7, 0],
      [260, 0, 'switch', 7, 8, 1],
      [300, 0, 'switch', 0, 7, 1],
    ]);
    expect(rows(found, found.slices[0]!)).toEqual([[7, 110, 90, -1], [8, 200, 60, -1], [7, 260, 40, 60]]);
    expect(found.slices[0]!.end).toEqual([SLICE_END.preempted, SLICE_END.blocked, SLICE_END.blocked]);
    expect(rows(found, found.waits[0]!)).toEqual([[7, 100, 10, -1], [8, 150, 50, -1], [7, 200, 60, 0]]);
    expect(found.endNs).toBe(1000);
  });

  it('takes a waiting task along when it is moved, and then it is cold', () => {
    const found = walk([
      [100, 0, 'switch', 7, 0, 0],
      [200, 0, 'switch', 8, 7, 0],
      [250, 1, 'migrate', 7, 0, 1],
      [300, 1, 'switch', 7, 0, 0],
      [400, 1, 'switch', 0, 7, 1],
      [500, 1, 'wakeup', 7, 1, 0],
    ]);
    expect(rows(found, found.waits[0]!)).toEqual([[7, 200, 50, 0]]);
    expect(rows(found, found.waits[1]!)).toEqual([[7, 250, 50, -1], [7, 500, 500, 100]]);
    expect(rows(found, found.slices[1]!)).toEqual([[7, 300, 100, -1]]);
  });

  it('knows who ran before the first switch, and cuts what goes on at the end', () => {
    const found = walk([[400, 1, 'switch', 9, 5, 0]]);
    expect(rows(found, found.slices[1]!)).toEqual([[5, 0, 400, -1], [9, 400, 600, -1]]);
    expect(found.slices[1]!.end).toEqual([SLICE_END.preempted, SLICE_END.cut]);
    expect(rows(found, found.waits[1]!)).toEqual([[5, 400, 600, 0]]);
  });

  it('keeps what lies within a window, with its heat at the window’s beginning', () => {
    const events: EventRow[] = [[100, 0, 'switch', 7, 0, 0], [200, 0, 'switch', 8, 7, 0], [700, 0, 'switch', 7, 8, 1], [900, 0, 'switch', 0, 7, 1]];
    const found = walk(events, 300, 800);
    expect(rows(found, found.slices[0]!)).toEqual([[8, 300, 400, -1], [7, 700, 100, 500]]);
    expect(rows(found, found.waits[0]!)).toEqual([[7, 300, 400, 100]]);
  });

  it('ends where there is no more room', () => {
    const events = Array.from({ length: 50 }, (_, i): EventRow => [10 * i + 10, 0, 'switch', 1 + (i % 2), i === 0 ? 0 : 2 - (i % 2), 1]);
    const found = walk(events, 0, 1000, 10);
    expect(found.slices[0]!.start.length).toBeLessThanOrEqual(11);
    expect(found.endNs).toBeLessThan(200);
  });

  it('lets the stopper of every CPU run as one task without a state', () => {
    const found = walk([[100, 0, 'switch', -2, 0, 0], [110, 1, 'switch', -2, 0, 0], [120, 0, 'switch', 0, -2, 1], [150, 1, 'switch', 0, -2, 1]]);
    expect(found.slices.map((lane) => rows(found, lane))).toEqual([[[-2, 100, 20, -1]], [[-2, 110, 40, -1]]]);
    expect(found.waits.every(({ start }) => start.length === 0)).toBe(true);
  });
});
