import type { CacheProfile } from '../../sim/profile.js';
import type { FitRow } from '../types.js';
import { interval } from './bootstrap.js';
import type { RefillCurve } from './curves.js';
import { type Mix, mixWeights } from './mix.js';
import type { Probe, RelationName } from './schema.js';
import type { SizedFit } from './sizes.js';

/** Where each rate of the cache model comes from: the first relation that was measured. */
export const SOURCES: ReadonlyArray<readonly [keyof CacheProfile, readonly RelationName[]]> = [
  ['llcPsPerByte', ['llc', 'displaced']],
  ['memoryPsPerByte', ['node', 'flushed']],
  ['remotePsPerByte', ['remote']],
];

/** The schema's limits of a machine profile. */
const MAX_PS = 1_000_000;
const PAGE = 4096;
const MAX_CACHE_BYTES = 2 ** 36;
/** ps in a ns. */
const PS = 1000;

const WHAT: Readonly<Record<RelationName, string>> = {
  smt: 'moves between siblings of a core',
  llc: 'moves between cores that share the last-level cache',
  node: 'moves to another last-level cache of the node',
  remote: 'moves to another node',
  displaced: 'a private cache displaced by other data',
  flushed: 'a set flushed from all caches',
};

/** A mixed rate with its 95 % interval, ps per byte. */
export interface Rate {
  readonly ps: number;
  readonly lo: number;
  readonly hi: number;
  readonly n: number;
}

/** The rate of a relation; null where not all curves of the mix were measured. */
export function rateOf(
  relation: RelationName,
  curves: readonly RefillCurve[],
  sized: SizedFit,
  mix: Mix,
): Rate | null {
  const weights = mixWeights(curves, relation, mix);
  if (weights === null) return null;
  const mixed = (slopes: ReadonlyArray<readonly [number, number, number]>): number =>
    weights.reduce((sum, weight, c) => sum + weight * slopes[c]![1], 0) * PS;
  const [lo, hi] = interval(sized.replicas.map((replica) => mixed(replica.coefficients)));
  const n = curves
    .filter((_, c) => weights[c]! > 0)
    .reduce((sum, curve) => sum + curve.points.reduce((inner, point) => inner + point.n, 0), 0);
  return { ps: mixed(sized.fit.coefficients), lo, hi, n };
}

/** The rows of the profile that the fit fills. What was not measured has none and stays as it is. */
export function rowsOf(
  curves: readonly RefillCurve[],
  sized: SizedFit,
  probe: Probe,
  cache: CacheProfile,
  mix: Mix,
): FitRow[] {
  const rows = [
    sizeRow('privateBytes', sized.fit.sizes.privateBytes, sized.privateInterval, curves, probe, cache),
    sizeRow('llcBytes', sized.fit.sizes.llcBytes, sized.llcInterval, curves, probe, cache),
  ].filter((row) => row !== null);
  for (const [parameter, relations] of SOURCES) {
    const relation = relations.find((name) => rateOf(name, curves, sized, mix) !== null);
    if (relation === undefined) continue;
    const rate = rateOf(relation, curves, sized, mix)!;
    const clamp = (ps: number): number => Math.min(MAX_PS, Math.max(0, ps));
    rows.push({
      parameter: `cache.${parameter}`,
      unit: 'ps/byte',
      value: Math.round(clamp(rate.ps)),
      previous: cache[parameter],
      // An interval that lies below 0 altogether tells of a disturbance, not of the rate.
      lo: rate.hi < 0 ? null : clamp(rate.lo),
      hi: rate.hi < 0 ? null : clamp(rate.hi),
      n: rate.n,
      method:
        `Slope of refill time against size up to the private cache, ${WHAT[relation]}; robust joint fit, wild bootstrap, ` +
        `${percent(mix.chaseShare)} chased and ${percent(mix.writeShare)} written.`,
    });
  }
  return rows;
}

function sizeRow(
  parameter: 'privateBytes' | 'llcBytes',
  fitted: number,
  range: readonly [number, number] | null,
  curves: readonly RefillCurve[],
  probe: Probe,
  cache: CacheProfile,
): FitRow | null {
  const stated = probe.machine[parameter];
  const clamp = (size: number): number => Math.min(MAX_CACHE_BYTES, Math.max(PAGE, Math.round(size / PAGE) * PAGE));
  const common = { parameter: `cache.${parameter}`, unit: 'bytes', previous: cache[parameter] };
  if (range !== null) {
    const n = curves.reduce((sum, curve) => sum + curve.points.length, 0);
    const method = 'Size at which the refill curves bend, common to all of them; robust joint fit, wild bootstrap.';
    return { ...common, value: clamp(fitted), lo: range[0], hi: range[1], n, method };
  }
  if (stated === null) return null;
  const method = 'As the machine states it; the measured curves do not show it well enough.';
  return { ...common, value: clamp(stated), lo: null, hi: null, n: 0, method };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
