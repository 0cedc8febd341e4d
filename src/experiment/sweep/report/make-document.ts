import { METRIC_NAMES, type MetricName } from '../../../sim/records/metrics.js';
import type { Axis } from '../axes/axes.js';
import type { AxisValue } from '../axes/domain.js';
import type { Candidate, Cell } from '../cells.js';
import type { SweepPlan } from '../plan.js';
import { firstSeeds } from '../refine.js';
import { ALPHA } from '../statistics/comparisons.js';
import { estimate } from '../statistics/effects.js';
import { directionOf } from '../statistics/gains.js';
import type { SweepOutcome } from '../sweep.js';
import { assign, difference } from '../variants/assign.js';
import type { VariantState } from '../variants/state.js';
import { answerOf, questionOf } from './answer.js';
import type { SweepDocument, SweptAxis, SweptCell, SweptObjective } from './document.js';
import { factorEffects } from './factor-effects.js';
import { places } from './places.js';

const WHY =
  'Holm: whatever the dependence between comparisons, and all are with the same baseline runs, the chance that any verdict of ' +
  'better or worse is chance stays below alpha; multiplied by the number of looks at which the sweep could have stopped. ' +
  'Intervals are not corrected.';

/** The document of a sweep that has ended. */
export function sweepDocument(plan: SweepPlan, outcome: SweepOutcome): SweepDocument {
  const { spec, bench, contexts, choices, conditions, looks } = plan;
  const all = outcome.cells.all();
  const full = all.filter(({ share }) => share === 1);
  const document: Omit<SweepDocument, 'question' | 'answer'> = {
    schema: 1,
    name: spec.name,
    description: spec.description ?? '',
    baseline: spec.baseline,
    scenarios: bench.scenarios.map(({ name, profile, durationNs, unit, errorPercent, notes }) => ({
      name, machine: profile.name, durationNs, throughputUnit: unit === '' ? '' : `${unit}/s`, calibrationErrorPercent: errorPercent, notes,
    })),
    axes: [...choices, ...conditions].map((axis) => sweptAxis(axis, plan)),
    contexts: contexts.map(({ id, base, label, values }) => ({ id, scenario: bench.scenarios[base]!.name, label, values: named(conditions, values) })),
    objectives: objectivesOf(plan),
    search: spec.search,
    seeds: { first: looks[0]!, most: looks.at(-1)!, looks },
    budgetRuns: spec.budget.runs,
    runs: outcome.cells.runCount,
    ended: outcome.ended,
    correction: { method: 'holm', alpha: ALPHA, comparisons: outcome.comparisons.length, looks: looks.length, why: WHY },
    candidates: outcome.cells.candidates.map((candidate) => sweptCandidate(candidate, all, plan)),
    cells: full.map(sweptCell),
    comparisons: outcome.comparisons,
    best: bestOf(outcome),
    effects: factorEffects(plan, full),
    pareto: places(plan, full),
    milestones: outcome.milestones,
  };
  return { ...document, question: questionOf(document), answer: answerOf(document) };
}

function bestOf({ milestones }: SweepOutcome): SweepDocument['best'] {
  const last = milestones.at(-1);
  if (last === undefined) return null;
  const { candidate, gain, lo, hi } = last;
  return { candidate, gain, lo, hi };
}

function sweptAxis(axis: Axis, { bench }: SweepPlan): SweptAxis {
  const { levels } = axis;
  return {
    knob: axis.knob,
    role: axis.role,
    values: levels === null ? null : Array.from({ length: levels }, (_, i) => axis.at(axis.levelAt(i))),
    from: axis.at(0),
    to: axis.at(1),
    base: bench.scenarios.map((_, i) => baseValue(bench.base(i), axis)),
  };
}

function baseValue(state: VariantState, { knob, part }: Axis): AxisValue | null {
  if (knob === 'policy') return state.policy.name;
  const path = part === 'machine' ? ['machine', knob] : knob.split('.');
  if (part === 'policy') path.splice(1, 0, 'params');
  const found = path.reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined), state);
  return typeof found === 'number' || typeof found === 'string' || typeof found === 'boolean' ? found : null;
}

function objectivesOf({ spec, bench }: SweepPlan): SweptObjective[] {
  return spec.objectives.map((objective) => ({
    metric: objective.metric,
    better: directionOf(objective) === 1 ? 'higher' : 'lower',
    scale: objective.scale,
    weight: objective.weight,
    unit: objective.scale === 'relative' ? '% of the baseline' : unitOf(objective.metric, bench.scenarios[0]!.unit),
  }));
}

function unitOf(metric: MetricName, counted: string): string {
  if (metric.endsWith('_ns')) return 'ns';
  return metric === 'throughput' ? `${counted}/s` : '';
}

function sweptCandidate(candidate: Candidate, cells: readonly Cell[], { choices, bench, file }: SweepPlan): SweepDocument['candidates'][number] {
  const own = cells.filter((cell) => cell.candidate.id === candidate.id);
  const [first] = own;
  // Of the choices alone: what a context sets is the context's.
  const { patches } = assign(bench.base(0), candidate.id === 0 ? [] : choices, candidate.values, file);
  return {
    id: candidate.id,
    values: named(choices, candidate.values),
    label: candidate.id === 0 ? 'the baseline' : candidate.values.map((value, i) => `${choices[i]!.knob.split('.').at(-1)!} ${String(value)}`).join(', '),
    policy: first?.variant.policyText ?? '',
    difference: candidate.id === 0 ? 'the baseline' : difference(bench.base(0), patches),
    patches: patches.map(({ op, path, value }) => ({ op, path, ...(value === undefined ? {} : { value: value as unknown }) })),
    share: Math.max(0, ...own.map(({ share }) => share)),
  };
}

function sweptCell({ candidate, context, runs }: Cell): SweptCell {
  const seeds = firstSeeds(runs.size);
  const metrics = Object.fromEntries(METRIC_NAMES.map((name) => {
    const values = seeds.map((seed) => runs.get(seed)?.metrics[name] ?? null);
    return [name, values.length === 0 || values.includes(null) ? null : estimate(values as number[])];
  })) as SweptCell['metrics'];
  return { candidate: candidate.id, context: context.id, seeds: seeds.length, metrics };
}

/** Values of axes by their knobs. */
export function named(axes: readonly Axis[], values: readonly AxisValue[]): Record<string, AxisValue> {
  return Object.fromEntries(values.map((value, i) => [axes[i]!.knob, value]));
}
