import {
  INSTRUMENT_NAMES, INSTRUMENT_TABLES, TABLE_NAMES, TABLES, type ColumnSpec, type InstrumentName, type TableData,
  type TableName,
} from '../../sim/records/records.js';
import { TableBuilder } from './table-builder.js';

/** Any table that a bundle may have. */
export type AnyTable = TableName | InstrumentName;
/** All of them; in a row sink a table is its index here. */
export const ALL_TABLES: readonly AnyTable[] = [...TABLE_NAMES, ...INSTRUMENT_NAMES];

export function columnsOf(name: AnyTable): readonly ColumnSpec[] {
  return { ...TABLES, ...INSTRUMENT_TABLES }[name];
}

/** Takes the rows of all tables, those of each in the order in which they shall stand. */
export interface RowSink {
  /** A row that fits its columns: its values from index `at` of an array, which is not kept. */
  append(table: number, values: Float64Array, at: number): void;
}

/** Keeps the rows as tables in memory. */
export class MemorySink implements RowSink {
  private readonly builders = ALL_TABLES.map((name) => new TableBuilder(columnsOf(name)));

  append(table: number, values: Float64Array, at: number): void {
    this.builders[table]!.append(values, at);
  }

  /** The tables that every bundle has, and those of the others that have rows. */
  finish(): {
    readonly tables: Readonly<Record<TableName, TableData>>;
    readonly instrument: Readonly<Partial<Record<InstrumentName, TableData>>>;
  } {
    const finished = new Map(ALL_TABLES.map((name, i) => [name, this.builders[i]!.finish().table]));
    const tables = {} as Record<TableName, TableData>;
    for (const name of TABLE_NAMES) tables[name] = finished.get(name)!;
    const instrument: Partial<Record<InstrumentName, TableData>> = {};
    for (const name of INSTRUMENT_NAMES) if (finished.get(name)!.rows > 0) instrument[name] = finished.get(name)!;
    return { tables, instrument };
  }
}
