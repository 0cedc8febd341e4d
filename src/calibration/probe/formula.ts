import type { RelationName } from './schema.js';

/*
 * What the probe sees of a machine whose caches are the LRU stacks of src/sim/hardware/cache.ts: a private cache of P bytes, a
 * last-level one of L, l ps per byte from the LLC and m from farther away. The probe's passes alternate in direction, so
 * in the steady state a pass over W bytes finds min(W, P) of them in the private cache and min(W, L) in the LLC.
 *
 *   near   the private cache was lost, the LLC holds the set:
 *            extra = l · min(W, P)
 *   far    both were lost:
 *            extra = m · min(W, P) + (m − l) · (min(W, L) − P)⁺
 *
 *      extra │             ______ L   far
 *            │           ⟋
 *            │         ⟋
 *            │       ╱ P
 *            │      ╱   ________________   near
 *            │     ╱ ⟋ P
 *            │____╱⟋_____________________ W
 *
 * To each comes an offset that does not depend on W (the code's own lines, the first entries of the TLB). The simulator
 * charges the terms in min(W, P) and nothing beyond: a task that lost its LLC too pays for what its private cache holds.
 */

export type Shape = 'near' | 'far';

/** The form of each relation's curve. Siblings lose nothing by the model; the slope of their curve shows whether so. */
export const SHAPES: Readonly<Record<RelationName, Shape>> = {
  smt: 'near',
  llc: 'near',
  displaced: 'near',
  node: 'far',
  remote: 'far',
  flushed: 'far',
};

/** Sizes of the caches, bytes. */
export interface Sizes {
  readonly privateBytes: number;
  readonly llcBytes: number;
}

/** [ns of offset, ns per byte up to P, ns per byte from P to L] */
export type Coefficients = readonly [number, number, number];

/** Number of unknowns of a shape. */
export function unknowns(shape: Shape): number {
  return shape === 'near' ? 2 : 3;
}

/** The refill that coefficients give, ns. */
export function refillNs(shape: Shape, bytes: number, sizes: Sizes, [offset, inner, outer]: Coefficients): number {
  const beyond = shape === 'near' ? 0 : Math.max(0, Math.min(bytes, sizes.llcBytes) - sizes.privateBytes);
  return offset + inner * Math.min(bytes, sizes.privateBytes) + outer * beyond;
}
