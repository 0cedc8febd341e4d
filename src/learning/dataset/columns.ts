import type { ColumnSpec } from '../../sim/records/records.js';

/** Columns of rows.parquet after those of the features. No feature's name begins with `row_`. */
export const ROW_COLUMNS: readonly ColumnSpec[] = [
  { name: 'row_label', type: 'int8', doc: '0 or 1' },
  { name: 'row_source', type: 'int32', doc: "index in the manifest's sources" },
  { name: 'row_part', type: 'int8', doc: '0 train, 1 test' },
  { name: 'row_series', type: 'int32', doc: 'series of calls about one task between two CPUs, see `series`' },
  { name: 'row_ts', type: 'int64', doc: 'ns since the start of the recording' },
];

/** The columns of a data set's table. Raw values of features, which are integers. */
export function columnsOf(features: readonly string[]): readonly ColumnSpec[] {
  return [...features.map((name) => ({ name, type: 'int64' as const, doc: '' })), ...ROW_COLUMNS];
}
