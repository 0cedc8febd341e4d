import { Stream } from '../../sim/engine/rng.js';
import { type Coefficients, refillNs, type Sizes } from './formula.js';
import { type Column, freeResiduals, type JointFit, type Search, searchSizes } from './joint.js';
import { quantile } from './regress.js';

export interface Replica {
  readonly sizes: Sizes;
  readonly coefficients: readonly Coefficients[];
}

/** How far from the fit a replica searches for the sizes: a factor of 4 each way. */
const REACH = 4;

/**
 * Wild bootstrap: each replica gives every residual a random sign and fits again. A residual holds both the noise and
 * what the formula misses, so where the formula is wrong the intervals get wide, and unequal noise is kept in its place.
 */
export function replicas(
  columns: readonly Column[],
  fit: JointFit,
  search: Search,
  count: number,
  seed: number,
): Replica[] {
  const random = new Stream(seed, 'probe bootstrap');
  const residuals = columns.map((column, c) => freeResiduals(column, fit.sizes, fit.coefficients[c]!));
  const near: Search = {
    privateBytes: around(search.privateBytes, fit.sizes.privateBytes),
    llcBytes: around(search.llcBytes, fit.sizes.llcBytes),
  };
  return Array.from({ length: count }, () => {
    const drawn = columns.map((column, c): Column => ({
      ...column,
      ns: Float64Array.from(column.bytes, (bytes, i) => {
        const sign = random.below(2) === 0 ? -1 : 1;
        return refillNs(column.shape, bytes, fit.sizes, fit.coefficients[c]!) + sign * residuals[c]![i]!;
      }),
    }));
    return searchSizes(drawn, fit.sizes, near);
  });
}

function around(bounds: Search['privateBytes'], centre: number): Search['privateBytes'] {
  if (bounds === null) return null;
  return { low: Math.max(bounds.low, centre / REACH), high: Math.min(bounds.high, centre * REACH) };
}

/** The 95 % percentile interval. */
export function interval(values: readonly number[]): readonly [number, number] {
  return [quantile(values, 0.025), quantile(values, 0.975)];
}
