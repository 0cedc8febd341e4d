import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kendallTau, tauB } from '../../../src/experiment/stats/kendall.js';

describe('kendallTau', () => {
  it('is what it is known to be', () => {
    expect(kendallTau([1, 2, 3, 4], [1, 2, 3, 4])).toBe(1);
    expect(kendallTau([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1);
    // Two of six pairs are reversed.
    expect(kendallTau([1, 2, 3, 4], [1, 4, 2, 3])).toBeCloseTo(1 / 3, 12);
    // The example in the documentation of scipy.stats.kendalltau, which has ties in both.
    expect(kendallTau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.4714045207910316, 12);
    // With ties: C = 4, D = 0, one pair tied in each of n = 6: (4 − 0) / √(5 · 5).
    expect(kendallTau([1, 1, 2, 3], [1, 2, 3, 3])).toBeCloseTo(4 / 5, 12);
  });

  it('is none where a ranking has no order', () => {
    expect(kendallTau([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(kendallTau([5], [3])).toBeNull();
    expect(tauB([])).toBeNull();
  });

  it('lies within ±1, turns round with a ranking, and does not care for the scale', () => {
    const numbers = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(numbers, (pairs) => {
        const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const tau = kendallTau(x, y);
        if (tau === null) return;
        expect(Math.abs(tau)).toBeLessThanOrEqual(1 + 1e-12);
        expect(kendallTau(y, x)).toBeCloseTo(tau, 12);
        expect(kendallTau(x.map((a) => -a), y)).toBeCloseTo(-tau, 12);
        expect(kendallTau(x.map((a) => 3 * a + 1), y)).toBe(tau);
      }),
    );
  });
});
