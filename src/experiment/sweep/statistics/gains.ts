import { BETTER } from '../../stats/verdict.js';
import { mean } from '../../stats/intervals.js';
import type { ObjectiveSpec } from '../spec/schema.js';
import type { StoredRun } from '../store/run-store.js';

/**
 * What a candidate gains over the baseline in one context, seed by seed: above 0 is better. In percent of the baseline's mean, or,
 * of an absolute objective, in the metric's own unit.
 */
export interface Gains {
  /** By seed, of the pairs in which both runs have the metric. */
  readonly bySeed: ReadonlyMap<number, number>;
  /** Pairs that one run of lacks the metric. */
  readonly missing: number;
  readonly baselineMean: number;
}

type Runs = ReadonlyMap<number, StoredRun>;

/** @param seeds those to be paired; seeds that either has no run of are left out */
export function gains(objective: ObjectiveSpec, own: Runs, baseline: Runs, seeds: Iterable<number>): Gains {
  const pairs: Array<{ readonly seed: number; readonly mine: number; readonly theirs: number }> = [];
  let missing = 0;
  for (const seed of seeds) {
    const [run, reference] = [own.get(seed), baseline.get(seed)];
    if (run === undefined || reference === undefined) continue;
    const [mine, theirs] = [run.metrics[objective.metric], reference.metrics[objective.metric]];
    if (mine === null || theirs === null) missing += 1;
    else pairs.push({ seed, mine, theirs });
  }
  const baselineMean = pairs.length === 0 ? 0 : mean(pairs.map(({ theirs }) => theirs));
  const scale = objective.scale === 'absolute' ? 1 : 100 / Math.abs(baselineMean);
  const sign = directionOf(objective);
  const bySeed = new Map<number, number>();
  for (const { seed, mine, theirs } of pairs) {
    const difference = mine - theirs;
    // Of a baseline of 0 there are no percents, but nothing is 0 of anything.
    if (difference === 0) bySeed.set(seed, 0);
    else if (Number.isFinite(scale)) bySeed.set(seed, sign * difference * scale);
    else missing += 1;
  }
  return { bySeed, missing, baselineMean };
}

/** 1 where more of the metric is better, −1 where less is. */
export function directionOf({ metric, better }: ObjectiveSpec): 1 | -1 {
  return (better ?? BETTER[metric]) === 'higher' ? 1 : -1;
}

/** Gains over several contexts: their mean, seed by seed, over the seeds that all of them have. */
export function together(all: readonly Gains[]): Gains {
  const [first] = all;
  const bySeed = new Map<number, number>();
  if (first !== undefined) {
    for (const seed of first.bySeed.keys()) {
      const values = all.map((gain) => gain.bySeed.get(seed));
      if (!values.includes(undefined)) bySeed.set(seed, mean(values as number[]));
    }
  }
  return { bySeed, missing: all.reduce((sum, gain) => sum + gain.missing, 0), baselineMean: 0 };
}
