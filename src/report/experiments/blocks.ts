import { BENCHMARKS, THESIS_ACCURACY, THESIS_FORCED, THESIS_SCORES, THESIS_SETTINGS, type Benchmark } from './thesis.js';
import type { TextBlock } from '../text-block.js';
import { outcomeBlock } from './outcome-block.js';
import type { ExperimentAccuracy, Experiments, Origin } from './types.js';

/** A part of the page, with a chart in HTML. */
export interface Block extends TextBlock {
  /** Accuracies to draw, %, by series and then by category; null where there is none. */
  readonly chart?: {
    readonly categories: readonly string[];
    readonly series: ReadonlyArray<{ readonly name: string; readonly values: ReadonlyArray<number | null> }>;
  };
}

const ORIGINS: readonly Origin[] = ['real', 'simulated'];
const QUESTIONS = { 1: "CFS' decision", 2: 'a forced migration will follow', 3: 'this very call is forced' } as const;
const MODELS = ['compact', 'full', 'logistic', 'tree', 'rule'];
const EXPERIMENTS = [1, 2, 3] as const;

export const DIFFERENCES: readonly string[] = [
  'The thesis recorded a personal computer of 8 CPUs, one million calls a benchmark. Ours are recordings of Linux 6.1 in an emulator, some thousands of calls each, and runs of the simulator with its own generators of the same names; both of ours have 8 cores that share one cache and a migration cost of 5 ms, so that tasks are hot often enough to be forced.',
  'The thesis judges on balanced classes and on rows of the run that it trained on, in experiment 2 on another run too; ours are judged at their natural prevalence on another run, with another seed, and balanced accuracy stands for the accuracy on balanced classes.',
  'The thesis counts calls that were refused before the hot test; ours are those in which a policy is asked. Its inputs include pid, time and vruntime, which tell runs apart rather than decisions; ours do not.',
  'The compact model of the thesis is in floating point; ours is the integer program.',
  'In experiment 2 a series of ours ends where the task has run, since only until then would an early move have had the same result; the thesis\' key alone is judged beside it.',
];

/** The parts of the page, in order. */
export function experimentBlocks(found: Experiments): Block[] {
  return [
    meansBlock(found),
    ...EXPERIMENTS.map((experiment) => accuracyBlock(found, experiment)),
    ...EXPERIMENTS.map((experiment) => scoresBlock(found, experiment)),
    forcedBlock(found),
    outcomeBlock(found),
    {
      id: 'settings',
      title: 'Table 5.8: settings of the networks',
      paragraphs: ['The full form of the thesis is PyTorch\'s, ours TensorFlow.js\'; the compact ones are LibML\'s, each its own.'],
      columns: ['', ...EXPERIMENTS.flatMap((n) => [`${n} full`, `${n} compact`])],
      rows: [...THESIS_SETTINGS.map(([name, values]) => [`thesis: ${name}`, ...values]), ...found.settings.map(([name, values]) => [`ours: ${name}`, ...values])],
    },
  ];
}

function meansBlock({ means, trivial, silent }: Experiments): Block {
  return {
    id: 'means',
    title: 'Means over the workloads',
    paragraphs: [
      ...trivial.map(
        ({ experiment, origin, rule, without }) =>
          `Experiment ${experiment}, ${origin}, is trivial: the inputs contain the rule that makes the labels (the rule alone: ${percent(rule)} %). ` +
          `Without nr_balance_failed and cache_nice_tries the compact model has ${percent(without)} %.`,
      ),
      ...(silent.length === 0 ? [] : [`Simulated runs without one call of can_migrate_task(), of which nothing can be learnt: ${silent.join(', ')}.`]),
    ],
    columns: ['experiment', 'recordings', 'model', 'trained on', 'workloads judged', 'balanced accuracy, %', 'target', ''],
    rows: means.map((one) => [
      one.variant, one.origin, one.model, one.trainedOn, String(one.workloads), percent(one.balancedAccuracy), `≥ ${(100 * one.target).toFixed(0)}`, one.verdict,
    ]),
  };
}

function accuracyBlock({ accuracies }: Experiments, experiment: 1 | 2 | 3): Block {
  const of = accuracies.filter((one) => one.experiment === experiment);
  const workloads = [...new Set([...BENCHMARKS, ...of.map(({ workload }) => workload)])];
  const models = MODELS.filter((model) => of.some((one) => model in one.models));
  const find = (origin: Origin, workload: string): ExperimentAccuracy | undefined =>
    of.find((one) => one.origin === origin && one.workload === workload);
  const thesis = (workload: string): readonly [number | null, number | null, string] => {
    const known = isBenchmark(workload) ? THESIS_ACCURACY[experiment][workload] : undefined;
    return known === undefined ? [null, null, '–'] : [known.pytorch, known.libml, known.text];
  };
  const value = (origin: Origin, workload: string): number | null => {
    const one = find(origin, workload);
    const accuracy = one?.verdict === 'decided' ? one.models['compact'] : null;
    return accuracy === null || accuracy === undefined ? null : 100 * accuracy;
  };
  return {
    id: `figure-5-${experiment}`,
    title: `Figure 5.${experiment}: experiment ${experiment}, ${QUESTIONS[experiment]}`,
    paragraphs: ['Accuracy on balanced classes, %, by workload. Ours on another run than the one trained on, of several the first by name; U: fewer than 50 positives in it, undecided.'],
    columns: ['workload', 'thesis, full', 'thesis, compact', 'thesis says', ...ORIGINS.flatMap((origin) => [`${origin}: positives`, ...models.map((model) => `${origin}: ${model}`)])],
    rows: workloads.map((workload) => {
      const [pytorch, libml, says] = thesis(workload);
      return [
        workload, figure(pytorch), figure(libml), says,
        ...ORIGINS.flatMap((origin) => {
          const one = find(origin, workload);
          if (one === undefined) return ['–', ...models.map(() => '–')];
          const mark = one.verdict === 'undecided' ? ' U' : '';
          return [String(one.positives), ...models.map((model) => `${percent(one.models[model] ?? null)}${mark}`)];
        }),
      ];
    }),
    chart: {
      categories: workloads,
      series: [
        { name: 'thesis, full', values: workloads.map((workload) => thesis(workload)[0]) },
        { name: 'thesis, compact', values: workloads.map((workload) => thesis(workload)[1]) },
        { name: 'real, compact integers', values: workloads.map((workload) => value('real', workload)) },
        { name: 'simulated, compact integers', values: workloads.map((workload) => value('simulated', workload)) },
      ],
    },
  };
}

function scoresBlock({ scores }: Experiments, experiment: 1 | 2 | 3): Block {
  const table = { 1: '5.4', 2: '5.6', 3: '5.7' }[experiment];
  const of = scores.filter((one) => one.experiment === experiment);
  return {
    id: `table-${table.replace('.', '-')}`,
    title: `Table ${table}: univariate scores of the inputs, experiment ${experiment}`,
    paragraphs: ['ANOVA F. It grows with the number of rows, and the thesis has a million of each: compare orders within a column, not columns.'],
    columns: ['input', ...BENCHMARKS.map((name) => `thesis: ${name}`), ...of.map(({ origin, workload }) => `${origin}: ${workload}`)],
    rows: Object.entries(THESIS_SCORES[experiment]).map(([input, values]) => [
      input, ...values.map((value) => value.toFixed(2)), ...of.map(({ scores: own }) => score(own[input] ?? null)),
    ]),
  };
}

function forcedBlock({ forced }: Experiments): Block {
  const row = (name: string, calls: number, own: number, leading: number): string[] => [
    name, String(calls), String(own), String(leading), share(own, calls), share(leading, calls),
  ];
  return {
    id: 'table-5-5',
    title: 'Table 5.5: forced migrations',
    paragraphs: ['All calls; those that end in a forced migration by the key of the thesis.'],
    columns: ['workload', 'calls', 'forced', 'ending in a forced one', 'forced, %', 'ending, %'],
    rows: [
      ...BENCHMARKS.map((name) => row(`thesis: ${name}`, THESIS_FORCED[name].calls, THESIS_FORCED[name].forced, THESIS_FORCED[name].leading)),
      ...forced.map(({ origin, workload, calls, forced: own, leading }) => row(`${origin}: ${workload}`, calls, own, leading)),
    ],
  };
}

function isBenchmark(name: string): name is Benchmark {
  return (BENCHMARKS as readonly string[]).includes(name);
}

function percent(value: number | null): string {
  return value === null ? '–' : (100 * value).toFixed(2);
}

function figure(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : ((100 * part) / whole).toFixed(3);
}

function score(value: number | null): string {
  return value === null ? '–' : value >= 1e15 ? '∞' : value.toFixed(2);
}
