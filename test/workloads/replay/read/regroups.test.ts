import { describe, expect, it } from 'vitest';
import type { BundleContents } from '../../../../src/bundle/tables/contents.js';
import { EXEC, FORK, GROUP, type Events } from '../../../../src/workloads/replay/read/events.js';
import { NO_EXECS } from '../../../../src/workloads/replay/read/execs.js';
import { findRegroups } from '../../../../src/workloads/replay/read/regroups.js';

const CPU = 3;
const PARENT = 10;
const CHILD = 11;
const OTHER = 12;

function found(
  list: ReadonlyArray<readonly [ts: number, kind: number, pid: number, a: number]>,
  placed: ReadonlyArray<readonly [ts: number, pid: number, tg: number, initial: number]>,
) {
  const of = (at: 0 | 1 | 2 | 3): number[] => list.map((row) => row[at]);
  const events: Events = { rows: list.length, ts: of(0), kind: of(1), pid: of(2), a: of(3), b: of(3), cpu: list.map(() => CPU) };
  const column = (at: 0 | 1 | 2 | 3): number[] => placed.map((row) => row[at]);
  const places = { rows: placed.length, columns: { ts: column(0), pid: column(1), tg: column(2), initial: column(3) } };
  const tasks = [{ pid: PARENT, group: 0 }, { pid: CHILD, group: 2 }];
  return findRegroups({ manifest: { groups: [{ id: 2 }] }, instrument: { places }, tasks } as unknown as BundleContents, events, NO_EXECS);
}

describe('groups that forks show', () => {
  it('are the parent\'s since it called exec()', () => {
    const events = [[50, EXEC, PARENT, -1], [90, EXEC, PARENT, -1], [205, FORK, PARENT, CHILD], [305, FORK, PARENT, OTHER]] as const;
    expect(found(events, [[200, CHILD, 2, 1], [300, OTHER, 2, 1]])).toEqual([{ ts: 90, pid: PARENT, cpu: CPU, group: 2 }]);
  });

  it('are the parent\'s from the fork on where it was seen in the old group since', () => {
    const events = [[90, EXEC, PARENT, -1], [205, FORK, PARENT, CHILD]] as const;
    expect(found(events, [[100, PARENT, 0, 0], [200, CHILD, 2, 1]])).toEqual([{ ts: 205, pid: PARENT, cpu: CPU, group: 2 }]);
  });

  it('are no news where the recording says so itself', () => {
    const events = [[80, GROUP, PARENT, 2], [205, FORK, PARENT, CHILD]] as const;
    expect(found(events, [[200, CHILD, 2, 1]])).toEqual([]);
    expect(found([[205, FORK, PARENT, OTHER]], [[200, OTHER, 0, 1]])).toEqual([]);
  });

  it('are not told where no placement is recorded', () => {
    expect(found([[205, FORK, PARENT, CHILD]], [])).toEqual([]);
  });
});
