import type { RefillCurve } from './curves.js';
import { type Coefficients, refillNs, SHAPES, type Shape, type Sizes, unknowns } from './formula.js';
import { median, solveCurve } from './regress.js';

/*
 * All curves are fitted together: the sizes of the caches are common to them, the slopes are each curve's own. With the
 * sizes given the slopes are linear, so the sizes are searched on a grid, one after the other. Outlying points lose
 * weight by Huber's rule, over a few rounds.
 */

/** Observations beyond so many standard deviations lose weight. */
const HUBER = 1.5;
const ROUNDS = 4;
/** 2^(1/16): steps of the grid of sizes. */
const STEP = 1.0442737824274138;
/** 2^(1/512): steps of the finer grid around the best of the coarse one; what is left of the grid in a fitted size. */
export const FINE_STEP = 1.0013547198921082;
/** Standard deviations of a normal distribution in a median absolute deviation. */
const MAD_SCALE = 1.4826;

/** What can be searched: the sizes that the probe reaches past on both sides. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** A curve as plain columns, for the many fits of a bootstrap. */
export interface Column {
  readonly shape: Shape;
  readonly bytes: readonly number[];
  readonly ns: Float64Array;
  readonly weights: Float64Array;
}

export interface JointFit {
  readonly sizes: Sizes;
  /** One for each column. */
  readonly coefficients: readonly Coefficients[];
}

/** Bounds of the search; null where a size is taken as given. */
export interface Search {
  readonly privateBytes: Bounds | null;
  readonly llcBytes: Bounds | null;
}

export function columnOf(curve: RefillCurve): Column {
  return {
    shape: SHAPES[curve.relation],
    bytes: curve.points.map((point) => point.bytes),
    ns: Float64Array.from(curve.points, (point) => point.ns),
    weights: Float64Array.from(curve.points, (point) => 1 / (point.seNs * point.seNs)),
  };
}

/** The robust fit; the weights of `columns` are those of their last round when it returns. */
export function fitJointly(columns: readonly Column[], start: Sizes, search: Search): JointFit {
  const original = columns.map((column) => Float64Array.from(column.weights));
  let fit = searchSizes(columns, start, search);
  for (let round = 0; round < ROUNDS; round++) {
    columns.forEach((column, c) => reweigh(column, original[c]!, fit.sizes, fit.coefficients[c]!));
    fit = searchSizes(columns, fit.sizes, search);
  }
  return fit;
}

/** Least squares with the weights as they are: the private size, then the LLC's, then both once more. */
export function searchSizes(columns: readonly Column[], start: Sizes, search: Search): JointFit {
  // What the other curves leave does not depend on the LLC's size.
  const far = columns.filter(({ shape }) => shape === 'far');
  let sizes = start;
  for (let pass = 0; pass < 2; pass++) {
    sizes = best(columns, sizes, search.privateBytes, (privateBytes) => ({ ...sizes, privateBytes }));
    sizes = best(far, sizes, search.llcBytes, (llcBytes) => ({ ...sizes, llcBytes }));
  }
  const coefficients = columns.map(
    ({ shape, bytes, ns, weights }) => solveCurve(shape, bytes, ns, weights, sizes).coefficients,
  );
  return { sizes, coefficients };
}

function best(columns: readonly Column[], start: Sizes, bounds: Bounds | null, at: (bytes: number) => Sizes): Sizes {
  if (bounds === null) return start;
  const coarse = scan(columns, bounds.low, bounds.high, STEP, at);
  if (coarse === null) return start;
  const low = Math.max(bounds.low, coarse / STEP);
  const high = Math.min(bounds.high, coarse * STEP);
  return at(scan(columns, low, high, FINE_STEP, at) ?? coarse);
}

/** The size of a grid with the least loss; null where none leaves the LLC larger than the private cache. */
function scan(
  columns: readonly Column[],
  low: number,
  high: number,
  step: number,
  at: (bytes: number) => Sizes,
): number | null {
  let found: number | null = null;
  let least = Infinity;
  for (let bytes = low; bytes <= high; bytes *= step) {
    const sizes = at(bytes);
    if (sizes.privateBytes >= sizes.llcBytes) continue;
    let loss = 0;
    for (const column of columns) loss += solveCurve(column.shape, column.bytes, column.ns, column.weights, sizes).loss;
    if (loss < least) {
      least = loss;
      found = bytes;
    }
  }
  return found;
}

function reweigh(column: Column, original: Float64Array, sizes: Sizes, coefficients: Coefficients): void {
  const standard = column.bytes.map(
    (bytes, i) => (column.ns[i]! - refillNs(column.shape, bytes, sizes, coefficients)) * Math.sqrt(original[i]!),
  );
  const scale = Math.max(1, MAD_SCALE * median(standard.map(Math.abs)));
  standard.forEach((residual, i) => {
    column.weights[i] = original[i]! * Math.min(1, (HUBER * scale) / Math.max(Math.abs(residual), 1e-12));
  });
}

/** Residuals (measured − fitted, ns) widened by the degrees of freedom that the fit took. */
export function freeResiduals(column: Column, sizes: Sizes, coefficients: Coefficients): number[] {
  const n = column.bytes.length;
  const widen = Math.sqrt(n / Math.max(1, n - unknowns(column.shape)));
  return column.bytes.map(
    (bytes, i) => (column.ns[i]! - refillNs(column.shape, bytes, sizes, coefficients)) * widen,
  );
}
