import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { extractWorkload } from '../../../../src/workloads/replay/extract.js';
import { execute } from './executor.js';
import { tokenBalance } from './programs.js';
import { IDLE, R, Recording, S } from './recording.js';

/** Two tasks that hand a token to and fro: 30 ns, then 5 + 30 ns, then 20 ns. */
const pingPong = (): Recording =>
  new Recording(2)
    .task(1)
    .task(2)
    .to(0, 0, IDLE, R, 1)
    .wake(30, 0, 2)
    .to(35, 1, IDLE, R, 2)
    .to(40, 0, 1, S, IDLE)
    .wake(65, 1, 1)
    .to(66, 0, IDLE, R, 1)
    .to(70, 1, 2, S, IDLE)
    .to(86, 0, 1, S, IDLE);

describe('the reference executor', () => {
  it('ends when the longest chain of bursts does', () => {
    const { workload } = extractWorkload(pingPong().contents());
    expect(execute(workload)).toEqual({ endNs: 80, born: 2, exited: 2, left: 0, runNs: 95 });
  });

  it('leaves a task behind whose token nobody posts, and tells of tokens that nobody takes', () => {
    for (const [from, to, exited, left] of [
      [Op.POST, Op.EXEC, 0, 0],
      [Op.WAIT, Op.EXEC, 2, 1],
    ] as const) {
      const { workload } = extractWorkload(pingPong().contents());
      const { code } = workload.program;
      code[code.indexOf(from)] = to;
      const run = execute(workload);
      expect([run.exited, run.left]).toEqual([exited, left]);
      expect(tokenBalance(workload).some((balance) => balance !== 0)).toBe(true);
    }
  });
});
