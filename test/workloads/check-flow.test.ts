import { describe, expect, it } from 'vitest';
import { checkWorkload } from '../../src/workloads/check.js';
import { Op, raw } from './support/workloads.js';

const check = (...operations: Parameters<typeof raw>[0][number][]) => () => checkWorkload(raw(operations), 4);

describe('checkWorkload: paths', () => {
  it('refuses a program that runs off its end', () => {
    expect(check([Op.RUN, 1])).toThrow('operation 0 (RUN) runs off the end');
    expect(check([Op.EXIT], [Op.RUN, 1])).not.toThrow();
    expect(check([Op.FORK, 2, -1], [Op.EXIT], [Op.RUN, 1])).toThrow('operation 2 (RUN) runs off the end');
  });

  it('refuses a loop register that may not be set', () => {
    expect(check([Op.RUN, 1], [Op.LOOP_NEXT, 0, 0], [Op.EXIT])).toThrow('counts loop register 0, which may not be set');
    expect(check([Op.LOOP_SET, 0, 2], [Op.RUN, 1], [Op.LOOP_NEXT, 0, 1], [Op.EXIT])).not.toThrow();
    expect(check([Op.LOOP_SET, 1, 2], [Op.RUN, 1], [Op.LOOP_NEXT, 0, 1], [Op.EXIT])).toThrow('loop register 0');
  });

  it('follows mutexes', () => {
    expect(check([Op.LOCK, 0], [Op.UNLOCK, 0], [Op.EXIT])).not.toThrow();
    expect(check([Op.UNLOCK, 0], [Op.EXIT])).toThrow('operation 0 (UNLOCK) gives mutex 0 back, which the task may not hold');
    expect(check([Op.LOCK, 0], [Op.UNLOCK, 1], [Op.EXIT])).toThrow('gives mutex 1 back');
    expect(check([Op.LOCK, 0], [Op.LOCK, 0], [Op.EXIT])).toThrow(
      'operation 1 (LOCK) takes mutex 0, which the task already holds',
    );
    expect(check([Op.LOCK, 0], [Op.EXIT])).toThrow('operation 1 (EXIT) ends a task that still holds mutex 0');
    expect(check([Op.COND_WAIT, 0, 0], [Op.EXIT])).toThrow('gives mutex 0 back');
    expect(check([Op.COND_WAIT, 0, -1], [Op.EXIT])).not.toThrow();
    expect(check([Op.LOCK, 0], [Op.COND_WAIT, 0, 0], [Op.EXIT])).not.toThrow();
    expect(check([Op.LOCK, 0], [Op.COND_WAIT, 0, 0], [Op.UNLOCK, 0], [Op.EXIT])).toThrow('operation 2');
    // Held on the way in, not held on the way round.
    expect(check([Op.LOCK, 0], [Op.RUN, 1], [Op.UNLOCK, 0], [Op.JUMP, 1])).toThrow('operation 2 (UNLOCK)');
    expect(check([Op.LOCK, 0], [Op.RUN, 1], [Op.UNLOCK, 0], [Op.JUMP, 0])).not.toThrow();
  });
});

describe('checkWorkload: loops', () => {
  const endless = 'goes round for ever without running, sleeping or blocking';

  it('refuses loops that never run, sleep or block', () => {
    expect(check([Op.JUMP, 0])).toThrow(`the loop at operation 0 ${endless}`);
    expect(check([Op.RUN, 1], [Op.POST, 0, 1], [Op.MARK, 1], [Op.JUMP, 1])).toThrow(`the loop at operation 1 ${endless}`);
    expect(check([Op.RUN, 0], [Op.JUMP, 0])).toThrow(endless);
    expect(check([Op.YIELD], [Op.JUMP, 0])).toThrow(endless);
    expect(check([Op.LOCK, 0], [Op.UNLOCK, 0], [Op.JUMP, 0])).toThrow(endless);
    expect(check([Op.BARRIER, 0], [Op.JUMP, 0])).toThrow(endless);
    expect(check([Op.WAIT, 0], [Op.POST, 0, 1], [Op.JUMP, 0])).toThrow(endless);
    expect(check([Op.JOIN], [Op.JUMP, 0])).toThrow(endless);
    expect(check([Op.LOOP_SET, 0, 2], [Op.LOOP_NEXT, 0, 1], [Op.JUMP, 0])).toThrow(endless);
    // The counter is set again in each round.
    expect(check([Op.LOOP_SET, 0, 2], [Op.LOOP_NEXT, 0, 0], [Op.EXIT])).toThrow(endless);
  });

  it('takes loops that do', () => {
    expect(check([Op.RUN, 1], [Op.JUMP, 0])).not.toThrow();
    expect(check([Op.SLEEP, 1], [Op.JUMP, 0])).not.toThrow();
    expect(check([Op.TIMER, 1, 0], [Op.JUMP, 0])).not.toThrow();
    expect(check([Op.WAIT, 0], [Op.POST, 1, 1], [Op.JUMP, 0])).not.toThrow();
    expect(check([Op.COND_WAIT, 0, -1], [Op.JUMP, 0])).not.toThrow();
    expect(check([Op.BARRIER, 1], [Op.JUMP, 0])).not.toThrow();
    expect(check([Op.FORK, 3, -1], [Op.JOIN], [Op.JUMP, 0], [Op.EXIT])).not.toThrow();
    expect(check([Op.MARK, 1], [Op.RUN, 1], [Op.MARK, 1], [Op.JUMP, 0])).not.toThrow();
  });

  it('takes loops that are counted, unless they are absurdly long', () => {
    expect(check([Op.LOOP_SET, 0, 1000], [Op.POST, 0, 1], [Op.LOOP_NEXT, 0, 1], [Op.EXIT])).not.toThrow();
    expect(check([Op.LOOP_SET, 0, 2e6], [Op.POST, 0, 1], [Op.LOOP_NEXT, 0, 1], [Op.EXIT])).toThrow(
      'goes round 2000000 times',
    );
    expect(check([Op.LOOP_SET, 0, 2e9], [Op.RUN, 1], [Op.LOOP_NEXT, 0, 1], [Op.EXIT])).not.toThrow();
    const nested = (inner: number): Parameters<typeof raw>[0][number][] => [
      [Op.LOOP_SET, 0, 1000],
      [Op.LOOP_SET, 1, inner],
      [Op.POST, 0, 1],
      [Op.LOOP_NEXT, 1, 2],
      [Op.LOOP_NEXT, 0, 1],
      [Op.EXIT],
    ];
    expect(check(...nested(1000))).not.toThrow();
    expect(check(...nested(1001))).toThrow('goes round 1001000 times');
  });
});
