import type { CacheProfile } from '../../sim/profile.js';
import type { FitRow } from '../types.js';
import { interval } from './bootstrap.js';
import type { RefillCurve } from './curves.js';
import { refillNs, SHAPES } from './formula.js';
import { type Mix, mixWeights } from './mix.js';
import { median } from './regress.js';
import { type AccessName, type PatternName, type RelationName, RELATIONS } from './schema.js';
import type { SizedFit } from './sizes.js';

/** A curve as it was fitted. */
export interface CurveFit {
  readonly relation: RelationName;
  readonly pattern: PatternName;
  readonly access: AccessName;
  /** Time that does not depend on the size, ns. */
  readonly offsetNs: number;
  /** Slope up to the private cache's size with its 95 % interval, ps per byte. */
  readonly psPerByte: number;
  readonly lo: number;
  readonly hi: number;
  /** Slope from there to the LLC's size, ps per byte; null where the formula has none. */
  readonly beyondPsPerByte: number | null;
  /** Points. */
  readonly n: number;
  /** Median of |fitted − measured| / |measured| over the points that stand out of the noise; null of fewer than three. */
  readonly relErr: number | null;
}

/** What is left at one size. */
export interface CacheResidual {
  readonly relation: RelationName;
  /** `mixed`: the curves of a relation weighted as the fit weighs them. */
  readonly pattern: PatternName | 'mixed';
  readonly access: AccessName | 'mixed';
  readonly bytes: number;
  readonly measuredNs: number;
  /** Standard error of `measuredNs`. */
  readonly seNs: number;
  readonly fittedNs: number;
  /** (fitted − measured) / |measured|; null where the measurement does not stand out of its noise. */
  readonly relErr: number | null;
  /** What the simulator charges for the refill with the fitted profile; only of `mixed`. */
  readonly simulatorNs: number | null;
}

/** A measurement stands out of its noise where it is more than so many standard errors from 0. */
const STANDS_OUT = 2;
const FEWEST = 3;
const PS = 1000;

/** What the fit says of each curve. */
export function curveFits(
  curves: readonly RefillCurve[],
  sized: SizedFit,
  residuals: readonly CacheResidual[],
): CurveFit[] {
  return curves.map((curve, c) => {
    const [offset, inner, outer] = sized.fit.coefficients[c]!;
    const slopes = sized.replicas.map((replica) => replica.coefficients[c]![1] * PS);
    const [lo, hi] = interval(slopes);
    const { relation, pattern, access, points } = curve;
    const errors = residuals
      .filter((row) => row.relation === relation && row.pattern === pattern && row.access === access)
      .flatMap((row) => (row.relErr === null ? [] : [Math.abs(row.relErr)]));
    return {
      relation,
      pattern,
      access,
      offsetNs: offset,
      psPerByte: inner * PS,
      lo,
      hi,
      beyondPsPerByte: SHAPES[relation] === 'far' ? outer * PS : null,
      n: points.length,
      relErr: errors.length < FEWEST ? null : median(errors),
    };
  });
}

/** Every curve at every size, then the mix of each relation. */
export function residualsOf(
  curves: readonly RefillCurve[],
  sized: SizedFit,
  rows: readonly FitRow[],
  cache: CacheProfile,
  mix: Mix,
): CacheResidual[] {
  const single = curves.flatMap((curve, c) =>
    curve.points.map(({ bytes, ns, seNs }) => {
      const fitted = refillNs(SHAPES[curve.relation], bytes, sized.fit.sizes, sized.fit.coefficients[c]!);
      const { relation, pattern, access } = curve;
      return residual({ relation, pattern, access, bytes, simulatorNs: null }, ns, seNs, fitted);
    }),
  );
  const fittedCache = applied(rows, cache);
  return [...single, ...RELATIONS.flatMap((relation) => mixedOf(relation, curves, single, fittedCache, mix))];
}

/** The cache profile with the rows in it. */
function applied(rows: readonly FitRow[], cache: CacheProfile): CacheProfile {
  const values = rows.map((row) => [row.parameter.slice('cache.'.length), row.value] as const);
  return { ...cache, ...Object.fromEntries(values) };
}

type Named = Pick<CacheResidual, 'relation' | 'pattern' | 'access' | 'bytes' | 'simulatorNs'>;

function residual(named: Named, measuredNs: number, seNs: number, fittedNs: number): CacheResidual {
  const clear = Math.abs(measuredNs) > STANDS_OUT * seNs;
  const relErr = clear ? (fittedNs - measuredNs) / Math.abs(measuredNs) : null;
  return { ...named, measuredNs, seNs, fittedNs, relErr };
}

function mixedOf(
  relation: RelationName,
  curves: readonly RefillCurve[],
  single: readonly CacheResidual[],
  cache: CacheProfile,
  mix: Mix,
): CacheResidual[] {
  const weights = mixWeights(curves, relation, mix);
  if (weights === null) return [];
  const parts = curves.flatMap((curve, c) => (weights[c]! > 0 ? [{ curve, weight: weights[c]! }] : []));
  const sizes = parts[0]!.curve.points.map((point) => point.bytes);
  return sizes.flatMap((bytes) => {
    const found = parts.map(({ curve, weight }) => ({ weight, row: rowAt(single, curve, bytes) }));
    let [measured, fitted, variance] = [0, 0, 0];
    for (const { weight, row } of found) {
      // A size that one of the curves lacks has no mix.
      if (row === undefined) return [];
      measured += weight * row.measuredNs;
      fitted += weight * row.fittedNs;
      variance += weight * weight * row.seNs * row.seNs;
    }
    const simulatorNs = simulatedNs(relation, bytes, cache);
    const named: Named = { relation, pattern: 'mixed', access: 'mixed', bytes, simulatorNs };
    return [residual(named, measured, Math.sqrt(variance), fitted)];
  });
}

function rowAt(rows: readonly CacheResidual[], curve: RefillCurve, bytes: number): CacheResidual | undefined {
  return rows.find(
    (row) =>
      row.relation === curve.relation &&
      row.pattern === curve.pattern &&
      row.access === curve.access &&
      row.bytes === bytes,
  );
}

/** What src/sim/hardware/cache.ts charges a task that sweeps its whole set after the loss, ns. */
export function simulatedNs(relation: RelationName, bytes: number, cache: CacheProfile): number {
  const ps: Readonly<Record<RelationName, number>> = {
    smt: 0,
    llc: cache.llcPsPerByte,
    displaced: cache.llcPsPerByte,
    node: cache.memoryPsPerByte,
    flushed: cache.memoryPsPerByte,
    remote: cache.remotePsPerByte,
  };
  return Math.floor((Math.min(bytes, cache.privateBytes) * ps[relation]) / PS);
}
