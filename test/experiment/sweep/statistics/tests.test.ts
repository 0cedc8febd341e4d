import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm, meanInterval, pValue } from '../../../../src/experiment/sweep/statistics/tests.js';
import { Stream } from '../../../../src/sim/engine/rng.js';

describe('Holm', () => {
  it('corrects as in the textbook', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  it('keeps the order, makes no p smaller and none larger than Bonferroni does', () => {
    const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(fc.property(ps, (given) => {
      const adjusted = holm(given);
      given.forEach((p, i) => {
        expect(adjusted[i]! >= p).toBe(true);
        expect(adjusted[i]! <= Math.min(1, p * given.length)).toBe(true);
        given.forEach((q, j) => {
          if (p < q) expect(adjusted[i]! <= adjusted[j]!).toBe(true);
        });
      });
    }));
  });

  it('calls nothing a difference where there is none, in all but one of twenty families', () => {
    const stream = new Stream(1, 'null');
    let families = 0;
    for (let family = 0; family < 400; family++) {
      const ps = Array.from({ length: 10 }, () => pValue(Array.from({ length: 8 }, () => gauss(stream))));
      if (holm(ps).some((p) => p < 0.05)) families += 1;
    }
    // 400 · 0.05 = 20 with a deviation of 4.4.
    expect(families).toBeLessThan(34);
    expect(families).toBeGreaterThan(7);
  });
});

describe('p of paired differences', () => {
  it('is that of the t table', () => {
    // t = mean / (s / √n) = 3 / (1.5811 / √5) = 4.2426 with 4 degrees of freedom: p = 0.01324.
    expect(pValue([1, 2, 3, 4, 5])).toBeCloseTo(0.01324, 4);
  });

  it('is 1 of nothing, of one value and of a mean of 0, and 0 of differences that are all the same', () => {
    expect([[], [3], [-1, 1]].map(pValue)).toEqual([1, 1, 1]);
    expect(pValue([2, 2, 2])).toBe(0);
  });
});

describe('the interval of a mean', () => {
  it.each([5, 40])('holds the true mean in about 95 of 100 samples of %i', (n) => {
    const stream = new Stream(2, 'cover');
    let held = 0;
    for (let i = 0; i < 200; i++) {
      const { lo, hi } = meanInterval(Array.from({ length: n }, () => 7 + gauss(stream)))!;
      if (lo <= 7 && hi >= 7) held += 1;
    }
    expect(held).toBeGreaterThan(180);
  });
});

/** About normal: the sum of twelve uniform numbers. */
function gauss(stream: Stream): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += stream.uint32() / 2 ** 32;
  return sum;
}
