import { InputError } from '../../input/error.js';
import type { Matrix } from '../../libml/matrix.js';
import type { Samples } from '../../libml/samples.js';
import { Stream } from '../../sim/engine/rng.js';
import type { Dataset } from '../dataset/dataset.js';
import { TEST, TRAIN } from '../dataset/parts.js';

export const BALANCES = ['weights', 'even', 'natural'] as const;

/** How the rows that are learnt from are chosen. Rows that are judged keep their natural prevalence. */
export interface PrepareOptions {
  /**
   * Half and half, in one way or the other, unless it is `natural`:
   * - `weights`: all rows; both classes weigh alike, however rare one is
   * - `even`: as many rows of each class, a seeded sample of the more frequent one, as the thesis does it
   * - `natural`: all rows, and all alike
   */
  readonly balance: (typeof BALANCES)[number];
  /** The last part of each training recording that decides when to stop: 0…0.9. */
  readonly validation: number;
  /** The most rows to learn from; of more, a seeded sample is taken. */
  readonly maxRows: number;
  /** 0…2^32−1 */
  readonly seed: number;
}

export const DEFAULT_PREPARE: PrepareOptions = { balance: 'weights', validation: 0.2, maxRows: 2 ** 21, seed: 1 };

export interface Prepared {
  readonly training: Samples;
  readonly validation: Samples | null;
  /** For the options of a training: how much a row of each class counts. */
  readonly classWeights: readonly [number, number];
  /** Columns that were left out, since all training rows have the same value. */
  readonly constant: readonly string[];
  /** Rows that are judged, at their natural prevalence: the test part, else what validates, else the training part. */
  readonly judged: { readonly part: 'test' | 'validation' | 'training'; readonly rows: Uint32Array };
}

/** Fewer rows of a class than this validate nothing. */
const FEWEST_VALIDATING = 5;

/**
 * Chooses rows and columns of a data set for training.
 *
 * @param keepConstant for the rule, which needs its inputs whether they vary or not
 * @throws InputError where no row or one class alone is left to learn from, or no column varies
 */
export function prepareTraining(data: Dataset, options: PrepareOptions, keepConstant = false): Prepared {
  const { training, validation } = splitForValidation(data, options.validation);
  checkClasses(data, training);
  const validates = Math.min(...classesOf(data, validation)) >= FEWEST_VALIDATING;
  const all = validates ? training : indicesWhere(data, (row) => data.origin.part[row] === TRAIN);
  const learnt = chosen(data, all, options, 'training');
  const { inputs, labels } = data;
  const varies = inputs.columns.map((_, column) => keepConstant || variesIn(inputs, learnt, column));
  const columns = inputs.columns.filter((_, column) => varies[column]!);
  if (columns.length === 0) throw new InputError('data set', 'features', 'one that varies', 'none');
  const samples = (rows: Uint32Array): Samples => ({
    inputs: takeMatrix(inputs, rows, columns),
    labels: Uint8Array.from(rows, (row) => labels[row]!),
  });
  const test = indicesWhere(data, (row) => data.origin.part[row] === TEST);
  return {
    training: samples(learnt),
    validation: validates ? samples(chosen(data, validation, options, 'validation')) : null,
    classWeights: options.balance === 'weights' ? weightsOf(classesOf(data, learnt)) : [1, 1],
    constant: inputs.columns.filter((_, column) => !varies[column]!),
    judged:
      test.length > 0
        ? { part: 'test', rows: test }
        : validates ? { part: 'validation', rows: validation } : { part: 'training', rows: all },
  };
}

/** These rows of a matrix, and of them these columns. */
export function takeMatrix(matrix: Matrix, rows: Uint32Array, columns: readonly string[]): Matrix {
  const width = matrix.columns.length;
  const places = columns.map((name) => matrix.columns.indexOf(name));
  const values = new Float64Array(rows.length * places.length);
  let at = 0;
  for (const row of rows) for (const place of places) values[at++] = matrix.values[row * width + place]!;
  return { rows: rows.length, columns: [...columns], values };
}

/**
 * The last rows of each training recording validate; as where a data set is split in time, training rows whose series goes on
 * among them are left out.
 */
function splitForValidation(data: Dataset, share: number): { readonly training: Uint32Array; readonly validation: Uint32Array } {
  const { part, source, series, ts } = data.origin;
  const counts = new Map<number, number>();
  for (let row = 0; row < part.length; row += 1) {
    if (part[row] === TRAIN) counts.set(source[row]!, (counts.get(source[row]!) ?? 0) + 1);
  }
  /** When the last rows begin, by source. */
  const boundary = new Map<number, number>();
  const before = new Map([...counts].map(([own, count]) => [own, count - Math.floor(share * count)]));
  const goesOn = new Set<number>();
  const isLate = (row: number): boolean => ts[row]! >= (boundary.get(source[row]!) ?? Infinity);
  for (let row = 0; row < part.length; row += 1) {
    if (part[row] !== TRAIN) continue;
    const own = source[row]!;
    const left = before.get(own)!;
    if (left === 0 && !boundary.has(own)) boundary.set(own, ts[row]!);
    before.set(own, left - 1);
  }
  for (let row = 0; row < part.length; row += 1) if (part[row] === TRAIN && isLate(row)) goesOn.add(series[row]!);
  return {
    training: indicesWhere(data, (row) => part[row] === TRAIN && !isLate(row) && !goesOn.has(series[row]!)),
    validation: indicesWhere(data, (row) => part[row] === TRAIN && isLate(row)),
  };
}

function chosen(data: Dataset, rows: Uint32Array, { balance, maxRows, seed }: PrepareOptions, what: string): Uint32Array {
  const stream = new Stream(seed, `rows for ${what}`);
  if (balance !== 'even') return sample(rows, maxRows, stream);
  const [negatives, positives] = [0, 1].map((label) => rows.filter((row) => data.labels[row] === label));
  const each = Math.min(negatives!.length, positives!.length, Math.floor(maxRows / 2));
  const both = new Uint32Array(2 * each);
  both.set(sample(negatives!, each, stream));
  both.set(sample(positives!, each, stream), each);
  return both.sort((a, b) => a - b);
}

/** So many of these, each set of them equally likely, in order (selection sampling, Knuth's algorithm S). */
function sample(rows: Uint32Array, wanted: number, stream: Stream): Uint32Array {
  if (rows.length <= wanted) return rows;
  const taken = new Uint32Array(wanted);
  let at = 0;
  for (let i = 0; at < wanted; i += 1) if (stream.below(rows.length - i) < wanted - at) taken[at++] = rows[i]!;
  return taken;
}

function indicesWhere({ inputs }: Dataset, wanted: (row: number) => boolean): Uint32Array {
  let count = 0;
  for (let row = 0; row < inputs.rows; row += 1) if (wanted(row)) count += 1;
  const indices = new Uint32Array(count);
  for (let row = 0, at = 0; row < inputs.rows; row += 1) if (wanted(row)) indices[at++] = row;
  return indices;
}

/** Rows with label 0, and with label 1. */
export function classesOf({ labels }: Pick<Dataset, 'labels'>, rows: Uint32Array): readonly [number, number] {
  let positives = 0;
  for (const row of rows) positives += labels[row]!;
  return [rows.length - positives, positives];
}

function weightsOf([negatives, positives]: readonly [number, number]): readonly [number, number] {
  const half = (negatives + positives) / 2;
  return [half / negatives, half / positives];
}

function variesIn({ columns, values }: Matrix, rows: Uint32Array, column: number): boolean {
  const width = columns.length;
  const first = values[rows[0]! * width + column]!;
  // A NaN varies, so that it comes to where it is refused by name.
  return rows.some((row) => values[row * width + column] !== first);
}

function checkClasses(data: Dataset, rows: Uint32Array): void {
  const [negatives, positives] = classesOf(data, rows);
  if (rows.length === 0) throw new InputError('data set', '', 'rows for training', 'none');
  if (negatives > 0 && positives > 0) return;
  throw new InputError('data set', 'labels', 'both 0 and 1 among the rows for training', `${positives} of ${rows.length} rows are 1`);
}
