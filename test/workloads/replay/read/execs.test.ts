import { describe, expect, it } from 'vitest';
import { EXEC, FORK, type Events } from '../../../../src/workloads/replay/read/events.js';
import { findExecs } from '../../../../src/workloads/replay/read/execs.js';

function events(rows: ReadonlyArray<readonly [ts: number, kind: number, pid: number]>): Events {
  const of = (at: 0 | 1 | 2): number[] => rows.map((row) => row[at]);
  const none = rows.map(() => 0);
  return { rows: rows.length, ts: of(0), kind: of(1), pid: of(2), cpu: none, a: none, b: none };
}

function searches(rows: ReadonlyArray<readonly [ts: number, flags: number, on: number, pid: number]>) {
  const of = (at: 0 | 1 | 2 | 3): number[] => rows.map((row) => row[at]);
  return { rows: rows.length, columns: { ts: of(0), wake_flags: of(1), on: of(2), pid: of(3) } };
}

describe('findExecs', () => {
  it('takes each exec for when it looked for a CPU, and its report for no other', () => {
    const found = findExecs(
      events([[100, EXEC, 5], [210, FORK, 5], [300, EXEC, 6], [310, EXEC, 5]]),
      searches([[20, 2, 3, 5], [90, 8, 1, 5], [205, 2, 2, 6], [206, 2, 0, 5]]),
    );
    expect(found).toMatchObject({ count: 3, ts: [20, 205, 206], cpu: [3, 2, 0], pid: [5, 6, 5] });
    expect([...found.reports]).toEqual([0, 2, 3]);
  });

  it('leaves a report alone that has no search of its own', () => {
    const found = findExecs(events([[100, EXEC, 5], [150, EXEC, 5]]), searches([[20, 2, 3, 5], [200, 2, 3, 5]]));
    expect([...found.reports]).toEqual([0]);
  });

  it('finds none in a recording without searches, or without those of exec()', () => {
    expect(findExecs(events([[100, EXEC, 5]]), undefined).count).toBe(0);
    expect(findExecs(events([[100, EXEC, 5]]), searches([[20, 8, 3, 5]])).reports.size).toBe(0);
  });
});
