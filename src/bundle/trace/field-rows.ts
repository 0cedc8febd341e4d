import type { ColumnSpec } from '../../sim/records/records.js';
import type { Body } from './body.js';

/** Where a field goes: [key in the trace, column, how it is printed]. */
export type Field = readonly [key: string, column: string, form?: 'hex' | 'either' | 'wrapped' | 'byte'];

/** Reads fields straight into the columns of a table's row. */
export type RowReader = (b: Body, row: Float64Array) => void;

/**
 * @param fields in the order in which the kernel prints them, which is the quickest to read
 * @returns a function that fills a row of `columns`; columns without a field are left alone
 */
export function rowReader(fields: readonly Field[], columns: readonly ColumnSpec[]): RowReader {
  const keys = fields.map(([key]) => key);
  const forms = fields.map(([, , form]) => form);
  const at = fields.map(([, name]) => columns.findIndex((column) => column.name === name));
  return (b, row) => {
    for (let i = 0; i < keys.length; i += 1) row[at[i]!] = valueOf(b, keys[i]!, forms[i]);
  };
}

function valueOf(b: Body, key: string, form: Field[2]): number {
  if (form === undefined) return b.long(key);
  if (form === 'hex') return b.hex(key);
  if (form === 'either') return b.either(key);
  return form === 'wrapped' ? b.wrapped(key) : b.signedByte(key);
}
