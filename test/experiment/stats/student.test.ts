import { describe, expect, it } from 'vitest';
import { studentMass, studentQuantile } from '../../../src/experiment/stats/student.js';

/** Two-sided 95 % and 99 % points, from the printed tables. */
const TABLE: ReadonlyArray<readonly [number, number, number]> = [
  [1, 12.7062, 63.6567],
  [2, 4.3027, 9.9248],
  [3, 3.1824, 5.8409],
  [4, 2.7764, 4.6041],
  [5, 2.5706, 4.0321],
  [7, 2.3646, 3.4995],
  [9, 2.2622, 3.2498],
  [10, 2.2281, 3.1693],
  [19, 2.093, 2.8609],
  [30, 2.0423, 2.75],
  [60, 2.0003, 2.6603],
  [120, 1.9799, 2.6174],
  [1000, 1.9623, 2.5808],
];

describe('Student quantiles', () => {
  it.each(TABLE)('agree with the tables for %i degrees of freedom', (df, p95, p99) => {
    expect(studentQuantile(df, 0.95)).toBeCloseTo(p95, 3.5);
    expect(studentQuantile(df, 0.99)).toBeCloseTo(p99, 3.5);
  });

  it('invert the mass', () => {
    for (let df = 1; df <= 40; df++) expect(studentMass(studentQuantile(df, 0.9), df)).toBeCloseTo(0.9, 12);
  });

  it('grow with the level and fall with the degrees of freedom', () => {
    for (let df = 1; df < 50; df++) {
      expect(studentQuantile(df, 0.95)).toBeGreaterThan(studentQuantile(df + 1, 0.95));
      expect(studentQuantile(df, 0.99)).toBeGreaterThan(studentQuantile(df, 0.95));
    }
  });

  it('give the closed forms of one and two degrees of freedom', () => {
    expect(studentMass(1, 1)).toBeCloseTo(0.5, 14);
    expect(studentMass(Math.SQRT2, 2)).toBeCloseTo(Math.SQRT2 / 2, 14);
  });
});
