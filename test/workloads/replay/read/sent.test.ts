import { describe, expect, it } from 'vitest';
import { type Events, WAKEUP, WAKING } from '../../../../src/workloads/replay/read/events.js';
import { sentWakeUps } from '../../../../src/workloads/replay/read/sent.js';

describe('wake-ups for which another CPU was interrupted', () => {
  it('are those whose task that CPU reports to be queued', () => {
    const rows = [[WAKING, 0, 7], [WAKING, 1, 8], [WAKEUP, 0, 7], [WAKEUP, 3, 8], [WAKEUP, 2, 9], [WAKING, 2, 9]];
    const column = (i: number): number[] => rows.map((row) => row[i]!);
    expect([...sentWakeUps({ rows: rows.length, kind: column(0), cpu: column(1), pid: column(2) } as unknown as Events)]).toEqual([1]);
  });
});
