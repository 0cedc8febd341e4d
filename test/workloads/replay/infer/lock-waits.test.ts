import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import { findLockWaits } from '../../../../src/workloads/replay/infer/lock-waits.js';
import type { Block } from '../../../../src/workloads/replay/infer/pools.js';
import type { Roster } from '../../../../src/workloads/replay/read/roster.js';

const NONE: ReadonlySet<number> = new Set();
/** Task 0 has the children 1…4; 5 and 6 are there from before; 7 is 5's. */
const roster = { parent: [-1, 0, 0, 0, 0, -1, -1, 5] } as unknown as Roster;

/** Who waits and for whom, in order, for 1, 2, … µs. */
function made(pairs: ReadonlyArray<readonly [task: number, waker: number]>): { log: ActionLog; waits: Block[] } {
  const log = new ActionLog();
  const waits = pairs.map(([task, waker], n) => {
    log.add(waker, Op.POST, task, 1);
    log.add(task, Op.WAIT, task);
    return { task, waker, ns: 1000 * (n + 1), row: log.rows - 1, post: log.rows - 2 };
  });
  return { log, waits };
}

const times = <T>(count: number, of: T): T[] => new Array<T>(count).fill(of);
const codes = (log: ActionLog): number[] => [...log.code.subarray(0, log.rows)];

describe('findLockWaits', () => {
  it('makes waits among threads into sleeps that end by themselves, or when the other one comes', () => {
    const { log, waits } = made([...times<[number, number]>(10, [1, 2]), ...times<[number, number]>(10, [3, 0])]);
    expect(findLockWaits(log, waits, roster, NONE, 5)).toBe(2);
    waits.forEach(({ task, ns, row, post }) => {
      const condition = task === 1 ? 5 : 6;
      expect([log.code[row], log.a[row], log.b[row]]).toEqual([Op.SLEEP, ns, condition + 1]);
      expect([log.code[post], log.a[post], log.b[post]]).toEqual([Op.SIGNAL, condition, 0]);
    });
  });

  it('leaves a parent waiting that each child lets go on for the first time', () => {
    const { log, waits } = made([[0, 1], [0, 2], ...times<[number, number]>(16, [0, 1])]);
    expect(findLockWaits(log, waits, roster, NONE, 0)).toBe(1);
    expect(codes(log)).toEqual([...times(2, [Op.POST, Op.WAIT]), ...times(16, [Op.SIGNAL, Op.SLEEP])].flat());
  });

  it.each([
    ['are few', times<[number, number]>(15, [1, 2]), NONE],
    ['are for one of another family', times<[number, number]>(20, [1, 5]), NONE],
    ['are among those whose parents nobody saw', times<[number, number]>(20, [5, 6]), NONE],
    ['are understood otherwise', times<[number, number]>(20, [1, 2]), new Set([2])],
  ])('leaves those alone that %s', (_, pairs, others) => {
    const { log, waits } = made(pairs);
    expect(findLockWaits(log, waits, roster, others, 0)).toBe(0);
    expect(new Set(codes(log))).toEqual(new Set([Op.POST, Op.WAIT]));
  });
});
