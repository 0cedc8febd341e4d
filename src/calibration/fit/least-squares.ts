/** One observation: what the unknowns are multiplied by, what came out, and how much it counts. */
export interface Observation {
  readonly x: readonly number[];
  readonly y: number;
  readonly weight: number;
}

export interface Solution {
  readonly values: readonly number[];
  /** Standard errors; Infinity where there are no more observations than unknowns. */
  readonly errors: readonly number[];
}

/** How much the values expected beforehand count, against all observations together. */
const PRIOR_SHARE = 1e-4;

/**
 * Weighted least squares, held to values expected beforehand in the directions that the observations leave open: where two
 * unknowns only ever occur together, their sum is fitted and their difference stays as expected.
 *
 * @param expected values expected beforehand, each the scale of its unknown (at least 1 is taken)
 */
export function leastSquares(observations: readonly Observation[], expected: readonly number[]): Solution {
  const n = expected.length;
  const scale = expected.map((value) => Math.max(1, Math.abs(value)));
  const matrix = expected.map(() => new Array<number>(n).fill(0));
  const right = new Array<number>(n).fill(0);
  let total = 0;
  for (const { x, y, weight } of observations) {
    total += weight;
    for (let i = 0; i < n; i++) {
      right[i]! += weight * x[i]! * y;
      for (let j = 0; j < n; j++) matrix[i]![j]! += weight * x[i]! * x[j]!;
    }
  }
  const largest = Math.max(1, ...expected);
  for (let i = 0; i < n; i++) {
    const held = PRIOR_SHARE * total * (largest / scale[i]!) ** 2 * (scale[i]! / largest);
    matrix[i]![i]! += held;
    right[i]! += held * expected[i]!;
  }
  const inverse = inverted(matrix);
  const values = inverse.map((row) => row.reduce((sum, value, j) => sum + value * right[j]!, 0));
  let squares = 0;
  for (const { x, y, weight } of observations) {
    const off = y - x.reduce((sum, value, i) => sum + value * values[i]!, 0);
    squares += weight * off * off;
  }
  const free = observations.length - n;
  const variance = free > 0 ? squares / free : Infinity;
  return { values, errors: inverse.map((row, i) => Math.sqrt(variance * row[i]!)) };
}

/** Gauss–Jordan elimination with the largest pivot; the matrix is symmetric and positive. */
function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const a = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) if (Math.abs(a[row]![column]!) > Math.abs(a[pivot]![column]!)) pivot = row;
    [a[column], a[pivot]] = [a[pivot]!, a[column]!];
    const divisor = a[column]![column]!;
    for (let j = 0; j < 2 * n; j++) a[column]![j]! /= divisor;
    for (let row = 0; row < n; row++) {
      const factor = a[row]![column]!;
      if (row === column || factor === 0) continue;
      for (let j = 0; j < 2 * n; j++) a[row]![j]! -= factor * a[column]![j]!;
    }
  }
  return a.map((row) => row.slice(n));
}
