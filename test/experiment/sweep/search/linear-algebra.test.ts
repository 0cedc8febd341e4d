import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eigen, norm, times, transposed } from '../../../../src/experiment/sweep/search/linear-algebra.js';

describe('eigenvalues', () => {
  it('are those of a matrix that is known', () => {
    const { values } = eigen([[2, 1], [1, 2]]);
    expect([...values].sort((a, b) => a - b)).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)]);
  });

  it('and vectors fulfil A v = λ v, and the vectors are orthonormal', () => {
    const entry = fc.double({ min: -10, max: 10, noNaN: true });
    const matrix = fc.integer({ min: 1, max: 6 }).chain((n) => fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: n, maxLength: n }));
    fc.assert(fc.property(matrix, (rows) => {
      const symmetric = rows.map((row, i) => row.map((value, j) => value + rows[j]![i]!));
      const { values, vectors } = eigen(symmetric);
      transposed(vectors).forEach((v, k) => {
        expect(norm(v)).toBeCloseTo(1, 9);
        const image = times(symmetric, v);
        image.forEach((value, i) => expect(value).toBeCloseTo(values[k]! * v[i]!, 6));
      });
    }), { numRuns: 50 });
  });
});
