import { Stream } from '../../../sim/engine/rng.js';
import { mean } from '../../stats/intervals.js';

/** A candidate's gains in several objectives: by objective, by seed, all candidates with the same seeds. */
export type Scores = ReadonlyArray<readonly number[]>;

export interface FrontEntry {
  /** Nobody is better in one objective and no worse in all others. */
  readonly onFront: boolean;
  /** In how many of the resamples of the seeds it is on the front, 0…1. */
  readonly frequency: number;
}

const RESAMPLES = 500;
/** Comparisons of two candidates that may be made for the frequencies. */
const MOST_COMPARISONS = 50_000_000;

/** The Pareto front of the mean gains (more is better), and how sure each candidate's place on it is, by a bootstrap over the seeds. */
export function paretoFront(candidates: readonly Scores[]): FrontEntry[] {
  const seeds = candidates[0]?.[0]?.length ?? 0;
  const front = onFront(candidates.map((scores) => scores.map((values) => mean(values))));
  const resamples = Math.max(20, Math.min(RESAMPLES, Math.floor(MOST_COMPARISONS / Math.max(1, candidates.length * candidates.length))));
  const stream = new Stream(0, 'pareto');
  const counts = new Array<number>(candidates.length).fill(0);
  for (let i = 0; i < resamples; i++) {
    const drawn = Array.from({ length: seeds }, () => stream.below(seeds));
    const means = candidates.map((scores) => scores.map((values) => mean(drawn.map((s) => values[s]!))));
    onFront(means).forEach((on, c) => (counts[c]! += on ? 1 : 0));
  }
  return front.map((on, c) => ({ onFront: on, frequency: counts[c]! / resamples }));
}

function onFront(points: ReadonlyArray<readonly number[]>): boolean[] {
  return points.map((point) => !points.some((other) => dominates(other, point)));
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, k) => value >= b[k]!) && a.some((value, k) => value > b[k]!);
}
