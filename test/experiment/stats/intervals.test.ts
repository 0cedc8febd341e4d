import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, deviation, judgedInterval, mean, tInterval } from '../../../src/experiment/stats/intervals.js';
import { Stream } from '../../../src/sim/engine/rng.js';

/** About normal: the sum of twelve uniform draws, mean 0, deviation 1. */
function normal(stream: Stream): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += stream.uint32() / 2 ** 32;
  return sum;
}

/** Skewed: exponential with mean 1, less 1. */
function skewed(stream: Stream): number {
  return -Math.log((stream.uint32() + 1) / (2 ** 32 + 1)) - 1;
}

/** Share of 2000 samples of size n whose interval holds the true mean, 0. */
function coverage(n: number, draw: (stream: Stream) => number, interval: typeof judgedInterval, trials: number): number {
  const stream = new Stream(7, 'coverage');
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    const values = Array.from({ length: n }, () => draw(stream));
    const { lo, hi } = interval(values, trial)!;
    if (lo <= 0 && hi >= 0) held += 1;
  }
  return held / trials;
}

describe('intervals', () => {
  it('equal a t interval computed by hand', () => {
    // Student's own sleep data: differences of two drugs in ten patients; 0.70 to 2.46 hours in every textbook.
    const values = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];
    expect(mean(values)).toBeCloseTo(1.58, 12);
    expect(deviation(values)).toBeCloseTo(1.229995, 6);
    const { lo, hi } = tInterval(values)!;
    expect(lo).toBeCloseTo(0.7001, 4);
    expect(hi).toBeCloseTo(2.4599, 4);
  });

  it('cover the true mean as often as they say where the differences are normal', () => {
    for (const n of [3, 5, 10, 30]) {
      const share = coverage(n, normal, (values) => tInterval(values), 4000);
      expect(share).toBeGreaterThan(0.94);
      expect(share).toBeLessThan(0.96);
    }
  });

  it('are wide enough for few pairs, where the bootstrap alone is not', () => {
    const alone = coverage(5, normal, (values, seed) => bootstrapInterval(values, seed, 0.95, 400), 800);
    expect(alone).toBeLessThan(0.9);
    expect(coverage(5, normal, judgedInterval, 400)).toBeGreaterThan(0.93);
    expect(coverage(10, skewed, judgedInterval, 400)).toBeGreaterThan(0.87);
  });

  it('are the same whenever they are computed, and shift with the values', () => {
    const value = fc.integer({ min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 12 }), value, (values, by) => {
        const first = judgedInterval(values, 3)!;
        expect(judgedInterval(values, 3)).toEqual(first);
        const shifted = judgedInterval(values.map((v) => v + by), 3)!;
        expect(shifted.lo).toBeCloseTo(first.lo + by, 3);
        expect(shifted.hi).toBeCloseTo(first.hi + by, 3);
        expect(first.lo).toBeLessThanOrEqual(mean(values));
        expect(first.hi).toBeGreaterThanOrEqual(mean(values));
      }),
      { numRuns: 50 },
    );
  });

  it('do not exist for a single pair', () => {
    expect(judgedInterval([5], 1)).toBeNull();
  });
});
