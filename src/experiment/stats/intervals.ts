import { Stream } from '../../sim/engine/rng.js';
import { studentQuantile } from './student.js';

/** An interval that holds the true mean of the differences with the stated probability. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** The level of every interval that is printed. */
export const LEVEL = 0.95;

/** Below this many pairs the wider of the t and the bootstrap interval counts, on each side. */
export const FEW_PAIRS = 20;

/** Resamples of a bootstrap interval. */
export const RESAMPLES = 2000;

/** Arithmetic mean; the sum is compensated (Neumaier), so the order of the values does not show. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return (sum + lost) / values.length;
}

/** Standard deviation of a sample (n − 1); 0 for fewer than two values. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) * (values.length / (values.length - 1)));
}

/** mean ± t · s/√n. Right where the differences are about normal. Null for fewer than two values. */
export function tInterval(values: readonly number[], level = LEVEL): Interval | null {
  const n = values.length;
  if (n < 2) return null;
  const half = (studentQuantile(n - 1, level) * deviation(values)) / Math.sqrt(n);
  const centre = mean(values);
  return { lo: centre - half, hi: centre + half };
}

/**
 * Percentile bootstrap of the mean: no normality assumed, but too narrow where there are few values. The draws come from
 * a stream of their own, so the same values give the same interval. Null for fewer than two values.
 *
 * @param seed 0…2^32−1
 */
export function bootstrapInterval(
  values: readonly number[],
  seed: number,
  level = LEVEL,
  resamples = RESAMPLES,
): Interval | null {
  const n = values.length;
  if (n < 2) return null;
  const stream = new Stream(seed, 'bootstrap');
  const means = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += values[stream.below(n)]!;
    means[i] = sum / n;
  }
  means.sort((a, b) => a - b);
  const tail = Math.floor((resamples * (1 - level)) / 2);
  return { lo: means[tail]!, hi: means[resamples - 1 - tail]! };
}

/**
 * The interval that verdicts are judged by: the t interval; with fewer than FEW_PAIRS values, where neither normality
 * nor the bootstrap can be trusted alone, the wider of the two on each side.
 */
export function judgedInterval(values: readonly number[], seed: number): Interval | null {
  const t = tInterval(values);
  if (t === null || values.length >= FEW_PAIRS) return t;
  const b = bootstrapInterval(values, seed)!;
  return { lo: Math.min(t.lo, b.lo), hi: Math.max(t.hi, b.hi) };
}
