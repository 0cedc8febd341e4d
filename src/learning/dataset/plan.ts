import { InputError } from '../../input/error.js';
import type { Feature } from '../../policies/features.js';
import { Stream } from '../../sim/engine/rng.js';
import { labelCalls, type LabelledCalls } from './calls.js';
import { isValid, streamFeatures } from './feature-rows.js';
import { inputsOf } from './inputs.js';
import type { Counts, DatasetManifest, SourceCounts } from './manifest.js';
import { checkDatasetOptions, type DatasetOptions } from './options.js';
import { balanceEvenly, splitInTime, TEST, TRAIN } from './parts.js';
import type { Source } from './sources.js';
import { StatisticsCollector, type ColumnStatistics } from './statistics.js';

/** What a data set is to be made of. */
export interface DatasetRequest {
  readonly options: DatasetOptions;
  /** Their last rows are held out where the options say so. With none there is nothing to train on, and rows to judge alone. */
  readonly train: readonly Source[];
  /** Recordings that are in the test part whole: the split by run. */
  readonly test: readonly Source[];
}

/** Which rows of a recording the data set has, and in which part. */
export interface PlannedSource {
  readonly source: Source;
  readonly calls: LabelledCalls;
  readonly part: Uint8Array;
  /** Added to the numbers of series, so that those of two recordings differ. */
  readonly firstSeries: number;
}

/** A data set before its rows are read: rows and columns are chosen, nothing of them is in memory. */
export interface DatasetPlan {
  readonly features: readonly Feature[];
  readonly sources: readonly PlannedSource[];
  readonly manifest: Omit<DatasetManifest, 'hash'>;
}

/**
 * Chooses the rows and columns of a data set: labels, invalid rows, parts, balance, constant columns, in this order. The
 * thesis lists the balance first; then the rows dropped after it would bring the classes out of balance again.
 *
 * @throws InputError where options or recordings are wrong, or nothing or one class alone is left to train on where one trains
 */
export async function planDataset({ options, train, test }: DatasetRequest): Promise<DatasetPlan> {
  checkDatasetOptions(options);
  checkDistinct([...train, ...test]);
  const features = inputsOf(options.task, options.features, 'features');
  const sources: PlannedSource[] = [];
  const counted: SourceCounts[] = [];
  const statistics = new StatisticsCollector(features.map(({ name }) => name));
  let firstSeries = 0;
  for (const source of [...train, ...test]) {
    const role = sources.length < train.length ? 'train' : 'test';
    const calls = await labelCalls(source, options);
    const part = new Uint8Array(calls.rows).fill(role === 'train' ? TRAIN : TEST);
    const invalid = options.dropInvalid ? await leaveInvalid(source, features, calls) : 0;
    const straddling = role === 'train' ? splitInTime(calls, options.holdOut, part) : 0;
    const unbalanced = options.balance === 'even' ? balance(calls, part, options.seed, sources.length) : 0;
    if (role === 'train') await collect(source, features, calls, part, statistics);
    const counts = { ...countRows(calls, part), ...calls.left, invalid, straddling, unbalanced };
    const { manifest, name, hash } = source;
    counted.push({ name, workload: manifest.workload, release: manifest.release, source: manifest.source, role, hash, counts });
    sources.push({ source, calls, part, firstSeries });
    firstSeries += maxOf(calls.series) + 1;
  }
  const counts = totalOf(counted.map((one) => one.counts));
  if (train.length > 0) checkClasses(counts, train);
  const all = statistics.finish();
  const isConstant = ({ min, max }: ColumnStatistics): boolean => options.dropConstant && min === max;
  const kept = features.filter((_, i) => !isConstant(all[i]!));
  if (kept.length === 0) throw new InputError(named(train), 'features', 'one that varies', 'none');
  return {
    features: kept,
    sources,
    manifest: {
      schema: 1,
      kind: 'dataset',
      options,
      features: kept.map(({ name }) => name),
      constant: all.filter(isConstant).map(({ name, min }) => ({ name, value: min })),
      statistics: all.filter((one) => !isConstant(one)),
      sources: counted,
      counts,
    },
  };
}

/** Takes the rows of a plan out of its recordings, in order of recording and time. */
export async function streamPlan(
  { features, sources }: DatasetPlan,
  visit: (inputs: Float64Array, label: number, source: number, row: number, from: PlannedSource) => void,
): Promise<void> {
  for (const [i, from] of sources.entries()) {
    const { kept, label } = from.calls;
    await streamFeatures(from.source, features, (row, values) => {
      if (kept[row] === 1) visit(values, label[row]!, i, row, from);
    });
  }
}

async function leaveInvalid(source: Source, features: readonly Feature[], { kept }: LabelledCalls): Promise<number> {
  let invalid = 0;
  await streamFeatures(source, features, (row, values) => {
    if (kept[row] === 0 || features.every((feature, i) => isValid(feature, values[i]!))) return;
    kept[row] = 0;
    invalid += 1;
  });
  return invalid;
}

function balance(calls: LabelledCalls, part: Uint8Array, seed: number, source: number): number {
  let left = 0;
  for (const which of [TRAIN, TEST]) left += balanceEvenly(calls, part, which, new Stream(seed, `balance ${source} ${which}`));
  return left;
}

async function collect(
  source: Source, features: readonly Feature[], { kept }: LabelledCalls, part: Uint8Array, into: StatisticsCollector,
): Promise<void> {
  await streamFeatures(source, features, (row, values) => {
    if (kept[row] === 1 && part[row] === TRAIN) into.add(values);
  });
}

function countRows({ rows, kept, label }: LabelledCalls, part: Uint8Array): Pick<Counts, 'calls' | 'train' | 'test'> {
  const counts = [{ rows: 0, positives: 0 }, { rows: 0, positives: 0 }];
  for (let row = 0; row < rows; row += 1) {
    if (kept[row] === 0) continue;
    const own = counts[part[row]!]!;
    own.rows += 1;
    own.positives += label[row]!;
  }
  return { calls: rows, train: counts[TRAIN]!, test: counts[TEST]! };
}

function totalOf(all: readonly Counts[]): Counts {
  const sum = (of: (counts: Counts) => number): number => all.reduce((total, counts) => total + of(counts), 0);
  return {
    calls: sum((c) => c.calls),
    refused: sum((c) => c.refused),
    unlabelled: sum((c) => c.unlabelled),
    censored: sum((c) => c.censored),
    invalid: sum((c) => c.invalid),
    straddling: sum((c) => c.straddling),
    unbalanced: sum((c) => c.unbalanced),
    train: { rows: sum((c) => c.train.rows), positives: sum((c) => c.train.positives) },
    test: { rows: sum((c) => c.test.rows), positives: sum((c) => c.test.positives) },
  };
}

function checkDistinct(sources: readonly Source[]): void {
  sources.forEach(({ hash, path }, i) => {
    if (sources.findIndex((one) => one.hash === hash) === i) return;
    throw new InputError(path, '', 'each recording once', 'it twice');
  });
}

function checkClasses({ train, calls, invalid }: Counts, sources: readonly Source[]): void {
  if (train.rows === 0) {
    const why = invalid > 0 ? `, ${invalid} of them invalid` : '';
    throw new InputError(named(sources), '', 'rows to train on', `none among ${calls} calls${why}`);
  }
  if (train.positives > 0 && train.positives < train.rows) return;
  throw new InputError(named(sources), 'labels', 'both 0 and 1', `${train.positives} of ${train.rows} rows are 1`);
}

function named(sources: readonly Source[]): string {
  return sources.map(({ path }) => path).join(', ');
}

function maxOf(values: Int32Array): number {
  let max = -1;
  for (const value of values) if (value > max) max = value;
  return max;
}
