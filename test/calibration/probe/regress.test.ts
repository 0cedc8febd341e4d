import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refillNs, type Shape } from '../../../src/calibration/probe/formula.js';
import { median, quantile, solveCurve } from '../../../src/calibration/probe/regress.js';
import { sizesUpTo } from './synthetic.js';

const SIZES = { privateBytes: 2 ** 20, llcBytes: 2 ** 24 };
const BYTES = sizesUpTo(2 ** 25);

describe('solveCurve', () => {
  it('gets exact data back, whatever the weights', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Shape>('near', 'far'),
        fc.double({ min: 1, max: 1e4, noNaN: true }),
        fc.double({ min: 0.001, max: 10, noNaN: true }),
        fc.double({ min: 0.001, max: 10, noNaN: true }),
        fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: BYTES.length, maxLength: BYTES.length }),
        (shape, offset, inner, outer, weights) => {
          const truth = [offset, inner, shape === 'near' ? 0 : outer] as const;
          const ns = BYTES.map((bytes) => refillNs(shape, bytes, SIZES, truth));
          const { coefficients } = solveCurve(shape, BYTES, ns, weights, SIZES);
          BYTES.forEach((bytes, i) => {
            const fitted = refillNs(shape, bytes, SIZES, coefficients);
            expect(Math.abs(fitted - ns[i]!)).toBeLessThan(1e-5 * (Math.abs(ns[i]!) + 1));
          });
        },
      ),
    );
  });

  it('is no worse than its neighbours', () => {
    const ns = BYTES.map((bytes, i) => bytes * 0.1 + (i % 3) * 50);
    const weights = BYTES.map((_, i) => 1 + (i % 4));
    const { coefficients, loss } = solveCurve('near', BYTES, ns, weights, SIZES);
    const lossOf = (offset: number, inner: number): number =>
      BYTES.reduce((sum, b, i) => sum + weights[i]! * (ns[i]! - refillNs('near', b, SIZES, [offset, inner, 0])) ** 2, 0);
    expect(loss / lossOf(coefficients[0], coefficients[1])).toBeCloseTo(1, 6);
    for (const [a, b] of [[1, 0], [-1, 0], [0, 1e-4], [0, -1e-4]] as const) {
      expect(lossOf(coefficients[0] + a, coefficients[1] + b)).toBeGreaterThan(loss);
    }
  });

  it('leaves what cannot be told at 0: nothing, one point, all sizes within the private cache', () => {
    expect(solveCurve('near', [], [], [], SIZES).coefficients).toEqual([0, 0, 0]);
    expect(solveCurve('near', [4096], [7], [1], SIZES).coefficients).toEqual([7, 0, 0]);
    const small = [4096, 8192, 16384];
    const [, inner, outer] = solveCurve('far', small, small, [1, 1, 1], SIZES).coefficients;
    expect(inner).toBeCloseTo(1, 9);
    expect(outer).toBe(0);
  });
});

describe('quantile', () => {
  it('interpolates and sorts by number', () => {
    expect(median([10, 9, 100])).toBe(10);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([5], 0.975)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
