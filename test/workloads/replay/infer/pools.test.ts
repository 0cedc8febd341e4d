import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import { findPools, NO_WAKER, type Block } from '../../../../src/workloads/replay/infer/pools.js';
import type { Roster } from '../../../../src/workloads/replay/read/roster.js';

const MS = 1_000_000;
const TASKS = 8;

/** Tasks 0…7 of one parent; those that `comms` does not name are called `w0`, `w1` and so on. */
function roster(comms: Readonly<Record<number, string>> = {}): Roster {
  const info = Array.from({ length: TASKS }, (_, task) => ({ comm: comms[task] ?? `w${task}` }));
  return { parent: new Array(TASKS).fill(100), info } as unknown as Roster;
}

interface Made {
  readonly log: ActionLog;
  readonly blocks: Block[];
}

/** Every task sleeps 20 times for 1…3 ms; every fifth block is ended after `waitNs` by `partner(task, n)` instead. */
function made(partner: (task: number, n: number) => number, waitNs = 1.1 * MS, sleeper = (_task: number): boolean => true): Made {
  const log = new ActionLog();
  const blocks: Block[] = [];
  for (let n = 0; n < 25; n++) {
    for (let task = 0; task < TASKS; task++) {
      if (n % 5 === 4) {
        const waker = partner(task, n);
        log.add(waker, Op.POST, task, 1);
        log.add(task, Op.WAIT, task);
        blocks.push({ task, waker, ns: waitNs, row: log.rows - 1, post: log.rows - 2 });
      } else if (sleeper(task)) {
        const ns = MS + ((n * 7 + task) % 20) * 0.1 * MS;
        log.add(task, Op.SLEEP, ns);
        blocks.push({ task, waker: NO_WAKER, ns, row: log.rows - 1, post: -1 });
      }
    }
  }
  return { log, blocks };
}

const anybody = (task: number, n: number): number => (task + 1 + ((n * 3 + task) % 7)) % TASKS;
const codes = ({ log }: Made): Set<number> => new Set(log.code.subarray(0, log.rows));

describe('findPools', () => {
  it('makes waits that any other may end into sleeps that a signal may end', () => {
    const it = made(anybody);
    expect(findPools(it.log, it.blocks, roster())).toBe(1);
    expect(codes(it)).toEqual(new Set([Op.SLEEP, Op.SIGNAL]));
    for (let row = 0; row < it.log.rows; row++) {
      if (it.log.code[row] === Op.SIGNAL) expect([it.log.a[row], it.log.b[row]]).toEqual([0, 0]);
      else expect(it.log.b[row]).toBe(1);
    }
    // Longer than it was, and a sleep of the task's own.
    for (const { ns, row, waker } of it.blocks) if (waker !== NO_WAKER) expect(it.log.a[row]).toBeGreaterThan(1.2 * ns);
  });

  it('tells kinds of tasks apart by parent and name', () => {
    const it = made((task, n) => (task + 2 * (1 + ((n + task) % 3))) % TASKS);
    const two = roster({ 1: 'v', 3: 'v', 5: 'v', 7: 'v' });
    expect(findPools(it.log, it.blocks, two)).toBe(2);
  });

  it.each([
    ['partners', made((task) => task ^ 1), roster()],
    ['servers, which sleep on no timer', made((task, n) => (task < 4 ? 4 + (n % 4) : n % 4), 1.1 * MS, (task) => task < 4), roster()],
    ['tasks of another kind', made(anybody), roster({ 1: 'v', 3: 'v', 5: 'v', 7: 'v' })],
    ['a lock, which others hold for a moment', made(anybody, 0.05 * MS), roster()],
    ['something that takes longer than any timer', made(anybody, 9 * MS), roster()],
  ])('leaves those alone that wait for %s', (_, it, tasks) => {
    expect(findPools(it.log, it.blocks, tasks)).toBe(0);
    expect(codes(it)).toEqual(codes(it).has(Op.SLEEP) ? new Set([Op.SLEEP, Op.POST, Op.WAIT]) : new Set());
    for (const { row } of it.blocks) expect(it.log.b[row]).toBe(0);
  });
});
