import type { Matrix } from '../../libml/matrix.js';
import { RowHash } from './row-hash.js';
import type { DatasetManifest } from './manifest.js';
import { streamPlan, type DatasetPlan } from './plan.js';

/** A data set in memory. `inputs` and `labels` alone are what training takes. */
export interface Dataset {
  readonly manifest: DatasetManifest;
  /** Raw values of the features, or what `prepare` made of them; the columns are `manifest.features`. */
  readonly inputs: Matrix;
  /** 0 or 1. */
  readonly labels: Uint8Array;
  /** Where the rows come from, one entry for each. */
  readonly origin: Origin;
}

export interface Origin {
  /** Index in `manifest.sources`. Rows of a source stand together, in order of time. */
  readonly source: Uint16Array;
  /** `TRAIN` or `TEST`. */
  readonly part: Uint8Array;
  /** Number of the series of calls (histories.ts); those of different sources differ. */
  readonly series: Int32Array;
  /** ns since the start of the recording. */
  readonly ts: Float64Array;
}

/** A data set without its manifest, of so many rows, to be filled. */
export function emptyRows(columns: readonly string[], rows: number): Omit<Dataset, 'manifest'> {
  return {
    inputs: { rows, columns, values: new Float64Array(rows * columns.length) },
    labels: new Uint8Array(rows),
    origin: {
      source: new Uint16Array(rows), part: new Uint8Array(rows), series: new Int32Array(rows), ts: new Float64Array(rows),
    },
  };
}

/** Reads the rows of a plan. */
export async function buildDataset(plan: DatasetPlan): Promise<Dataset> {
  const { train, test } = plan.manifest.counts;
  const columns = plan.manifest.features;
  const data = emptyRows(columns, train.rows + test.rows);
  const hash = new RowHash(columns);
  let at = 0;
  await streamPlan(plan, (inputs, label, source, row, from) => {
    data.inputs.values.set(inputs, at * columns.length);
    data.labels[at] = label;
    data.origin.source[at] = source;
    data.origin.part[at] = from.part[row]!;
    data.origin.series[at] = from.firstSeries + from.calls.series[row]!;
    data.origin.ts[at] = from.calls.ts[row]!;
    hash.add(data, at);
    at += 1;
  });
  return { manifest: { ...plan.manifest, hash: hash.finish() }, ...data };
}
