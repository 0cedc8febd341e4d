/**
 * A table of numbers: rows are samples, columns are features by name. Row-major, so that a sample lies together:
 * the value at (row, column) is `values[row * columns.length + column]`.
 */
export interface Matrix {
  readonly rows: number;
  readonly columns: readonly string[];
  readonly values: Float64Array;
}
