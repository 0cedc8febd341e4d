import { INSTRUMENT_NAMES, TABLE_NAMES, type InstrumentName, type TableData, type TableName } from '../../sim/records/records.js';
import type { Manifest } from './contents.js';

/** The manifest's rows: all of the tables that every bundle has, and those of the others that are not empty. */
export function rowsOf(
  tables: Readonly<Record<TableName, TableData>>, instrument: Readonly<Partial<Record<InstrumentName, TableData>>>,
): Manifest['rows'] {
  const rows: Record<string, number> = {};
  for (const name of TABLE_NAMES) rows[name] = tables[name].rows;
  for (const name of INSTRUMENT_NAMES) {
    const table = instrument[name];
    if (table !== undefined && table.rows > 0) rows[name] = table.rows;
  }
  return rows as Manifest['rows'];
}
