import type { ColumnStatistics } from './statistics.js';
import type { DatasetOptions } from './options.js';

/** dataset.json: where a data set comes from, how it was made, and what came of it. */
export interface DatasetManifest {
  /** Version of the format. */
  readonly schema: 1;
  readonly kind: 'dataset';
  /** The options that it was made with. `features` are those that were asked for, by name. */
  readonly options: DatasetOptions;
  /** Names of the columns: the features without those that were dropped as constant. */
  readonly features: readonly string[];
  /** Features that were constant in the training part, with the value. */
  readonly constant: ReadonlyArray<{ readonly name: string; readonly value: number }>;
  /** Of each column, over the training part. */
  readonly statistics: readonly ColumnStatistics[];
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
  /** Left out, a row for the first reason that holds. */
  readonly refused: number;
  readonly unlabelled: number;
  readonly censored: number;
  readonly invalid: number;
  /** Their series goes on behind the boundary of the split in time. */
  readonly straddling: number;
  /** For the balance of classes. */
  readonly unbalanced: number;
  /** Rows in the data set, and of them those with label 1. */
  readonly train: { readonly rows: number; readonly positives: number };
  readonly test: { readonly rows: number; readonly positives: number };
}

/** A recording that rows came from. */
export interface SourceCounts {
  readonly name: string;
  readonly workload: string;
  /** A kernel's release, or the simulator's version. */
  readonly release: string;
  readonly source: 'kernel' | 'sim';
  /** `train`, whose last rows may be held out, or `test`, all of whose rows are in the test part. */
  readonly role: 'train' | 'test';
  /** sha256 of decisions.parquet; of a capture or trace, that of the JSON of its files' hashes. */
  readonly hash: string;
  readonly counts: Counts;
}
