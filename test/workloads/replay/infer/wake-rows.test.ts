import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import type { Changes } from '../../../../src/workloads/replay/changes.js';
import { keepRowsTogether } from '../../../../src/workloads/replay/infer/wake-rows.js';

/** Task 0 wakes one task after the other with so much CPU time before each; @returns rows at which it goes into the kernel, and out. */
function rows(gaps: readonly number[], between: (log: ActionLog, at: number) => void = () => undefined): number[][] {
  const log = new ActionLog();
  gaps.forEach((ns, at) => {
    log.run(0, ns);
    between(log, at);
    log.add(0, Op.POST_SYNC, 1 + at, 1);
  });
  const changes: Changes = new Map();
  keepRowsTogether(log, 1 + gaps.length, changes);
  const post = [...log.code.subarray(0, log.rows).entries()].filter(([, code]) => code === Op.POST_SYNC).map(([row]) => row);
  const of = (code: number): number[] => [...changes].filter(([, ops]) => ops.some(([op]) => op === code)).map(([row]) => post.indexOf(row));
  return [of(Op.ENTER_KERNEL), of(Op.LEAVE_KERNEL)];
}

describe('keepRowsTogether', () => {
  it('takes wake-ups close to each other for one system call, with an interrupt in between', () => {
    expect(rows([90_000, 700, 3500, 800, 600, 700])).toEqual([[0], [5]]);
  });

  it('takes two rows far from each other for two', () => {
    expect(rows([0, 700, 700, 700, 50_000, 700, 700, 700])).toEqual([[0, 4], [3, 7]]);
  });

  it('leaves a task alone that has time for a system call of its own before each, or wakes few', () => {
    expect(rows([0, 1200, 1200, 1200, 1200])).toEqual([[], []]);
    expect(rows([0, 100, 100])).toEqual([[], []]);
  });

  it('ends a row where its task does something else', () => {
    expect(rows([0, 700, 700, 700, 700, 700], (log, at) => (at === 2 ? log.add(0, Op.WAIT, 0) : undefined))).toEqual([[2], [5]]);
  });
});
