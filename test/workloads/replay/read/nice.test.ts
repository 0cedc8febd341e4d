import { describe, expect, it } from 'vitest';
import { niceOf } from '../../../../src/workloads/replay/read/nice.js';

describe('niceOf', () => {
  it.each([
    [100, -20],
    [120, 0],
    [139, 19],
    [-1, -20],
    [0, -20],
    [99, -20],
    [140, 19],
  ])('of priority %i is %i', (prio, nice) => {
    expect(niceOf(prio)).toBe(nice);
  });
});
