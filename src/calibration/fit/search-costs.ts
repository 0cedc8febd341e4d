import { leastSquares } from './least-squares.js';
import type { SearchGroup } from './searches.js';

/** The balancer's costs, in the order in which they are fitted. */
export const SEARCH_COSTS = ['newidle_base', 'lb_base', 'lb_per_cpu', 'lb_per_task', 'lb_per_move'] as const;

/** Groups of fewer searches are left out: their median is one that an interrupt may have got into. */
const FEWEST_SEARCHES = 5;

export interface SearchFit {
  readonly values: readonly number[];
  readonly errors: readonly number[];
  /** Searches that it rests on; 0 where there were too few to fit anything. */
  readonly n: number;
}

/**
 * What the parts of a search cost, from the kernel's own measure of whole searches:
 *
 *     cost = newidle_base + lb_base · balances + lb_per_cpu · CPUs + lb_per_task · asked + lb_per_move · moved + events
 *
 * The median of each group of like searches is one observation. A moved task has two trace events, its move and the
 * question whether it preempts; everything else that is counted has one.
 *
 * @param expected the costs of the machine so far, in the order of SEARCH_COSTS
 */
export function fitSearches(groups: Iterable<SearchGroup>, expected: readonly number[], traceEventNs: number): SearchFit {
  const observations = [];
  let n = 0;
  for (const { balances, cpus, candidates, asked, moved, costs } of groups) {
    if (costs.length < FEWEST_SEARCHES) continue;
    costs.sort((a, b) => a - b);
    const median = costs[Math.floor(costs.length / 2)]!;
    // The balance of the last domain ends with its event: the clock is read after it.
    const events = balances + candidates + asked + 2 * moved;
    observations.push({ x: [1, balances, cpus, asked, moved], y: median - events * traceEventNs, weight: costs.length });
    n += costs.length;
  }
  if (observations.length < 2) return { values: expected, errors: expected.map(() => Infinity), n: 0 };
  return { ...leastSquares(observations, expected), n };
}
