import { describe, expect, it } from 'vitest';
import { SWITCH, WAKING, type Events } from '../../../../src/workloads/replay/read/events.js';
import { longLooks } from '../../../../src/workloads/replay/read/looks.js';

function events(rows: ReadonlyArray<readonly [ts: number, kind: number, pid: number, cpu: number]>): Events {
  const of = (at: 0 | 1 | 2 | 3): number[] => rows.map((row) => row[at]);
  const none = rows.map(() => 0);
  return { rows: rows.length, ts: of(0), kind: of(1), pid: of(2), cpu: of(3), a: none, b: none };
}

function searches(rows: ReadonlyArray<readonly [ts: number, flags: number, on: number, pid: number]>) {
  const of = (at: 0 | 1 | 2 | 3): number[] => rows.map((row) => row[at]);
  return { rows: rows.length, columns: { ts: of(0), wake_flags: of(1), on: of(2), pid: of(3) } };
}

describe('longLooks', () => {
  it('takes what a wake-up took beyond the usual, by the row in which it began, on whichever CPU others begin meanwhile', () => {
    const found = longLooks(
      events([[100, WAKING, 5, 1], [150, SWITCH, 9, 1], [200, WAKING, 6, 2], [3000, WAKING, 7, 1], [9000, WAKING, 8, 2]]),
      searches([[2100, 8, 1, 5], [2150, 0x18, 2, 6], [4300, 8, 1, 7], [40_000, 8, 2, 8]]),
      1300,
    );
    // The third took as long as usual, the last was interrupted.
    expect([...found]).toEqual([[0, 700], [2, 650]]);
  });

  it('leaves alone what is no wake-up of that task, and recordings without searches', () => {
    const woken = events([[100, WAKING, 5, 1]]);
    for (const other of [[2100, 2, 1, 5], [2100, 8, 1, 6], [2100, 8, 2, 5]] as const) expect(longLooks(woken, searches([other]), 1300).size).toBe(0);
    expect(longLooks(woken, undefined, 0).size).toBe(0);
  });
});
