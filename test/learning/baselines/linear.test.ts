import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solvePositive } from '../../../src/learning/baselines/linear.js';

describe('a system with a symmetric positive definite matrix', () => {
  it('is solved as by hand', () => {
    const x = solvePositive(Float64Array.of(4, 0, 2, 3), Float64Array.of(8, 7));
    expect(x[0]).toBeCloseTo(1.25, 14);
    expect(x[1]).toBeCloseTo(1.5, 14);
  });

  it('gives back what was multiplied', () => {
    const value = fc.integer({ min: -9, max: 9 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value), { minLength: 3, maxLength: 8 }), fc.tuple(value, value, value), (rows, x) => {
        // AᵀA + I is positive definite whatever A is.
        const matrix = Float64Array.from({ length: 9 }, (_, at) => {
          const [i, j] = [Math.floor(at / 3), at % 3];
          return rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 1 : 0);
        });
        const b = Float64Array.from({ length: 3 }, (_, i) => x.reduce((sum, xj, j) => sum + matrix[3 * i + j]! * xj, 0));
        solvePositive(matrix, b).forEach((found, i) => expect(found).toBeCloseTo(x[i]!, 6));
      }),
    );
  });
});
