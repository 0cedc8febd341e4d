import { InputError } from '../../input/error.js';
import type { SeriesRule } from './histories.js';
import type { Task } from './inputs.js';

/** What a data set is made by: all that its rows depend on beside the recordings. Plain data. */
export interface DatasetOptions {
  /** 1: what CFS answers, 2: a forced migration will follow, 3: this call is one. */
  readonly task: Task;
  /** Names of features, in the order of the columns, or one of `INPUT_SETS` alone. */
  readonly features: readonly string[];
  /** `decided`: the calls in which a policy is asked, those that came to the hot test. `all`: every call, as the thesis. */
  readonly rows: 'decided' | 'all';
  /**
   * Task 2: a call belongs to a series where the forced migration comes no more than so many ns after it. null: however
   * long it takes, as in the thesis.
   */
  readonly windowNs: number | null;
  /** Task 2: what ends a series: a run of the task too (`wait`), or a migration alone, which is the thesis' key. */
  readonly series: SeriesRule;
  /** Task 2: what is done with rows whose future the end of the recording cuts off. They are negatives where kept. */
  readonly censored: 'drop' | 'keep';
  /** Step 2 of the thesis: `even` leaves as many rows of each class, by recording and part. `natural` leaves all. */
  readonly balance: 'natural' | 'even';
  /** Step 3: columns without variance in the training part are left out. */
  readonly dropConstant: boolean;
  /** Step 4: rows with a value outside the range of its feature are left out; that is where the source does not know it. */
  readonly dropInvalid: boolean;
  /** Step 1: values are rounded to single precision when the data set is loaded. Doubles hold them exactly. */
  readonly float32: boolean;
  /** Step 5, done when the data set is loaded, by the numbers of the training part; the file has raw integers. */
  readonly normalise: 'none' | 'minmax' | 'zscore';
  /** The last part of each training recording, by rows in order of time, that goes to the test part: 0…0.9. */
  readonly holdOut: number;
  /** Seed of what is drawn, 0…2^32−1. */
  readonly seed: number;
}

export const DEFAULT_DATASET: DatasetOptions = {
  task: 1,
  features: ['default'],
  rows: 'decided',
  windowNs: null,
  series: 'wait',
  censored: 'drop',
  balance: 'natural',
  dropConstant: false,
  dropInvalid: true,
  float32: false,
  normalise: 'none',
  holdOut: 0,
  seed: 1,
};

/** @throws InputError naming the option that is out of its range */
export function checkDatasetOptions(options: DatasetOptions): void {
  const { windowNs, holdOut, seed } = options;
  if (windowNs !== null && !(Number.isSafeInteger(windowNs) && windowNs >= 0)) {
    throw new InputError('dataset', 'windowNs', 'an integer number of ns, 0 or more', String(windowNs));
  }
  if (!(holdOut >= 0 && holdOut <= 0.9)) throw new InputError('dataset', 'holdOut', '0 to 0.9', String(holdOut));
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new InputError('dataset', 'seed', 'an integer from 0 to 4294967295', String(seed));
  }
}
