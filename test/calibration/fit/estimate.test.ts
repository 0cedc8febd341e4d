import { describe, expect, it } from 'vitest';
import { less, quantile } from '../../../src/calibration/fit/estimate.js';
import { leastSquares } from '../../../src/calibration/fit/least-squares.js';
import { fitSearches } from '../../../src/calibration/fit/search-costs.js';

describe('quantile', () => {
  it('is the median with an interval of order statistics around it', () => {
    const samples = Array.from({ length: 101 }, (_, i) => 100 - i);
    expect(quantile(samples, 0.5)).toEqual({ value: 50, lo: 40, hi: 60, n: 101 });
  });

  it('says nothing of fewer than 20 samples', () => {
    expect(quantile(new Array<number>(19).fill(1), 0.5)).toBeNull();
  });

  it('loses what is taken off, down to 0', () => {
    expect(less({ value: 10, lo: 4, hi: null, n: 30 }, 6)).toEqual({ value: 4, lo: 0, hi: null, n: 30 });
    expect(less({ value: 10, lo: 4, hi: 12, n: 30 }, 20)).toEqual({ value: 0, lo: 0, hi: 0, n: 30 });
  });
});

describe('leastSquares', () => {
  it('finds the coefficients of exact observations', () => {
    const observations = [[1, 2], [1, 5], [1, 9]].map((x) => ({ x, y: 100 + 7 * x[1]!, weight: 10 }));
    const { values } = leastSquares(observations, [100, 7]);
    expect(values[0]).toBeCloseTo(100, 3);
    expect(values[1]).toBeCloseTo(7, 3);
  });

  it('keeps what was expected apart from what it can tell', () => {
    const observations = [{ x: [1, 1], y: 40, weight: 1000 }];
    const { values } = leastSquares(observations, [10, 10]);
    expect(values[0]).toBeCloseTo(20, 1);
    expect(values[1]).toBeCloseTo(20, 1);
  });
});

describe('fitSearches', () => {
  it('gets the costs back that searches were made of', () => {
    const costs = [400, 650, 150, 300, 1900];
    const event = 640;
    const groups = [];
    const ways = [
      [1, 2, 0, 0, 0], [1, 8, 1, 0, 0], [2, 10, 2, 2, 0], [1, 2, 1, 2, 1], [1, 8, 1, 3, 2], [2, 10, 1, 4, 1], [1, 8, 1, 2, 0],
    ] as const;
    for (const [balances, cpus, candidates, asked, moved] of ways) {
      const parts = [1, balances, cpus, asked, moved];
      const cost = parts.reduce((sum, n, i) => sum + n * costs[i]!, (balances + candidates + asked + 2 * moved) * event);
      groups.push({ balances, cpus, candidates, asked, moved, costs: new Array<number>(50).fill(cost) });
    }
    const { values, n } = fitSearches(groups, [500, 500, 100, 100, 1000], event);
    expect(n).toBe(350);
    for (const [i, value] of values.entries()) expect(Math.abs(value - costs[i]!) / costs[i]!).toBeLessThan(0.05);
  });
});
