import { ENOUGH, type SeedSpread } from './seed-spread.js';

/** The figures that a simulator's may be, in the metric's unit. */
export interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

export interface Tolerance extends Bounds {
  /** What it rests on where it is wider than the limit: recordings under other seeds, or blocks of this one. */
  readonly from: 'limit' | 'seeds' | 'blocks';
}

/**
 * The limit around the kernel's figure, and the kernel's own spread where that reaches further, on either side:
 *
 *                 lo                              kernel                hi
 *     limit        .                        ├───────┼───────┤            .
 *     spread       ├────────────────────────────────┼────────────────────┤
 *
 * With ENOUGH recordings the spread is their range. With fewer it is the range or what blocks of this recording tell,
 * whichever reaches further; with this one alone it is the blocks.
 *
 * @param limit relative, of the kernel's figure
 * @param blocks half a relative interval, as `blockSpread` gives it; null where blocks cannot tell
 */
export function toleranceOf(kernel: number, limit: number, seeds: SeedSpread | null, blocks: number | null): Tolerance {
  const asked = around(kernel, limit);
  const measured = seeds === null ? null : hull(asked, seeds);
  const estimated = blocks === null || (seeds !== null && seeds.recordings >= ENOUGH) ? null : around(kernel, blocks);
  const wide = hull(measured ?? asked, estimated ?? asked);
  if (same(wide, asked)) return { ...asked, from: 'limit' };
  return { ...wide, from: measured !== null && same(wide, measured) ? 'seeds' : 'blocks' };
}

/** How far a side of the bounds is from the kernel's figure, relative to it: what an error in that direction may be. */
export function reach({ lo, hi }: Bounds, kernel: number, sim: number): number | null {
  if (kernel === 0) return null;
  return Math.abs(((sim < kernel ? lo : hi) - kernel) / kernel);
}

/** Half the width of a range, relative to the kernel's figure; null where that is 0. */
export function halfOf({ lo, hi }: Bounds, kernel: number): number | null {
  return kernel === 0 ? null : (hi - lo) / 2 / Math.abs(kernel);
}

function around(kernel: number, relative: number): Bounds {
  const half = relative * Math.abs(kernel);
  return { lo: kernel - half, hi: kernel + half };
}

function hull(a: Bounds, b: Bounds): Bounds {
  return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
}

function same(a: Bounds, b: Bounds): boolean {
  return a.lo === b.lo && a.hi === b.hi;
}
