import { InputError } from '../input/error.js';
import { DEFAULT_DATASET, type DatasetOptions } from '../learning/dataset/options.js';
import type { Task } from '../learning/dataset/inputs.js';
import { flag, integer, list, positive, text } from './options.js';
import type { OptionSpec, VerbInput } from './verb.js';

/** How the options of a data set stand on the command line. */
export const DATASET_OPTIONS: readonly OptionSpec[] = [
  { flags: '--task <n>', doc: '1: what CFS answers, 2: a forced migration will follow, 3: this call is one' },
  { flags: '--features <list>', doc: 'features separated by commas, or default, thesis, thesis-table or all' },
  { flags: '--all-rows', doc: 'all calls, not only those that came to the hot test' },
  { flags: '--window <ms>', doc: 'task 2: the forced migration follows within so many ms (without it: ever)' },
  { flags: '--series <rule>', doc: 'task 2: what ends a series: wait (a migration or a run of the task, the default) or thesis (a migration alone)' },
  { flags: '--keep-censored', doc: 'task 2: keep rows whose future the recording does not show, as negatives' },
  { flags: '--even', doc: 'as many rows of each class, by recording and part' },
  { flags: '--drop-constant', doc: 'leave out columns without variance' },
  { flags: '--keep-invalid', doc: 'keep rows with values outside the range of their feature' },
  { flags: '--float32', doc: 'values in single precision when loaded' },
  { flags: '--normalise <how>', doc: 'minmax or zscore by column when loaded, by the training rows' },
  { flags: '--hold-out <share>', doc: 'the last part of each recording that is for testing, 0.2 say' },
  { flags: '--seed <n>', doc: 'seed of what is drawn (1)' },
  { flags: '--thesis', doc: "the thesis' five steps on all calls and its inputs: --all-rows --even --drop-constant --float32 --normalise zscore, and for task 2 its series" },
];

/** @param features taken where the user names none */
export function datasetOptions(input: VerbInput, features: readonly string[]): DatasetOptions {
  const task = integer(input, 'task', 1, 3);
  if (task === undefined) throw new InputError('--task', '', '1, 2 or 3', 'nothing');
  const thesis = flag(input, 'thesis');
  const windowMs = positive(input, 'window', 1e9);
  for (const name of ['window', 'series'] as const) {
    if (text(input, name) !== undefined && task !== 2) throw new InputError(`--${name}`, '', '--task 2', `--task ${task}`);
  }
  return {
    ...DEFAULT_DATASET,
    task: task as Task,
    features: list(input, 'features') ?? (thesis ? ['thesis'] : features),
    rows: thesis || flag(input, 'all-rows') ? 'all' : 'decided',
    windowNs: windowMs === undefined ? null : Math.round(windowMs * 1e6),
    series: oneOf(input, 'series', ['thesis', 'wait'] as const) ?? (thesis ? 'thesis' : DEFAULT_DATASET.series),
    censored: flag(input, 'keep-censored') ? 'keep' : 'drop',
    balance: thesis || flag(input, 'even') ? 'even' : 'natural',
    dropConstant: thesis || flag(input, 'drop-constant'),
    dropInvalid: !flag(input, 'keep-invalid'),
    float32: thesis || flag(input, 'float32'),
    normalise: oneOf(input, 'normalise', ['minmax', 'zscore'] as const) ?? (thesis ? 'zscore' : 'none'),
    holdOut: positive(input, 'hold-out', 0.9) ?? 0,
    seed: integer(input, 'seed', 0, 2 ** 32 - 1) ?? DEFAULT_DATASET.seed,
  };
}

export function oneOf<T extends string>(input: VerbInput, name: string, choices: readonly T[]): T | undefined {
  const given = text(input, name);
  const choice = choices.find((one) => one === given);
  if (given !== undefined && choice === undefined) throw new InputError(`--${name}`, '', choices.join(', '), given);
  return choice;
}
