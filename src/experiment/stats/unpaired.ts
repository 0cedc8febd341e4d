import { Stream } from '../../sim/engine/rng.js';
import { deviation, FEW_PAIRS, LEVEL, mean, RESAMPLES, type Interval } from './intervals.js';
import { studentQuantile } from './student.js';

/**
 * The 95 % interval of mean(a) − mean(b), of runs that do not belong together in pairs: Welch's standard error, with t of the
 * smaller sample's degrees of freedom, which errs on the wide side (Welch and Satterthwaite's lie between those and all
 * together); with fewer than FEW_PAIRS values on a side the wider of it and a percentile bootstrap that draws from both.
 * Null with fewer than two values on a side.
 *
 * @param seed 0…2^32−1, of the bootstrap
 */
export function unpairedInterval(a: readonly number[], b: readonly number[], seed: number): Interval | null {
  if (a.length < 2 || b.length < 2) return null;
  const centre = mean(a) - mean(b);
  const error = Math.sqrt(deviation(a) ** 2 / a.length + deviation(b) ** 2 / b.length);
  const half = studentQuantile(Math.min(a.length, b.length) - 1, LEVEL) * error;
  const t = { lo: centre - half, hi: centre + half };
  if (Math.min(a.length, b.length) >= FEW_PAIRS) return t;
  const stream = new Stream(seed, 'unpaired bootstrap');
  const differences = Float64Array.from({ length: RESAMPLES }, () => drawnMean(a, stream) - drawnMean(b, stream));
  const drawn = percentileInterval(differences);
  return { lo: Math.min(t.lo, drawn.lo), hi: Math.max(t.hi, drawn.hi) };
}

/** What lies between the tails of resampled values, which are put in order. */
export function percentileInterval(values: Float64Array): Interval {
  values.sort((x, y) => x - y);
  const tail = Math.floor((values.length * (1 - LEVEL)) / 2);
  return { lo: values[tail]!, hi: values[values.length - 1 - tail]! };
}

function drawnMean(values: readonly number[], stream: Stream): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[stream.below(values.length)]!;
  return sum / values.length;
}
