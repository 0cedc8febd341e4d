import { mean } from '../../stats/intervals.js';
import { RUNTIME_METRICS, UNCALIBRATED_ERROR_PERCENT, type Reason, type Verdict } from '../../stats/verdict.js';
import type { MetricName } from '../../../sim/records/metrics.js';
import type { ObjectiveSpec } from '../spec/schema.js';
import { together, type Gains } from './gains.js';
import { holm, meanInterval, pValue } from './tests.js';

/** A candidate against the baseline, in one context or over all of them. */
export interface Comparison {
  /** Id of the candidate. */
  readonly candidate: number;
  /** null: over all contexts, each of the same weight, or the only one. */
  readonly context: number | null;
  /** Of the objective. */
  readonly metric: MetricName;
  /** Seeds that both have a run of. */
  readonly pairs: number;
  /** Seeds of which one of the two runs lacks the metric. */
  readonly missing: number;
  /** Mean gain, above 0 is better: percent of the baseline, or the metric's unit of an absolute objective. null: no pairs. */
  readonly gain: number | null;
  /** Ends of its 95 % interval, not corrected; null for fewer than two pairs. */
  readonly lo: number | null;
  /** The same. */
  readonly hi: number | null;
  /** How likely so large a mean gain is by chance (Student's t, two-sided), not corrected. */
  readonly p: number;
  /** Corrected by Holm's method for all comparisons of the sweep that are not the same in every pair, times the looks: what the verdict goes by. */
  readonly adjustedP: number;
  /** `better`, `worse`, `same` (equal in every pair) or `undecided`. */
  readonly verdict: Verdict;
  /** Why it is undecided; empty where it is not. */
  readonly reason: SweepReason;
}

export type SweepReason = Reason | 'not after correction' | 'runs without this metric';

/** A comparison before its verdict. */
export interface Pairing {
  readonly candidate: number;
  readonly context: number | null;
  readonly objective: ObjectiveSpec;
  readonly gains: Gains;
  /** Percent of run time below which a difference is taken for no result: the machine's calibration error. */
  readonly errorPercent: number;
}

/** The pairings of a candidate: one for each context and one over all of them, or the latter alone where there is one context. */
export function pairingsOf(
  candidate: number, objective: ObjectiveSpec, byContext: readonly Gains[], errors: ReadonlyArray<number | null>,
): Pairing[] {
  const own = byContext.map((gains, context) => (
    { candidate, context, objective, gains, errorPercent: errors[context] ?? UNCALIBRATED_ERROR_PERCENT }
  ));
  const errorPercent = Math.max(...own.map((pairing) => pairing.errorPercent));
  const all = { candidate, context: null, objective, gains: together(byContext), errorPercent };
  return own.length === 1 ? [all] : [...own, all];
}

/**
 * Judges all pairings of a sweep together.
 * @param looks how often the sweep looks at its results before it stops: each look is allowed so much less
 */
export function compareAll(pairings: readonly Pairing[], looks: number): Comparison[] {
  const values = pairings.map(({ gains }) => [...gains.bySeed.values()]);
  const tested = pairings.map((_, i) => i).filter((i) => values[i]!.some((value) => value !== 0));
  const ps = values.map(pValue);
  const adjusted = new Array<number>(pairings.length).fill(1);
  holm(tested.map((i) => ps[i]!)).forEach((p, rank) => (adjusted[tested[rank]!] = Math.min(1, p * looks)));
  return pairings.map((pairing, i) => compared(pairing, values[i]!, ps[i]!, adjusted[i]!));
}

/** What a verdict needs: a chance of error below this, after correction. */
export const ALPHA = 0.05;

function compared({ candidate, context, objective, gains, errorPercent }: Pairing, values: readonly number[], p: number, adjustedP: number): Comparison {
  const interval = meanInterval(values);
  const shared = {
    candidate, context, metric: objective.metric, pairs: values.length, missing: gains.missing,
    gain: values.length === 0 ? null : mean(values), lo: interval?.lo ?? null, hi: interval?.hi ?? null, p, adjustedP,
  };
  const undecided = (reason: SweepReason): Comparison => ({ ...shared, verdict: 'undecided', reason });
  if (gains.missing > 0) return undecided('runs without this metric');
  if (values.length > 0 && values.every((value) => value === 0)) return { ...shared, verdict: 'same', reason: '' };
  if (interval === null) return undecided('too few pairs');
  const runtime = objective.scale === 'relative' && RUNTIME_METRICS.has(objective.metric);
  // Where even the far end is within the error, more seeds would not help.
  if (runtime && Math.max(Math.abs(interval.lo), Math.abs(interval.hi)) < errorPercent) return undecided('inside the calibration error');
  if (interval.lo <= 0 && interval.hi >= 0) return undecided('interval includes 0');
  if (adjustedP >= ALPHA) return undecided('not after correction');
  if (runtime && Math.abs(shared.gain!) < errorPercent) return undecided('inside the calibration error');
  return { ...shared, verdict: shared.gain! > 0 ? 'better' : 'worse', reason: '' };
}

/** Whether more seeds may decide it. */
export function isOpen({ verdict, reason }: Comparison): boolean {
  return verdict === 'undecided' && (reason === 'interval includes 0' || reason === 'not after correction' || reason === 'too few pairs');
}
