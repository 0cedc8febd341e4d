import { InputError } from '../../input/error.js';
import { named } from './report/make-document.js';
import type { AxisValue, } from './axes/domain.js';
import type { Values } from './axes/axes.js';
import { valuesAt, type SweepPlan } from './plan.js';
import type { SearchState } from './search/ask-tell.js';
import type { TellEntry } from './spec/ask-tell-files.js';
import type { Comparison } from './statistics/comparisons.js';
import type { Course } from './sweep.js';

/** What a point is worth: told by the user, or simulated. */
export interface PointResult {
  /** Absent for a point of the user's own. */
  readonly id?: number;
  readonly values: Readonly<Record<string, AxisValue>>;
  /** What a search minimises: minus the gains over all contexts, by their weights; null: it has none. */
  readonly value: number | null;
  /** Of a point that was simulated for the full duration. */
  readonly comparisons?: readonly Comparison[];
}

/**
 * Looks at points that the search asked for, or that a user thought of; those without a value are simulated.
 * @throws InputError where an entry is no point, or the budget has not so many runs
 */
export async function evaluatePoints(plan: SweepPlan, course: Course, state: SearchState, entries: readonly TellEntry[], source: string): Promise<PointResult[]> {
  const points = entries.map((entry, i) => pointOf(plan, state, entry, `${source}: answers.${i}`));
  const open = points.filter(({ value }) => value === undefined);
  const trials = open.map(({ values, share }) => ({ candidate: course.cells.candidate(values), share }));
  const worth = trials.length === 0 ? [] : await course.values(trials);
  if (worth === null) throw new InputError(plan.file, 'budget.runs', 'enough for these points', String(plan.spec.budget.runs));
  const comparisons = course.compare();
  let next = 0;
  return points.map(({ id, values, value }) => {
    const shared = { ...(id === undefined ? {} : { id }), values: named(plan.choices, values) };
    if (value !== undefined) return { ...shared, value };
    const { candidate } = trials[next]!;
    const own = comparisons.filter((comparison) => comparison.candidate === candidate.id);
    return { ...shared, value: worth[next++]!, ...(own.length === 0 ? {} : { comparisons: own }) };
  });
}

interface Asked {
  readonly id: number | undefined;
  readonly values: Values;
  readonly share: number;
  readonly value: number | null | undefined;
}

function pointOf({ choices }: SweepPlan, state: SearchState, { id, value, values }: TellEntry, place: string): Asked {
  if (id !== undefined) {
    const trial = id - state.firstId < state.asked ? state.step?.trials[id - state.firstId] : undefined;
    if (trial === undefined) throw new InputError(place, 'id', 'the id of a question that was asked and not answered yet', String(id));
    return { id, values: valuesAt(choices, trial.point), share: trial.share, value };
  }
  const stranger = Object.keys(values!).find((knob) => !choices.some((axis) => axis.knob === knob));
  if (stranger !== undefined) throw new InputError(place, `values.${stranger}`, `a choice of the sweep: ${choices.map(({ knob }) => knob).join(', ')}`, stranger);
  const own = choices.map(({ knob }) => {
    if (!Object.hasOwn(values!, knob)) throw new InputError(place, `values.${knob}`, 'a value for each choice', 'nothing');
    return values![knob]!;
  });
  return { id: undefined, values: own, share: 1, value: undefined };
}
