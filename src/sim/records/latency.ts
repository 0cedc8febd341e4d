import type { Arena } from '../kernel/state/arena.js';
import { POW2 } from '../kernel/math/pow2.js';

const SUB_BITS = 6;
const SUB = 64;
const ROWS = 48;

/**
 * A histogram of times with a relative error of at most 1/64: every power of two is cut into 64 equal parts. Fixed
 * size, integers only, so that percentiles do not depend on the order of the samples.
 */
export class Histogram {
  private readonly counts: Float64Array;
  private readonly total: Float64Array;

  constructor(arena: Arena) {
    this.counts = arena.f64(ROWS * SUB);
    this.total = arena.f64(1);
  }

  /** Adds a sample of `ns` ≥ 0. */
  add(ns: number): void {
    this.counts[bucket(ns)]!++;
    this.total[0]!++;
  }

  get samples(): number {
    return this.total[0]!;
  }

  /**
   * The value below or at which `percent` % of the samples lie, as the lower edge of its bucket; null without samples.
   */
  percentile(percent: number): number | null {
    const total = this.total[0]!;
    if (total === 0) return null;
    const rank = Math.max(1, Math.ceil((total * percent) / 100));
    let seen = 0;
    for (let i = 0; i < this.counts.length; i++) {
      seen += this.counts[i]!;
      if (seen >= rank) return lowerEdge(i);
    }
    return lowerEdge(this.counts.length - 1);
  }
}

function bucket(ns: number): number {
  if (ns < SUB) return ns;
  // Row r ≥ 1 holds 2^(r+5) … 2^(r+6) − 1 in 64 parts.
  const high = ns < 2 ** 32 ? 31 - Math.clz32(ns) : 63 - Math.clz32(Math.floor(ns / 2 ** 32));
  const row = Math.min(high - SUB_BITS + 1, ROWS - 1);
  const part = Math.min(Math.floor(ns / POW2[row - 1]!) - SUB, SUB - 1);
  return row * SUB + part;
}

function lowerEdge(index: number): number {
  const row = Math.floor(index / SUB);
  const part = index - row * SUB;
  return row === 0 ? part : (SUB + part) * POW2[row - 1]!;
}
