import type { CacheProfile } from '../../sim/profile.js';
import { interval, type Replica, replicas } from './bootstrap.js';
import type { RefillCurve } from './curves.js';
import { SHAPES, type Sizes } from './formula.js';
import { type Bounds, type Column, columnOf, FINE_STEP, fitJointly, type JointFit, type Search } from './joint.js';
import type { Probe } from './schema.js';

/** A size whose 95 % interval spans more than this factor is not taken from the measurements. */
const WIDEST = 2;
/** Sizes that have to lie below a cache's and beyond it for the knee between them to be seen. */
const BELOW = 3;
const BEYOND = 2;

export interface SizedFit {
  readonly columns: readonly Column[];
  readonly fit: JointFit;
  readonly replicas: readonly Replica[];
  /** 95 % interval of a size that was fitted; null where it was given. */
  readonly privateInterval: readonly [number, number] | null;
  readonly llcInterval: readonly [number, number] | null;
}

/**
 * Fits all curves. The sizes of the caches are fitted too where the curves tell them well; else they are those that the
 * machine states, and where it does not, the profile's.
 */
export function fitWithSizes(
  curves: readonly RefillCurve[],
  probe: Probe,
  cache: CacheProfile,
  count: number,
  seed: number,
): SizedFit {
  const stated = statedSizes(probe, cache);
  let search = searchable(curves);
  // To give one size up may make the other uncertain: so until all that is searched is told well.
  for (;;) {
    const sized = attempt(curves, stated, search, count, seed);
    const kept: Search = {
      privateBytes: tells(sized.privateInterval) ? search.privateBytes : null,
      llcBytes: tells(sized.llcInterval) ? search.llcBytes : null,
    };
    if (kept.privateBytes === search.privateBytes && kept.llcBytes === search.llcBytes) return sized;
    search = kept;
  }
}

function statedSizes(probe: Probe, cache: CacheProfile): Sizes {
  const privateBytes = probe.machine.privateBytes ?? cache.privateBytes;
  const llcBytes = probe.machine.llcBytes ?? cache.llcBytes;
  return { privateBytes, llcBytes: Math.max(llcBytes, 2 * privateBytes) };
}

function searchable(curves: readonly RefillCurve[]): Search {
  return {
    privateBytes: boundsOf(curves, BELOW),
    // Beside the sizes below the LLC's there are those below the private cache's.
    llcBytes: boundsOf(curves.filter((curve) => SHAPES[curve.relation] === 'far'), 2 * BELOW),
  };
}

function boundsOf(curves: readonly RefillCurve[], below: number): Bounds | null {
  const sizes = [...new Set(curves.flatMap((curve) => curve.points.map((point) => point.bytes)))].sort((a, b) => a - b);
  const low = sizes[below - 1];
  const high = sizes[sizes.length - BEYOND];
  return low === undefined || high === undefined || low >= high ? null : { low, high };
}

function attempt(
  curves: readonly RefillCurve[],
  stated: Sizes,
  search: Search,
  count: number,
  seed: number,
): SizedFit {
  const columns = curves.map(columnOf);
  const fit = fitJointly(columns, stated, search);
  const drawn = replicas(columns, fit, search, count, seed);
  const intervalOf = (bounds: Bounds | null, size: keyof Sizes): readonly [number, number] | null =>
    bounds === null ? null : widened(interval(drawn.map((replica) => replica.sizes[size])));
  return {
    columns,
    fit,
    replicas: drawn,
    privateInterval: inside(intervalOf(search.privateBytes, 'privateBytes'), search.privateBytes),
    llcInterval: inside(intervalOf(search.llcBytes, 'llcBytes'), search.llcBytes),
  };
}

/** What the grid of the search may hide is in the interval too. */
function widened([low, high]: readonly [number, number]): readonly [number, number] {
  return [low / FINE_STEP, high * FINE_STEP];
}

/** The interval, widened beyond all use where it touches the end of what was searched: the knee may lie outside. */
function inside(range: readonly [number, number] | null, bounds: Bounds | null): readonly [number, number] | null {
  if (range === null || bounds === null) return null;
  return range[0] <= bounds.low || range[1] >= bounds.high / 1.05 ? [range[0], Infinity] : range;
}

function tells(range: readonly [number, number] | null): boolean {
  return range !== null && range[1] <= range[0] * WIDEST;
}
