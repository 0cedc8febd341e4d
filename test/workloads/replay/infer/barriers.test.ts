import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import { findBarriers } from '../../../../src/workloads/replay/infer/barriers.js';

/** `waker` wakes the others in a row. */
function train(log: ActionLog, waker: number, others: readonly number[], workNs = 1000): void {
  for (const task of others) {
    log.run(waker, workNs);
    log.add(waker, Op.POST, task, 1);
    log.add(task, Op.WAIT, task);
  }
}

const others = (members: readonly number[], waker: number): number[] => members.filter((task) => task !== waker);

describe('findBarriers', () => {
  const members = [1, 2, 3, 4];

  it('finds tasks that wake all others in turn, and numbers the wake-ups that are one crossing', () => {
    const log = new ActionLog();
    for (let round = 0; round < 12; round++) train(log, members[round % 4]!, others(members, members[round % 4]!));
    const found = findBarriers(log, 6);
    expect(found.members).toEqual([members]);
    expect([...found.crossings.keys()]).toEqual(Array.from({ length: 12 }, (_, round) => 3 * round));
    expect(found.dropped.size).toBe(24);
    expect(found.dropped.has(0)).toBe(false);
  });

  it('takes a crossing that finds one member awake for one, too', () => {
    const log = new ActionLog();
    for (let round = 0; round < 12; round++) {
      const waker = members[round % 4]!;
      train(log, waker, others(members, waker).slice(round % 3 === 0 ? 1 : 0));
    }
    expect(findBarriers(log, 6).crossings.size).toBe(12);
  });

  it('takes tasks of which only two ever come last for a barrier, too', () => {
    const log = new ActionLog();
    for (let round = 0; round < 12; round++) train(log, members[round % 2]!, others(members, members[round % 2]!));
    expect(findBarriers(log, 6).crossings.size).toBe(12);
  });

  it('tells two crossings in a row by the same last task apart', () => {
    const log = new ActionLog();
    for (let round = 0; round < 12; round++) {
      const waker = members[round % 4]!;
      train(log, waker, others(members, waker));
      train(log, waker, others(members, waker));
    }
    expect(findBarriers(log, 6).crossings.size).toBe(24);
  });

  it('takes a pool that one task feeds for none, nor tasks that wake one another singly', () => {
    const pool = new ActionLog();
    for (let round = 0; round < 40; round++) train(pool, 1, [2, 3, 4]);
    expect(findBarriers(pool, 6).members).toEqual([]);
    const chain = new ActionLog();
    for (let round = 0; round < 80; round++) train(chain, members[round % 4]!, [members[(round + 1) % 4]!], 50_000);
    expect(findBarriers(chain, 6).members).toEqual([]);
  });

  it('takes one broadcast for none', () => {
    const log = new ActionLog();
    train(log, 1, [2, 3, 4]);
    expect(findBarriers(log, 6)).toEqual({ members: [], crossings: new Map(), dropped: new Set() });
  });
});
