import { bootstrapInterval, deviation, FEW_PAIRS, judgedInterval, mean, type Interval } from '../../stats/intervals.js';
import { studentMass } from '../../stats/student.js';

/** 95 % interval of the mean: a bootstrap; with few values, where that is too narrow, the wider of it and Student's t. */
export function meanInterval(values: readonly number[]): Interval | null {
  return values.length < FEW_PAIRS ? judgedInterval(values, 0) : bootstrapInterval(values, 0);
}

/**
 * How likely a mean at least so far from 0 is by chance, where the true one is 0: Student's t over the pairs, two-sided. 1 for fewer
 * than two values.
 */
export function pValue(values: readonly number[]): number {
  if (values.length < 2) return 1;
  const centre = mean(values);
  if (centre === 0) return 1;
  const error = deviation(values) / Math.sqrt(values.length);
  // Differences that are all the same: no scatter, no doubt.
  if (error === 0) return 0;
  return Math.max(0, 1 - studentMass(Math.abs(centre) / error, values.length - 1));
}

/**
 * p values corrected for their number by Holm's method: where every one below 0.05 is called a difference, the chance that any of
 * them is none is below 0.05. It asks nothing of how the comparisons hang together, and these do: all are with the same baseline
 * runs. (Benjamini and Hochberg's asks for a certain kind of dependence, and only bounds the share of wrong ones.)
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((a, b) => ps[a]! - ps[b]! || a - b);
  const adjusted = new Array<number>(ps.length);
  let most = 0;
  order.forEach((i, rank) => {
    most = Math.max(most, Math.min(1, ps[i]! * (ps.length - rank)));
    adjusted[i] = most;
  });
  return adjusted;
}
