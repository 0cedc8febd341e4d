import type { AccessName, PatternName, Probe, ProbePoint, RelationName } from './schema.js';

/** The refill of a working set of some size, with the cost of the disturbance itself taken off. */
export interface RefillPoint {
  readonly bytes: number;
  /** Median extra time of the first pass, less that of the control, ns. May be negative where there is no effect. */
  readonly ns: number;
  /** Standard error of `ns`, with a floor for what repetition does not show. */
  readonly seNs: number;
  /** Repetitions. */
  readonly n: number;
}

export interface RefillCurve {
  readonly relation: RelationName;
  readonly pattern: PatternName;
  readonly access: AccessName;
  readonly points: readonly RefillPoint[];
}

/** What repetition does not show (placement of pages, direction of the pass): this share of the time of the pass. */
const SYSTEMATIC = 0.03;
/** The same where there are too few repetitions for quartiles to show anything. */
const SYSTEMATIC_OF_FEW = 0.1;
const FEW = 3;
/** Standard error of a median over that of a mean, for normal noise. */
const MEDIAN_SE = 1.2533;
/** Distance of the quartiles of a normal distribution, in standard deviations. */
const NORMAL_IQR = 1.349;

/** Fewer sizes than this make no curve: the formula has three unknowns. */
export const FEWEST_SIZES = 4;

/** The curves of refill against size that a probe's measurements make; those of too few sizes are left out. */
export function refillCurves(probe: Probe): RefillCurve[] {
  return probe.curves.filter(({ points }) => points.length >= FEWEST_SIZES).map(({ relation, pattern, access, points }) => ({
    relation,
    pattern,
    access,
    points: points.map((point) => refillPoint(point, probe.timer.stepNs)),
  }));
}

/** The control of a move is a move there and back; where there is none, having stayed. */
function refillPoint(point: ProbePoint, stepNs: number): RefillPoint {
  const control = point.returned ?? point.stayed;
  const share = Math.min(point.treated.n, control.n) < FEW ? SYSTEMATIC_OF_FEW : SYSTEMATIC;
  const systematic = share * Math.max(point.treated.firstNs, 0) + Math.max(stepNs, 1);
  const variance = medianVariance(point.treated) + medianVariance(control) + systematic * systematic;
  const ns = point.treated.median - control.median;
  return { bytes: point.bytes, ns, seNs: Math.sqrt(variance), n: point.treated.n };
}

function medianVariance({ n, q1, q3 }: { readonly n: number; readonly q1: number; readonly q3: number }): number {
  const se = ((q3 - q1) / NORMAL_IQR) * MEDIAN_SE;
  return (se * se) / n;
}
