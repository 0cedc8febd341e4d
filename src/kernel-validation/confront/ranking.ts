import { mean, RESAMPLES } from '../../experiment/stats/intervals.js';
import { tauB } from '../../experiment/stats/kendall.js';
import { percentileInterval } from '../../experiment/stats/unpaired.js';
import { Stream } from '../../sim/engine/rng.js';
import { valueOf } from './difference.js';
import type { PolicyRuns } from './group.js';
import { pairKey, type Run } from './run.js';
import { FEW_RUNS } from './rule.js';
import type { Ranking, Tau } from './types.js';

/** The runs by which the policies of a workload are ranked on both sides. */
export interface Contest {
  readonly workload: string;
  readonly metric: string;
  readonly better: 'lower' | 'higher';
  readonly policies: readonly PolicyRuns[];
}

/** The policies of a workload by their means, best first; those that are level stay in the order given. */
export function rankingOf({ workload, metric, better, policies }: Contest): Ranking {
  const ranked = (side: 'sim' | 'kernel'): Ranking['predicted'] => {
    const means = policies.map((one) => ({ policy: one.policy, mean: mean(one[side].map((run) => valueOf(run, metric))) }));
    return means.sort((a, b) => (better === 'lower' ? a.mean - b.mean : b.mean - a.mean));
  };
  return { workload, metric, better, predicted: ranked('sim'), measured: ranked('kernel') };
}

/**
 * Kendall's τ_b (stats/kendall.ts) of the predicted and the measured order, over all pairs of policies of each workload. Policies
 * whose means are equal to the last bit are tied.
 *
 * Its interval is a percentile bootstrap over the repetitions, on both sides: where all policies of a workload have the same
 * seeds and perturbations these are drawn, so that pairs stay pairs, else each policy's runs by themselves. A draw in which
 * a side has no order at all counts as 0. Null where any policy has fewer than FEW_RUNS runs on a side. The draws have a stream
 * of their own, so the same runs give the same interval.
 */
export function tauOf(contests: readonly Contest[]): Tau {
  const n = contests.reduce((sum, { policies }) => sum + (policies.length * (policies.length - 1)) / 2, 0);
  const value = tauB(contests.flatMap((contest) => differences(contest, (runs) => runs)));
  const fewest = Math.min(...contests.flatMap(({ policies }) => policies.flatMap(({ sim, kernel }) => [sim.length, kernel.length])));
  if (value === null || fewest < FEW_RUNS) return { value, lo: null, hi: null, n };
  const stream = new Stream(0, 'tau');
  const drawn = Float64Array.from({ length: RESAMPLES }, () => {
    return tauB(contests.flatMap((contest) => differences(contest, resampler(contest, stream)))) ?? 0;
  });
  return { value, ...percentileInterval(drawn), n };
}

type Draw = (runs: readonly Run[], side: 'sim' | 'kernel') => readonly Run[];

function differences({ metric, policies }: Contest, draw: Draw): Array<readonly [number, number]> {
  const means = policies.map(({ sim, kernel }) => [
    mean(draw(sim, 'sim').map((run) => valueOf(run, metric))),
    mean(draw(kernel, 'kernel').map((run) => valueOf(run, metric))),
  ] as const);
  return means.flatMap(([x, y], i) => means.slice(0, i).map(([ox, oy]) => [x - ox, y - oy] as const));
}

/** Draws the same repetitions for every policy of a side where all have the same. */
function resampler({ policies }: Contest, stream: Stream): Draw {
  const drawnKeys = new Map<string, readonly string[] | null>();
  for (const side of ['sim', 'kernel'] as const) {
    const keys = policies.map((one) => one[side].map((run) => pairKey(run.facts)));
    const first = keys[0]!;
    const alike = keys.every((own) => own.length === first.length && first.every((key) => own.includes(key)));
    drawnKeys.set(side, alike ? first.map(() => first[stream.below(first.length)]!) : null);
  }
  return (runs, side) => {
    const keys = drawnKeys.get(side)!;
    if (keys === null) return runs.map(() => runs[stream.below(runs.length)]!);
    return keys.map((key) => runs.find((run) => pairKey(run.facts) === key)!);
  };
}
