import { FEWEST_SIZES, type RefillCurve } from './curves.js';
import type { Mix } from './mix.js';
import type { CurveFit } from './residuals.js';
import { rateOf } from './rows.js';
import { type Probe, type RelationName, RELATIONS } from './schema.js';
import type { SizedFit } from './sizes.js';

/** From this median error on, a curve is said not to follow the formula. */
export const WIDE = 0.25;
/** Two ways to the same rate that differ by more than this factor are pointed out. */
const APART = 2;

/** From this share of disturbed trials on, the machine is said not to have been idle. */
const BUSY = 0.1;

/** What a reader of the fit should know. */
export function notesOf(
  probe: Probe,
  curves: readonly RefillCurve[],
  fits: readonly CurveFit[],
  sized: SizedFit,
  mix: Mix,
): string[] {
  const rate = (relation: RelationName): ReturnType<typeof rateOf> => rateOf(relation, curves, sized, mix);
  return [
    ...missing(probe),
    ...(probe.cut ? ['The probe ran out of time; large sizes may rest on few repetitions.'] : []),
    ...busy(probe),
    ...short(probe),
    ...rateNotes(rate),
    ...fits.filter((fit) => fit.relErr !== null && fit.relErr > WIDE).map(wideNote),
  ];
}

function missing(probe: Probe): string[] {
  return probe.machine.relations.flatMap((relation) =>
    relation.measured ? [] : [`Not measured: ${relation.name} (${relation.why}).`],
  );
}

function short(probe: Probe): string[] {
  return probe.curves.flatMap(({ relation, pattern, access, points }) =>
    points.length < FEWEST_SIZES
      ? [`The ${relation} curve (${pattern}, ${access}) has ${points.length} sizes, too few; its relation is left out.`]
      : [],
  );
}

function busy(probe: Probe): string[] {
  const points = probe.curves.flatMap((curve) => curve.points);
  const trials = points.reduce((sum, point) => sum + point.stayed.n + (point.returned?.n ?? 0) + point.treated.n, 0);
  if (probe.disturbed <= BUSY * trials) return [];
  const ratio = `${probe.disturbed} trials beside ${trials} good ones`;
  return [`Other tasks ran in ${ratio}: the machine was not idle; measure again.`];
}

function rateNotes(rate: (relation: RelationName) => ReturnType<typeof rateOf>): string[] {
  const notes = RELATIONS.flatMap((relation) => {
    const found = rate(relation);
    return relation === 'smt' || found === null || found.hi >= 0
      ? []
      : [`The refill after ${relation} came out below zero: a disturbance; it is taken as 0.`];
  });
  const [smt, moved, displaced, memory, remote] = [
    rate('smt'),
    rate('llc'),
    rate('displaced'),
    rate('node') ?? rate('flushed'),
    rate('remote'),
  ];
  if (moved !== null && displaced !== null && displaced.lo > APART * Math.max(moved.hi, 0)) {
    notes.push(
      `A move within the last-level cache costs ${moved.ps.toFixed(0)} ps/byte, a displaced private cache ` +
        `${displaced.ps.toFixed(0)}: the two CPUs may share a core unsaid, as in a virtual machine.`,
    );
  }
  if (moved !== null && displaced !== null && moved.lo > APART * Math.max(displaced.hi, 0)) {
    notes.push(
      `A move within the last-level cache costs ${moved.ps.toFixed(0)} ps/byte, a displaced private cache ` +
        `${displaced.ps.toFixed(0)}: the lines come from the other core's cache; the profile has the cost of the move.`,
    );
  }
  if (smt !== null && moved !== null && smt.lo > 0 && smt.ps * APART > moved.ps) {
    notes.push('A move between siblings costs more than half of one between cores; the simulator takes it as free.');
  }
  if (memory !== null && remote !== null && remote.hi < memory.lo) {
    notes.push('Another node costs less than memory of the same node; the nodes may not be what the machine says.');
  }
  return notes;
}

function wideNote(fit: CurveFit): string {
  const error = Math.round(fit.relErr! * 100);
  return `The ${fit.relation} curve (${fit.pattern}, ${fit.access}) does not follow the formula: median error ${error} %.`;
}
