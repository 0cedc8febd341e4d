import { TASKS } from '../learning/dataset/inputs.js';
import { ALL } from '../learning/evaluate/candidate.js';
import type { Evaluation, Trivial, Variant } from '../learning/evaluate/document.js';
import type { EvaluationRow } from '../learning/evaluate/rows.js';
import type { ModelMean } from '../learning/evaluate/summary.js';
import { FEWEST } from '../learning/metrics/judgement.js';
import { table, wrap, type Column } from './table.js';

const FIGURES = ['rows', 'positive', 'balanced', 'accuracy', 'precision', 'recall', 'F1', 'ROC', 'PR', 'ECE', 'Brier'];

/** What `cfslab evaluate` prints, in lines of at most 120 characters. */
export function evaluationText(evaluation: Evaluation): string {
  const { task, features, rows, matrix, means, trivial, variants, notes, series } = evaluation;
  const models = [...new Set(rows.map(({ model }) => model))];
  return [
    wrap(`task ${task}: ${TASKS[task]}${series === null ? '' : ` (series: ${series})`}`),
    wrap(`inputs: ${features.join(', ')}`),
    '',
    ...models.flatMap((model) => [modelTable(model, rows.filter((row) => row.model === model)), '']),
    ...models.flatMap((model) => matrixTable(model, [...rows, ...matrix].filter((row) => row.model === model))),
    meansTable('Balanced accuracy, %, mean over the workloads', means),
    ...(trivial === null ? [] : ['', ...trivialText(trivial)]),
    ...variants.flatMap((variant) => ['', ...variantText(variant)]),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => wrap(note))]),
    '',
    wrap(`Natural prevalence, %, areas and errors 0 to 1; what a network answers is its integer program's. U: fewer than ${FEWEST} rows of a class, undecided.`),
    '',
  ].join('\n');
}

function modelTable(model: string, rows: readonly EvaluationRow[]): string {
  const trained = rows.every(({ trainedOn }) => trainedOn === null) ? '' : ', trained on the same workload';
  const columns: Column[] = [{ head: ['judged on'], left: true }, ...FIGURES.map((head) => ({ head: [head] })), { head: [''], left: true }];
  const cells = rows.map((row) => [
    row.recording, String(row.rows), String(row.positives), percent(row.balancedAccuracy), percent(row.accuracy), percent(row.precision),
    percent(row.recall), percent(row.f1), ratio(row.rocAuc), ratio(row.prAuc), ratio(row.ece), ratio(row.brier),
    row.verdict === 'undecided' ? 'U' : '',
  ]);
  return `${model}${trained}\n${table(columns, cells)}`;
}

/** Trained on each workload, and on all, judged on every recording: nothing where there is one way alone. */
function matrixTable(model: string, rows: readonly EvaluationRow[]): string[] {
  const trained = [...new Set(rows.flatMap(({ trainedOn }) => (trainedOn === null ? [] : [trainedOn])))];
  if (trained.length < 2) return [];
  const recordings = [...new Set(rows.map(({ recording }) => recording))];
  const alike = commonEnd(trained.filter((name) => name !== ALL)).length;
  const columns: Column[] = [
    { head: ['judged on'], left: true },
    ...trained.map((name) => ({ head: [name === ALL ? ALL : cut(name.slice(0, name.length - alike))] })),
  ];
  const cell = (recording: string, name: string): string => {
    const row = rows.find((one) => one.recording === recording && one.trainedOn === name);
    return row === undefined ? '–' : `${percent(row.balancedAccuracy)}${row.verdict === 'undecided' ? ' U' : ''}`;
  };
  const cells = recordings.map((recording) => [recording, ...trained.map((name) => cell(recording, name))]);
  return [`${model}: balanced accuracy, %, by the workload that it was trained on`, table(columns, cells), ''];
}

/** What all names end with, from a dash on: `-mc5-ml`. Nothing is left out of a single name. */
function commonEnd(names: readonly string[]): string {
  const [first = ''] = names;
  const ends = [...first.matchAll(/-/g)].map(({ index }) => first.slice(index));
  return names.length < 2 ? '' : (ends.find((end) => names.every((name) => name.endsWith(end) && name !== end)) ?? '');
}

function cut(name: string): string {
  return name.length > 12 ? `${name.slice(0, 11)}…` : name;
}

function meansTable(title: string, means: readonly ModelMean[]): string {
  const trained = { own: 'the workload', all: 'all workloads' } as const;
  return table(
    [{ head: [title], left: true }, { head: ['trained on'], left: true }, { head: ['judged'] }, { head: ['undecided'] }, { head: ['mean'] }, { head: ['target'] }, { head: [''], left: true }],
    means.map(({ model, trainedOn, workloads, undecided, balancedAccuracy, target, verdict }) => [
      model, trainedOn === null ? '' : trained[trainedOn], String(workloads.length), String(undecided.length), percent(balancedAccuracy),
      `≥ ${(100 * target).toFixed(0)}`, verdict,
    ]),
  );
}

function trivialText({ inputs, rule, without }: Trivial): string[] {
  const told = rule === null ? '' : ` (the rule alone: ${percent(rule)} %)`;
  const rest = without === null ? '' : ` Without ${inputs.join(' and ')} the compact model has ${percent(without)} %.`;
  return [wrap(`This task is trivial: its inputs contain the rule that makes the labels${told}.${rest}`)];
}

function variantText({ name, question, means }: Variant): string[] {
  return [wrap(`${name}: ${question}?`), meansTable('Balanced accuracy, %, mean over the workloads', means)];
}

function percent(share: number | null): string {
  return share === null ? '–' : (100 * share).toFixed(2);
}

function ratio(value: number | null): string {
  return value === null ? '–' : value.toFixed(4);
}
