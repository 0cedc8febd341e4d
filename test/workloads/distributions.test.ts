import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bimodal, constant, exponential, logNormal, meanOf, mixture, uniform } from '../../src/workloads/distributions.js';

const ns = fc.integer({ min: 0, max: 1e12 });
const real = (max: number): fc.Arbitrary<number> => fc.double({ min: 0, max, noNaN: true });

describe('distributions', () => {
  it('are 257 ascending whole numbers', () => {
    fc.assert(
      fc.property(ns, ns, real(4), real(1), (x, y, sigma, share) => {
        const [low, high] = [Math.min(x, y), Math.max(x, y)];
        const tables = [constant(x), uniform(low, high), exponential(x), logNormal(x, sigma)];
        for (const table of [...tables, bimodal(tables[1]!, tables[3]!, share)]) {
          expect(table.length).toBe(257);
          table.forEach((value, i) => {
            expect(Number.isSafeInteger(value)).toBe(true);
            expect(value).toBeGreaterThanOrEqual(i === 0 ? 0 : table[i - 1]!);
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('have the values that the formulas give', () => {
    const even = uniform(1000, 2000);
    expect([even[0], even[128], even[256]]).toEqual([1000, 1500, 2000]);
    // Both tails are scaled to the mean, so that ratios between quantiles are what is left of the formula.
    const decay = exponential(1e9);
    expect(decay[0]).toBe(0);
    expect(decay[192]! / decay[128]!).toBeCloseTo(Math.log(4) / Math.log(2), 7);
    expect(decay[256]! / decay[128]!).toBeCloseTo(Math.log(1024) / Math.log(2), 7);
    const hump = logNormal(1e9, 0.5);
    expect(Math.log(hump[192]! / hump[128]!)).toBeCloseTo(0.5 * 0.6744897501960817, 7);
    expect(hump[64]! / hump[128]!).toBeCloseTo(hump[128]! / hump[192]!, 7);
  });

  it('have the mean that was asked for', () => {
    expect(meanOf(constant(7))).toBe(7);
    for (const mean of [1e3, 1e6, 1e9]) {
      expect(meanOf(exponential(mean)) / mean).toBeCloseTo(1, 3);
      expect(meanOf(logNormal(mean, 0.8)) / mean).toBeCloseTo(1, 3);
      expect(meanOf(bimodal(exponential(mean), constant(3 * mean), 0.25)) / mean).toBeCloseTo(1.5, 2);
    }
  });

  it('mixes in the given shares', () => {
    const two = bimodal(constant(10), constant(1000), 0.25);
    expect([two[0], two[190], two[194], two[256]]).toEqual([10, 10, 1000, 1000]);
    expect(mixture([constant(5), constant(9)], [0, 3])).toEqual(constant(9));
    const same = uniform(0, 256_000);
    mixture([same, same], [1, 2]).forEach((value, i) => expect(Math.abs(value - same[i]!)).toBeLessThanOrEqual(1));
  });

  it('refuses what makes no sense', () => {
    expect(() => uniform(2, 1)).toThrow('above');
    expect(() => constant(-1)).toThrow('out of range');
    expect(() => constant(NaN)).toThrow('out of range');
    expect(() => logNormal(1, 5)).toThrow('sigma');
    expect(() => mixture([], [])).toThrow('nothing to mix');
    expect(() => mixture([constant(1)], [-1])).toThrow('below 0');
  });
});
