import { readJsonFile } from '../../input/json.js';
import { InputError } from '../../input/error.js';
import { axesOf, combinations, type Axis, type Values } from './axes/axes.js';
import type { Context } from './cells.js';
import { methodOf, spaceOf } from './search/method.js';
import type { Point, SearchMethod, Space } from './search/types.js';
import { checkSweep, MAX_RUNS, type SweepSpec } from './spec/schema.js';
import { looksOf, seedPlan } from './spec/seeds.js';
import { Bench } from './variants/bench.js';

/** A sweep with everything looked up: what will be asked, where, and how often. */
export interface SweepPlan {
  readonly file: string;
  readonly spec: SweepSpec;
  readonly bench: Bench;
  readonly choices: readonly Axis[];
  readonly conditions: readonly Axis[];
  readonly contexts: readonly Context[];
  readonly space: Space;
  readonly method: SearchMethod;
  /** Seeds of a cell after each look at the results; the first is what every cell gets. */
  readonly looks: readonly number[];
}

/** Reads a sweep's file and whatever it names. @throws InputError */
export async function planSweep(file: string): Promise<SweepPlan> {
  const spec = checkSweep(readJsonFile(file), file);
  const axes = axesOf(spec, file);
  const choices = axes.filter(({ role }) => role === 'choice');
  const conditions = axes.filter(({ role }) => role === 'condition');
  const method = methodOf(spec.search, choices, file);
  const settings = combinations(conditions, file);
  const looks = looksOf(seedPlan(spec));
  refuseTooMany(spec, file, choices, settings.length * spec.scenarios.length, looks[0]!);
  const bench = await Bench.open(spec, file);
  const contexts = contextsOf(bench, conditions, settings, file);
  const plan = { file, spec, bench, choices, conditions, contexts, space: spaceOf(choices), method, looks };
  await tryEveryKnob(plan);
  return plan;
}

/** The values that a point of the search stands for. */
export function valuesAt(choices: readonly Axis[], point: Point): Values {
  return choices.map((axis, i) => axis.at(point[i]!));
}

function contextsOf(bench: Bench, conditions: readonly Axis[], settings: readonly Values[], file: string): Context[] {
  const names = bench.scenarios.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError(file, 'scenarios', 'scenarios of different names', `two called ${twice}`);
  return names
    .flatMap((name, base) => settings.map((values) => {
      const given = conditions.map(({ knob }, i) => `${knob}=${String(values[i])}`);
      return { base, values, label: [name, ...given].join(' ') };
    }))
    .map((context, id) => ({ id, ...context }));
}

/** Runs before any verdict: what cannot fit is said before anything runs. */
function refuseTooMany(spec: SweepSpec, file: string, choices: readonly Axis[], contexts: number, seeds: number): void {
  const { search } = spec;
  const points = search.method === 'grid' ? choices.reduce((product, axis) => product * axis.levels!, 1) : search.method === 'cmaes' ? 1 : search.points;
  const runs = (points + 1) * contexts * seeds;
  const most = Math.min(MAX_RUNS, spec.budget.runs);
  if (runs > most) throw new InputError(file, 'budget.runs', `at least the ${runs} runs of ${points} points and the baseline in ${contexts} contexts with ${seeds} seeds, and at most ${MAX_RUNS}`, String(spec.budget.runs));
}

/** Sets every axis to its ends in every scenario, so that a wrong knob or range is said before anything runs. */
async function tryEveryKnob({ bench, choices, conditions }: Pick<SweepPlan, 'bench' | 'choices' | 'conditions'>): Promise<void> {
  const axes = [...choices, ...conditions];
  for (let base = 0; base < bench.scenarios.length; base++) {
    await bench.variant(base, axes, axes.map((axis) => axis.at(0)));
    for (const [i, axis] of axes.entries()) {
      const ends = axis.levels !== null && !axis.continuous ? Array.from({ length: Math.min(axis.levels, 100) }, (_, level) => axis.at(axis.levelAt(level))) : [axis.at(0), axis.at(1)];
      for (const value of ends) await bench.variant(base, axes, axes.map((other, j) => (i === j ? value : other.at(0))));
    }
  }
}
