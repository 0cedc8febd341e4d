import type { Cell } from '../cells.js';
import type { AxisValue } from '../axes/domain.js';
import type { SweepPlan } from '../plan.js';
import { firstSeeds } from '../refine.js';
import { effects, type Factor } from '../statistics/effects.js';
import { gains } from '../statistics/gains.js';
import type { SweepDocument } from './document.js';

/** An axis with more numbers than this is taken in parts. */
const MOST_LEVELS = 12;
const PARTS = 5;

/** Effects of the axes and of the scenario on the first objective, by the cells at full duration and the seeds that all of them have. */
export function factorEffects(plan: SweepPlan, cells: readonly Cell[]): SweepDocument['effects'] {
  const objective = plan.spec.objectives[0]!;
  const seeds = firstSeeds(plan.looks[0]!);
  const baselines = new Map(cells.filter(({ candidate }) => candidate.id === 0).map((cell) => [cell.context.id, cell]));
  const usable: Cell[] = [];
  const values: number[][] = [];
  for (const cell of cells) {
    const baseline = baselines.get(cell.context.id);
    if (cell.candidate.id === 0 || baseline === undefined) continue;
    const own = gains(objective, cell.runs, baseline.runs, seeds);
    if (own.bySeed.size !== seeds.length) continue;
    usable.push(cell);
    values.push([...own.bySeed.values()]);
  }
  const shared = { metric: objective.metric, seeds: seeds.length };
  if (usable.length === 0) return { ...shared, main: [], interactions: [] };
  const factors: Factor[] = [
    factor('scenario', usable.map(({ context }) => plan.bench.scenarios[context.base]!.name)),
    ...plan.choices.map((axis, i) => factor(axis.knob, usable.map(({ candidate }) => candidate.values[i]!))),
    ...plan.conditions.map((axis, i) => factor(axis.knob, usable.map(({ context }) => context.values[i]!))),
  ];
  return { ...shared, ...effects(factors, values) };
}

/** Levels are the values, numbers in their order; many numbers are taken together in parts of about as many cells. */
function factor(name: string, values: readonly AxisValue[]): Factor {
  const different = [...new Set(values)];
  if (different.every((value) => typeof value === 'number')) {
    const sorted = (different as number[]).sort((a, b) => a - b);
    if (sorted.length > MOST_LEVELS) return parts(name, values as readonly number[], sorted);
    return { name, levels: sorted.map(String), of: values.map((value) => sorted.indexOf(value as number)) };
  }
  return { name, levels: different.map(String), of: values.map((value) => different.indexOf(value)) };
}

function parts(name: string, values: readonly number[], sorted: readonly number[]): Factor {
  const groups = Array.from({ length: PARTS }, (_, i) => sorted.slice(Math.floor((i * sorted.length) / PARTS), Math.floor(((i + 1) * sorted.length) / PARTS)));
  const ends = groups.map((group) => group.at(-1)!);
  return { name, levels: groups.map((group) => `${group[0]!}…${group.at(-1)!}`), of: values.map((value) => ends.findIndex((end) => value <= end)) };
}
