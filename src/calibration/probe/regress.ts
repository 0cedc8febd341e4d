import { type Coefficients, type Shape, type Sizes, unknowns } from './formula.js';

/** A pivot below this share of its diagonal is rounding: the unknown cannot be told from the others and is left at 0. */
const SINGULAR = 1e-9;

/** n rows of the normal equations, each with its right side in column 3. */
const matrix = new Float64Array(12);

/** Weighted least squares of one curve with the sizes of the caches given; `loss` is the weighted sum of squares. */
export function solveCurve(
  shape: Shape,
  bytes: readonly number[],
  ns: ArrayLike<number>,
  weights: ArrayLike<number>,
  sizes: Sizes,
): { readonly coefficients: Coefficients; readonly loss: number } {
  const { privateBytes, llcBytes } = sizes;
  const far = shape === 'far';
  let [s, si, so, sii, sio, soo, sy, siy, soy, syy] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  // A bootstrap comes here a million times: the sums are spelt out.
  for (let i = 0; i < bytes.length; i++) {
    const inner = Math.min(bytes[i]!, privateBytes);
    const outer = far ? Math.max(0, Math.min(bytes[i]!, llcBytes) - privateBytes) : 0;
    const y = ns[i]!;
    const w = weights[i]!;
    const wi = w * inner;
    const wo = w * outer;
    const wy = w * y;
    s += w;
    si += wi;
    so += wo;
    sii += wi * inner;
    sio += wi * outer;
    soo += wo * outer;
    sy += wy;
    siy += wy * inner;
    soy += wy * outer;
    syy += wy * y;
  }
  matrix.set([s, si, so, sy, si, sii, sio, siy, so, sio, soo, soy]);
  const coefficients = eliminate(unknowns(shape));
  // The sum of squares that is left: y'Wy − b'X'Wy, since b solves the normal equations.
  const explained = sy * coefficients[0] + siy * coefficients[1] + soy * coefficients[2];
  return { coefficients, loss: Math.max(0, syy - explained) };
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
  return [usable[0] ? matrix[3]! : 0, usable[1] ? matrix[7]! : 0, usable[2] ? matrix[11]! : 0];
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
