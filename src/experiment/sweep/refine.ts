import type { Candidate, Cell } from './cells.js';
import type { Wanted } from './evaluator.js';
import type { SweepPlan } from './plan.js';
import { isOpen, type Comparison } from './statistics/comparisons.js';

/** More seeds for some cells. */
export interface NextSeeds {
  readonly wanted: readonly Wanted[];
  /** The budget had no runs left for others whose verdict is open too. */
  readonly cut: boolean;
}

/**
 * Where the next seeds go: to the cells of candidates whose verdict is open, and to the baseline beside them. The most promising
 * candidates come first, those whose gain may be the highest, as long as the budget lasts.
 *
 * @param cellOf the cell of a candidate in a context, at full duration
 * @param left runs that the budget still has
 */
export async function nextSeeds(
  plan: SweepPlan, comparisons: readonly Comparison[], candidates: readonly Candidate[],
  cellOf: (candidate: Candidate, context: number) => Promise<Cell>, seeds: number, left: number,
): Promise<NextSeeds> {
  const open = comparisons.filter(isOpen);
  const promise = new Map<number, number>();
  for (const { candidate, hi, gain } of open) promise.set(candidate, Math.max(promise.get(candidate) ?? -Infinity, hi ?? gain ?? -Infinity));
  const order = [...promise.keys()].sort((a, b) => promise.get(b)! - promise.get(a)! || a - b);
  const wanted: Wanted[] = [];
  let cut = false;
  const counted = new Set<string>();
  let rest = left;
  for (const id of order) {
    const contexts = new Set(open.filter(({ candidate }) => candidate === id).flatMap(({ context }) => (context === null ? plan.contexts.map((c) => c.id) : [context])));
    const cells: Cell[] = [];
    for (const context of [...contexts].sort((a, b) => a - b)) {
      cells.push(await cellOf(candidates[0]!, context), await cellOf(candidates[id]!, context));
    }
    const fresh = cells.flatMap((cell) => missing(cell, seeds).map((seed) => `${cell.key} ${seed}`)).filter((name) => !counted.has(name));
    const cost = new Set(fresh).size;
    if (cost > rest) {
      cut = true;
      break;
    }
    rest -= cost;
    for (const name of fresh) counted.add(name);
    for (const cell of cells) wanted.push({ cell, seeds: firstSeeds(seeds) });
  }
  return { wanted: counted.size === 0 ? [] : wanted, cut };
}

function missing(cell: Cell, seeds: number): number[] {
  return firstSeeds(seeds).filter((seed) => !cell.runs.has(seed));
}

/** 1…n */
export function firstSeeds(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
