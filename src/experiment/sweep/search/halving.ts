import { sobolPoints } from './designs.js';
import { ranking, type SearchMethod, type Trial } from './types.js';

/**
 * Successive halving (K. Jamieson and A. Talwalkar 2016): many points run for a short time, the best 1/eta of them run for eta times
 * as long, and so on until those that are left run for the full duration.
 *
 *     points     27   9   3   1        (eta = 3)
 *     share    1/27 1/9 1/3   1
 *
 * A point costs its share, so all the steps together cost about as much as (log_eta(points) + 1) full runs.
 */
export function halving(points: number, eta: number, seed: number): SearchMethod<null> {
  return {
    name: 'halving',
    first: ({ levels }) => {
      let share = 1;
      for (let left = points; left > 1; left = survivors(left, eta)) share /= eta;
      return { inner: null, trials: sobolPoints(levels.length, points, seed).map((point) => ({ point, share })) };
    },
    next: (_, { trials }, values) => {
      if (trials.length === 1) return null;
      const best = ranking(values).slice(0, survivors(trials.length, eta)).sort((a, b) => a - b);
      // Shares are quotients of 1: where one trial is left it is the whole duration, to the last bit or not.
      const longer = (trial: Trial): number => (best.length === 1 ? 1 : Math.min(1, trial.share * eta));
      return { inner: null, trials: best.map((i) => ({ point: trials[i]!.point, share: longer(trials[i]!) })) };
    },
  };
}

function survivors(count: number, eta: number): number {
  return Math.max(1, Math.floor(count / eta));
}
