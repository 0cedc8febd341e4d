import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soft_answer, task_is_hot } from '../../../../src/sim/kernel/balance/hot-rule.js';

describe('task_is_hot', () => {
  it('compares the time since it ran with the migration cost, strictly', () => {
    expect(task_is_hot(false, false, false, 0, 500_000, 499_999)).toBe(true);
    expect(task_is_hot(false, false, false, 0, 500_000, 500_000)).toBe(false);
    expect(task_is_hot(false, false, false, 0, 500_000, -1)).toBe(true);
  });

  it('knows the two special costs', () => {
    expect(task_is_hot(false, false, false, 0, -1, 2 ** 50)).toBe(true);
    expect(task_is_hot(false, false, false, 0, 0, 0)).toBe(false);
    expect(task_is_hot(false, false, false, 0, 0, -1)).toBe(false);
  });

  it('takes a buddy for hot only where the destination is busy', () => {
    expect(task_is_hot(false, false, true, 1, 0, 2 ** 50)).toBe(true);
    expect(task_is_hot(false, false, true, 0, 0, 0)).toBe(false);
  });

  it('is never so between siblings or for SCHED_IDLE, whatever the rest', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.nat(), fc.integer({ min: -1 }), fc.integer(), (other, buddy, nr, cost, delta) => {
        expect(task_is_hot(true, other, buddy, nr, cost, delta)).toBe(false);
        expect(task_is_hot(other, true, buddy, nr, cost, delta)).toBe(false);
      }),
    );
  });
});

describe('soft_answer', () => {
  it('moves a hot task only after more failures than tries', () => {
    expect(soft_answer(false, 0, 5)).toBe(1);
    expect(soft_answer(true, 1, 1)).toBe(0);
    expect(soft_answer(true, 2, 1)).toBe(2);
  });
});
