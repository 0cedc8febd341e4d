import type { ColumnStatistics } from './statistics.js';
import type { DatasetOptions } from './options.js';

/** dataset.json: where a data set comes from, how it was made, and what came of it. */
export interface DatasetManifest {
  /** Version of the format. */
  readonly schema: 1;
  /** Tells it from other files. */
  readonly kind: 'dataset';
  /** The options that it was made with. `features` are those that were asked for, by name. */
  readonly options: DatasetOptions;
  /** Names of the columns: the features without those that were dropped as constant. */
  readonly features: readonly string[];
  /** Features that were constant in the training part, with the value. */
  readonly constant: ReadonlyArray<{ readonly name: string; readonly value: number }>;
  /** Of each column, over the training part. */
  readonly statistics: readonly ColumnStatistics[];
  /** The recordings, in the order of `row_source`. */
  readonly sources: readonly SourceCounts[];
  /** Over all sources. */
  readonly counts: Counts;
  /** sha256 of the rows: names of the columns, then every number of every row as a little-endian double. */
  readonly hash: string;
}

/** Rows by what became of them. */
export interface Counts {
  /** Calls in the recording. */
  readonly calls: number;
  /** Left out as refused before the hot test; a row counts for the first reason that holds. */
  readonly refused: number;
  /** Left out as the recording does not tell the answer. */
  readonly unlabelled: number;
  /** Left out as censored. */
  readonly censored: number;
  /** Left out as a value is outside the range of its feature. */
  readonly invalid: number;
  /** Left out of the training part as their series goes on behind the boundary of the split in time. */
  readonly straddling: number;
  /** Left out for the balance of classes. */
  readonly unbalanced: number;
  /** Rows in the data set, and of them those with label 1. */
  readonly train: { readonly rows: number; readonly positives: number };
  /** The same of the test part. */
  readonly test: { readonly rows: number; readonly positives: number };
}

/** A recording that rows came from. */
export interface SourceCounts {
  /** Name of its directory. */
  readonly name: string;
  /** As its manifest has it. */
  readonly workload: string;
  /** A kernel's release, or the simulator's version. */
  readonly release: string;
  /** Who made it. */
  readonly source: 'kernel' | 'sim';
  /** `train`, whose last rows may be held out, or `test`, all of whose rows are in the test part. */
  readonly role: 'train' | 'test';
  /** sha256 of decisions.parquet; of a capture or trace, that of the JSON of its files' hashes. */
  readonly hash: string;
  /** Of its rows alone. */
  readonly counts: Counts;
}
