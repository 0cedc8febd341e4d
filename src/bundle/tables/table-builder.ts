import type { ColumnSpec, ColumnType, TableData } from '../../sim/records/records.js';
import { RowCheck } from './row-check.js';

/** What holds a column in memory. */
export type Column = Int8Array | Int16Array | Int32Array | Uint32Array | Float64Array;

/** An array for a column of that type. int64 columns are doubles, exact to 2^53. */
export function newColumn(type: ColumnType, length: number): Column {
  switch (type) {
    case 'int8':
      return new Int8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'int64':
      return new Float64Array(length);
  }
}

/** Grows a table row by row. */
export class TableBuilder {
  rows = 0;
  private capacity = 1024;
  private readonly arrays: Column[];
  private readonly check: RowCheck;

  constructor(private readonly columns: readonly ColumnSpec[]) {
    this.check = new RowCheck(columns);
    this.arrays = columns.map((column) => newColumn(column.type, this.capacity));
  }

  /** Adds a row, values in the order of the columns. @returns '' or the first column that its value does not fit in */
  add(values: ArrayLike<number>): string {
    const problem = this.check.problem(values);
    if (problem === '') this.append(values, 0);
    return problem;
  }

  /** Adds a row that is known to fit: its values from index `at`. */
  append(values: ArrayLike<number>, at: number): void {
    if (this.rows === this.capacity) this.grow();
    const { arrays, rows } = this;
    for (let i = 0; i < arrays.length; i += 1) arrays[i]![rows] = values[at + i]!;
    this.rows += 1;
  }

  get(row: number, column: number): number {
    return this.arrays[column]![row]!;
  }

  set(row: number, column: number, value: number): void {
    this.arrays[column]![row] = value;
  }

  /** The table so far, ordered by its first column; rows of equal time stay as they came. */
  finish(): { readonly table: TableData; readonly disordered: number } {
    const disordered = this.countDisordered();
    const order = disordered === 0 ? null : this.orderByTime();
    const columns: Record<string, ArrayLike<number>> = {};
    this.columns.forEach((column, i) => {
      const from = this.arrays[i]!.subarray(0, this.rows);
      const into = newColumn(column.type, this.rows);
      if (order === null) into.set(from);
      else for (let row = 0; row < this.rows; row += 1) into[row] = from[order[row]!]!;
      columns[column.name] = into;
    });
    return { table: { rows: this.rows, columns }, disordered };
  }

  private countDisordered(): number {
    const ts = this.arrays[0]!;
    let disordered = 0;
    for (let row = 1; row < this.rows; row += 1) if (ts[row]! < ts[row - 1]!) disordered += 1;
    return disordered;
  }

  private orderByTime(): Uint32Array {
    const ts = this.arrays[0]!;
    const order = Uint32Array.from({ length: this.rows }, (_, row) => row);
    return order.sort((a, b) => ts[a]! - ts[b]! || a - b);
  }

  private grow(): void {
    this.capacity *= 2;
    this.columns.forEach((column, i) => {
      const wider = newColumn(column.type, this.capacity);
      wider.set(this.arrays[i]!);
      this.arrays[i] = wider;
    });
  }
}
