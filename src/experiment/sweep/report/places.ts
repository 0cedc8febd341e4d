import type { Cell } from '../cells.js';
import type { SweepPlan } from '../plan.js';
import { firstSeeds } from '../refine.js';
import { estimate } from '../statistics/effects.js';
import { gains, together } from '../statistics/gains.js';
import { paretoFront } from '../statistics/pareto.js';
import type { SweptPlace } from './document.js';

/** The Pareto front of the candidates, the baseline among them, over all contexts; empty where there is one objective. */
export function places(plan: SweepPlan, cells: readonly Cell[]): SweptPlace[] {
  const { objectives } = plan.spec;
  if (objectives.length < 2) return [];
  const seeds = firstSeeds(plan.looks[0]!);
  const byCandidate = new Map<number, Cell[]>();
  for (const cell of cells) byCandidate.set(cell.candidate.id, [...(byCandidate.get(cell.candidate.id) ?? []), cell]);
  const baseline = new Map((byCandidate.get(0) ?? []).map((cell) => [cell.context.id, cell]));
  const judged = [...byCandidate].flatMap(([candidate, own]) => {
    const scores = objectives.map((objective) => [...together(own.map((cell) => gains(objective, cell.runs, baseline.get(cell.context.id)!.runs, seeds))).bySeed.values()]);
    return scores.every((values) => values.length === seeds.length) ? [{ candidate, scores }] : [];
  });
  const front = paretoFront(judged.map(({ scores }) => scores));
  return judged.map(({ candidate, scores }, i) => ({ candidate, gains: scores.map(estimate), ...front[i]! }));
}
