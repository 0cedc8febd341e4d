import { type Coefficients, regressors, type Shape, type Sizes, unknowns } from './formula.js';

/** A pivot below this share of its diagonal is rounding: the unknown cannot be told from the others and is left at 0. */
const SINGULAR = 1e-9;

const row = new Float64Array(3);
const matrix = new Float64Array(12);

/** Weighted least squares of one curve with the sizes of the caches given; `loss` is the weighted sum of squares. */
export function solveCurve(
  shape: Shape,
  bytes: readonly number[],
  ns: ArrayLike<number>,
  weights: ArrayLike<number>,
  sizes: Sizes,
): { readonly coefficients: Coefficients; readonly loss: number } {
  const n = unknowns(shape);
  // n rows of the normal equations, each with its right side in column 3.
  matrix.fill(0);
  let squares = 0;
  for (let i = 0; i < bytes.length; i++) {
    regressors(shape, bytes[i]!, sizes, row);
    const weight = weights[i]!;
    const y = ns[i]!;
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) matrix[a * 4 + b]! += weight * row[a]! * row[b]!;
      matrix[a * 4 + 3]! += weight * row[a]! * y;
    }
    squares += weight * y * y;
  }
  const right = [matrix[3]!, matrix[7]!, matrix[11]!];
  const coefficients = eliminate(n);
  // The sum of squares that is left: y'Wy − b'X'Wy, since b solves the normal equations.
  const explained = right[0]! * coefficients[0] + right[1]! * coefficients[1] + right[2]! * coefficients[2];
  return { coefficients, loss: Math.max(0, squares - explained) };
}

/** Gauss–Jordan on the n normal equations in `matrix`; they are positive semidefinite, so the diagonal serves as pivots. */
function eliminate(n: number): Coefficients {
  const usable = [false, false, false];
  const diagonal = [matrix[0]!, matrix[5]!, matrix[10]!];
  for (let p = 0; p < n; p++) {
    const pivot = matrix[p * 4 + p]!;
    usable[p] = pivot > SINGULAR * diagonal[p]! && pivot > 0;
    if (!usable[p]) continue;
    for (let column = 0; column < 4; column++) matrix[p * 4 + column]! /= pivot;
    for (let r = 0; r < n; r++) {
      if (r === p) continue;
      const factor = matrix[r * 4 + p]!;
      for (let column = 0; column < 4; column++) matrix[r * 4 + column]! -= factor * matrix[p * 4 + column]!;
    }
  }
  const value = (p: number): number => (p < n && usable[p] ? matrix[p * 4 + 3]! : 0);
  return [value(0), value(1), value(2)];
}

/** The median; NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The quantile at p (0…1) by linear interpolation; NaN of nothing. */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}
