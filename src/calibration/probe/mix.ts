import type { RefillCurve } from './curves.js';
import type { RelationName } from './schema.js';

/** How a task is taken to walk its working set; the simulator has one rate for all of it. */
export interface Mix {
  /**
   * Share of the bytes whose lines are fetched one after the other, as in a chain of pointers, 0…1; the rest is fetched
   * ahead, as in a stream. A quarter is what four misses under way at a time come to.
   */
  readonly chaseShare: number;
  /** Share of the bytes that are written, 0…1. */
  readonly writeShare: number;
}

export const DEFAULT_MIX: Mix = { chaseShare: 0.25, writeShare: 0.5 };

/** Shares that differ by less are rounding. */
const ROUNDING = 1e-9;

/**
 * The weight of each curve in the mix of its relation, 0 for the curves of others. Null where a curve that has a share is
 * missing: a chase costs many times what a stream does, so no other curve can stand in for it.
 */
export function mixWeights(curves: readonly RefillCurve[], relation: RelationName, mix: Mix): number[] | null {
  const weights = curves.map((curve) => {
    if (curve.relation !== relation) return 0;
    const pattern = curve.pattern === 'chase' ? mix.chaseShare : 1 - mix.chaseShare;
    return pattern * (curve.access === 'write' ? mix.writeShare : 1 - mix.writeShare);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Math.abs(sum - 1) < ROUNDING ? weights : null;
}
