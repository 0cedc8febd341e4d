import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import { leaveToLast, type Crossing } from '../../../../src/workloads/replay/infer/last-comers.js';

const MEMBERS = [1, 2, 3, 4];

interface Rounds {
  readonly log: ActionLog;
  readonly crossings: Crossing[];
}

/** Rounds of two crossings: `serialNs` between them for `last` of the round, 3 µs for the others, then 400 µs for each. */
function rounds(count: number, last: (round: number) => number, serialNs: number): Rounds {
  const log = new ActionLog();
  const crossings: Crossing[] = [];
  const cross = (task: number): void => {
    crossings.push({ barrier: 0, last: task });
    for (const member of MEMBERS) log.add(member, Op.BARRIER, 0);
  };
  for (let round = 0; round < count; round++) {
    cross(last(round));
    for (const member of MEMBERS) log.run(member, member === last(round) ? serialNs : 3000 + member);
    cross(last(round));
    for (const member of MEMBERS) log.run(member, 400_000 + 1000 * ((round + member) % 5));
  }
  for (const member of MEMBERS) log.add(member, Op.EXIT);
  return { log, crossings };
}

/** Operand b of the BARRIERs of a task. */
function shares({ log }: Rounds, task: number): number[] {
  const found: number[] = [];
  for (let row = 0; row < log.rows; row++) if (log.task[row] === task && log.code[row] === Op.BARRIER) found.push(log.b[row]!);
  return found;
}

function total({ log }: Rounds, task: number): number {
  let ns = 0;
  for (let row = 0; row < log.rows; row++) if (log.task[row] === task && log.code[row] === Op.RUN) ns += log.a[row]!;
  return ns;
}

describe('leaveToLast', () => {
  it('takes the serial part from the task that came last, for whoever does', () => {
    const made = rounds(12, (round) => MEMBERS[round % 4]!, 43_000);
    const before = MEMBERS.map((task) => total(made, task));
    leaveToLast(made.log, made.crossings, [MEMBERS]);
    for (const task of MEMBERS) {
      const found = shares(made, task);
      expect(found.filter((_, at) => at % 2 === 1)).toEqual(new Array(12).fill(0));
      expect(found.filter((_, at) => at % 2 === 0).every((ns) => Math.abs(ns - 40_000) < 10)).toBe(true);
    }
    const taken = MEMBERS.map((task, at) => before[at]! - total(made, task));
    expect(taken.reduce((a, b) => a + b)).toBe(shares(made, 1).reduce((a, b) => a + b));
    expect(taken.every((ns) => Math.abs(ns - 3 * 40_000) < 30)).toBe(true);
  });

  it.each([
    ['one task that always does more', rounds(20, () => 3, 43_000)],
    ['work that is hardly longer', rounds(20, (round) => MEMBERS[round % 4]!, 5900)],
    ['few crossings', rounds(7, (round) => MEMBERS[round % 4]!, 43_000)],
  ])('leaves %s where it is', (_, made) => {
    leaveToLast(made.log, made.crossings, [MEMBERS]);
    for (const task of MEMBERS) expect(shares(made, task).every((ns) => ns === 0)).toBe(true);
  });

  it('leaves what somebody does besides running where it is', () => {
    const log = new ActionLog();
    const crossings: Crossing[] = [];
    for (let round = 0; round < 20; round++) {
      const last = MEMBERS[round % 4]!;
      crossings.push({ barrier: 0, last });
      for (const member of MEMBERS) log.add(member, Op.BARRIER, 0);
      log.run(last, 50_000);
      log.add(last, Op.SLEEP, 1000);
    }
    leaveToLast(log, crossings, [MEMBERS]);
    for (let row = 0; row < log.rows; row++) if (log.code[row] === Op.BARRIER) expect(log.b[row]).toBe(0);
  });
});
