import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import type { Changes, Operation } from '../../../../src/workloads/replay/changes.js';
import type { Roster } from '../../../../src/workloads/replay/read/roster.js';
import { lookAtStop } from '../../../../src/workloads/replay/infer/stops.js';

const START = 1e9;
const TOLD = 50e6;

/** Task 0 runs `burstNs` in one go and exits `afterNs` after it was told; task 1 is of its kind, task 2 of another. */
function looks(burstNs: number, afterNs: number, work: (log: ActionLog) => void = () => undefined): Map<number, Operation[]> {
  const log = new ActionLog();
  log.now = START + 10e6;
  work(log);
  log.now = START + 60e6;
  log.run(0, burstNs);
  log.add(0, Op.EXIT);
  const changes: Changes = new Map();
  const exitTs = [START + TOLD + afterNs, START + 20e6, START + 20e6];
  const roster = { size: 3, info: [{ comm: 'work1' }, { comm: 'work2' }, { comm: 'else' }] } as unknown as Roster;
  lookAtStop(log, roster, { startTs: START, exitTs, killed: new Map([[0, TOLD], [1, TOLD], [2, TOLD]]) }, changes);
  const of = new Map<number, Operation[]>();
  for (const [row, operations] of changes) of.set(log.task[row]!, [...operations]);
  return of;
}

const ran = (operations: readonly Operation[]): number => operations.reduce((ns, [code, a]) => (code === Op.RUN ? ns + a : ns), 0);

describe('lookAtStop', () => {
  it('cuts a long burst into pieces with a look between each two, and none after the last', () => {
    const operations = looks(20.5e6, 1e6).get(0)!;
    expect(ran(operations)).toBe(20.5e6);
    expect(operations.filter(([code]) => code === Op.JUMP_AFTER)).toEqual(Array.from({ length: 20 }, () => [Op.JUMP_AFTER, TOLD, 0]));
    expect(operations[0]![0]).toBe(Op.RUN);
    expect(operations.at(-1)![0]).toBe(Op.RUN);
  });

  it('leaves tasks alone that finished what they were at: much of it came after they were told', () => {
    expect(looks(20e6, 6e6).size).toBe(0);
    expect(looks(20e6, 4.9e6).size).toBe(1);
    expect(looks(0.9e6, 0).size).toBe(0);
  });

  it('says nothing of a task that had stopped before', () => {
    expect(looks(20e6, -1e6).size).toBe(0);
  });

  it('cuts the bursts of all tasks of the kind, but not what is done under a lock', () => {
    const work = (task: number, locked: boolean) => (log: ActionLog) => {
      if (locked) log.add(task, Op.LOCK, 0);
      log.run(task, 5e6);
      log.add(task, locked ? Op.UNLOCK : Op.SLEEP, 0);
    };
    expect(ran(looks(20e6, 0, work(1, false)).get(1)!)).toBe(5e6);
    expect(looks(20e6, 0, work(1, true)).has(1)).toBe(false);
    expect(looks(20e6, 0, work(2, false)).has(2)).toBe(false);
  });
});
