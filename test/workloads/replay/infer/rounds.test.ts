import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { changed, type Changes } from '../../../../src/workloads/replay/changes.js';
import { compile } from '../../../../src/workloads/replay/compile.js';
import { endInTime, goRoundInTime } from '../../../../src/workloads/replay/infer/rounds.js';
import { NO_PLAN, type Plan } from '../../../../src/workloads/replay/plan.js';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import type { Roster } from '../../../../src/workloads/replay/read/roster.js';

const MS = 1_000_000;
const START = 7 * MS;
/** Two parents, 0 and 1, with three children each. */
const CIRCLES = [[2, 3, 4], [5, 6, 7]];
const roster = { parent: [-1, -1, 0, 0, 0, 1, 1, 1] } as unknown as Roster;

/** Each circle crosses its barrier every so many ms, until so many ms after its birth; with what else its first member does. */
function circles(every: readonly number[], until: readonly number[], between?: (log: ActionLog, task: number) => void): ActionLog {
  const log = new ActionLog();
  const at: [number, () => void][] = [];
  CIRCLES.forEach((members, circle) => {
    for (const task of members) at.push([0, () => log.add(circle, Op.FORK, task)]);
    for (let ms = every[circle]!; ms <= until[circle]!; ms += every[circle]!) {
      at.push([ms, () => {
        for (const task of members) {
          log.run(task, every[circle]! * MS - 1000 * task);
          if (task === members[0]) between?.(log, task);
          log.add(task, Op.BARRIER, circle, task === members[1] ? 500 : 0);
        }
      }]);
    }
    for (const task of members) at.push([until[circle]! + 1, () => {
      log.run(task, 2000);
      log.add(task, Op.EXIT);
    }]);
  });
  at.sort((x, y) => x[0] - y[0]);
  for (const [ms, does] of at) {
    log.now = START + ms * MS;
    does();
  }
  for (const parent of [0, 1]) log.add(parent, Op.EXIT);
  return log;
}

const plan = (more: Partial<Plan> = {}): Plan => ({ ...NO_PLAN, barriers: CIRCLES, ...more });

function found(log: ActionLog, of: Plan): { tasks: readonly number[]; changes: Changes } {
  const changes: Changes = new Map();
  return { tasks: [...endInTime(log, roster, of, START, changes)].sort((x, y) => x - y), changes };
}

describe('endInTime', () => {
  it('two circles of different parents that lived as long, however often they went round, ended because of the time', () => {
    const log = circles([3, 10], [600, 600]);
    const { tasks, changes } = found(log, plan());
    expect(tasks).toEqual(CIRCLES.flat());
    const out = changed(log, changes);
    for (let row = 0; row < out.rows; row++) {
      if (out.code[row] !== Op.BARRIER) continue;
      const circle = out.a[row]!;
      expect(out.b[row]).toBe(out.task[row] === CIRCLES[circle]![1] ? 500 : 0);
      // After the crossing before the last one, at the latest with the last one.
      const next = [...Array(out.rows).keys()].find((at) => at > row && out.task[at] === out.task[row])!;
      expect([out.code[next], out.a[next]]).toEqual([Op.JUMP_CROSSED, [598.5, 595][circle]! * MS]);
    }
  });

  it.each<[string, ActionLog, Plan]>([
    ['one lived for longer than the other', circles([3, 10], [600, 660]), plan()],
    ['there is only one', circles([3, 10], [600, 600]), plan({ barriers: [CIRCLES[0]!] })],
    ['one goes on when the recording ends', circles([3, 10], [600, 600]), plan({ goingOn: new Set([CIRCLES[1]![0]!]) })],
    ['a member waits for somebody else between its crossings', circles([3, 10], [600, 600], (log, task) => log.add(task, Op.SLEEP, 10)), plan()],
  ])('nothing is known of when they end where %s', (_, log, of) => {
    expect(found(log, of)).toEqual({ tasks: [], changes: new Map() });
  });

  it('a circle that others outlived the crossing before the last one of ended when they did, and came to its last one later', () => {
    const { tasks, changes } = found(circles([3, 60], [618, 660]), plan());
    expect(tasks).toEqual(CIRCLES[1]);
    const times = [...changes.values()].flat().filter(([code]) => code === Op.JUMP_CROSSED).map(([, time]) => time);
    expect([...new Set(times)]).toEqual([618 * MS]);
  });

  it.each<[string, Partial<Plan>]>([
    ['run until a deadline', { deadlines: new Map([[5, 598 * MS], [6, 604 * MS]]) }],
    ['are told to stop', { killed: new Map([[5, 603 * MS], [6, 603 * MS]]) }],
  ])('one is enough where others of another parent %s after the same time', (_, more) => {
    const log = circles([3, 10], [600, 600]);
    expect(found(log, plan({ barriers: [CIRCLES[0]!], ...more })).tasks).toEqual(CIRCLES[0]);
  });

  it('each goes back to its last quarter from its last crossing, and leaves from any to what follows', () => {
    const log = circles([3, 10], [600, 600]);
    const { tasks, changes } = found(log, plan());
    const out = changed(log, changes);
    const { program, entry } = compile(out, Int32Array.from(roster.parent, (_, task) => task));
    goRoundInTime(program, entry, new Set(tasks));
    const { code, a, b } = program;
    for (const task of tasks) {
      let end = entry[task]!;
      while (code[end] !== Op.EXIT) end++;
      expect([...code.subarray(end - 4, end)]).toEqual([Op.BARRIER, Op.JUMP_CROSSED, Op.JUMP, Op.RUN]);
      const back = end - 2;
      expect(code[a[back]! - 1]).toBe(Op.JUMP_CROSSED);
      expect((back - a[back]!) / (back - entry[task]!)).toBeCloseTo(0.25, 1);
      for (let at = entry[task]!; at < back; at++) if (code[at] === Op.JUMP_CROSSED) expect(b[at]).toBe(back + 1);
    }
  });
});
