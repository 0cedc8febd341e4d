/** The one door to DuckDB: tables to Parquet files and back. */
import {
  BIGINT, DuckDBDataChunk, DuckDBInstance, INTEGER, SMALLINT, TINYINT, UINTEGER,
  type DuckDBConnection, type DuckDBType,
} from '@duckdb/node-api';
import { InputError } from '../input/error.js';
import { kindOf } from '../input/kind.js';
import type { ColumnSpec, ColumnType, TableData } from '../sim/records.js';
import { newColumn } from './table-builder.js';

const TYPES: Readonly<Record<ColumnType, DuckDBType>> = {
  int8: TINYINT,
  int16: SMALLINT,
  int32: INTEGER,
  uint32: UINTEGER,
  int64: BIGINT,
};
/** Fixed, so that the same rows always make the same file. */
const ROW_GROUP_ROWS = 122_880;
/** What DuckDB takes in one chunk. */
const CHUNK_ROWS = 2048;

/**
 * Writes a table as a zstd Parquet file. The same data make the same bytes: one thread, row groups of fixed size, and
 * nothing in the file that tells when or where it was made.
 *
 * @throws RangeError where a column is missing or a value is no integer, which is a mistake of the caller
 */
export async function writeParquet(path: string, columns: readonly ColumnSpec[], table: TableData): Promise<void> {
  await withConnection(async (connection) => {
    const list = columns.map((column) => `${quoteName(column.name)} ${TYPES[column.type].toString()}`).join(', ');
    await connection.run(`CREATE TABLE t (${list})`);
    const appender = await connection.createAppender('t');
    const types = columns.map((column) => TYPES[column.type]);
    const sources = columns.map((column) => sourceOf(column, table));
    for (let start = 0; start < table.rows; start += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, table.rows - start);
      const chunk = DuckDBDataChunk.create(types, count);
      columns.forEach((column, i) => chunk.setColumnValues(i, valuesOf(column, sources[i]!, start, count)));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    const options = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}`;
    await connection.run(`COPY t TO ${quoteText(path)} (${options})`);
  });
}

function sourceOf(column: ColumnSpec, table: TableData): ArrayLike<number> {
  const source = table.columns[column.name];
  if (source === undefined || source.length < table.rows) {
    throw new RangeError(`column ${column.name} has not ${table.rows} rows`);
  }
  return source;
}

function valuesOf(column: ColumnSpec, source: ArrayLike<number>, start: number, count: number): (number | bigint)[] {
  const values = new Array<number | bigint>(count);
  for (let i = 0; i < count; i += 1) {
    const value = source[start + i]!;
    if (!Number.isInteger(value)) throw new RangeError(`column ${column.name}, row ${start + i}: ${value}`);
    values[i] = column.type === 'int64' ? BigInt(value) : value;
  }
  return values;
}

/**
 * Reads a table from a Parquet file, whoever wrote it, if it has exactly these columns with these types (in any order).
 *
 * @throws InputError naming the file and, where there is one to name, the column
 */
export async function readParquet(path: string, columns: readonly ColumnSpec[]): Promise<TableData> {
  if (kindOf(path) !== 'file') throw new InputError(path, '', 'a Parquet file', 'no file of that name');
  try {
    return await withConnection((connection) => readTable(connection, path, columns));
  } catch (error) {
    if (error instanceof InputError) throw error;
    // DuckDB's message has lines of hints after the first, and names the file that we name ourselves.
    throw new InputError(path, '', 'a Parquet file', String((error as Error).message).split('\n')[0]!);
  }
}

async function readTable(connection: DuckDBConnection, path: string, columns: readonly ColumnSpec[]): Promise<TableData> {
  const file = `read_parquet(${quoteText(escapeGlob(path))}, hive_partitioning = false)`;
  await checkColumns(connection, path, file, columns);
  const rows = Number((await (await connection.run(`SELECT count(*) FROM ${file}`)).getRows())[0]![0]);
  const arrays = columns.map((column) => newColumn(column.type, rows));
  const names = columns.map((column) => quoteName(column.name)).join(', ');
  const result = await connection.stream(`SELECT ${names} FROM ${file}`);
  let at = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const count = chunk.rowCount;
    columns.forEach((column, i) => {
      const vector = chunk.getColumnVector(i);
      const array = arrays[i]!;
      for (let row = 0; row < count; row += 1) {
        const value = vector.getItem(row);
        if (value === null) throw new InputError(path, `column ${column.name}, row ${at + row}`, 'an integer', 'NULL');
        array[at + row] = Number(value);
      }
    });
    at += count;
  }
  return { rows, columns: Object.fromEntries(columns.map((column, i) => [column.name, arrays[i]!])) };
}

async function checkColumns(
  connection: DuckDBConnection, path: string, file: string, columns: readonly ColumnSpec[],
): Promise<void> {
  const described = await (await connection.run(`DESCRIBE SELECT * FROM ${file}`)).getRows();
  const found = new Map(described.map((row) => [String(row[0]), String(row[1])]));
  for (const column of columns) {
    const type = found.get(column.name);
    const expected = TYPES[column.type].toString();
    const place = `column ${column.name}`;
    if (type === undefined) throw new InputError(path, place, `a column of type ${expected}`, 'no such column');
    if (type !== expected) throw new InputError(path, place, `type ${expected}`, type);
    found.delete(column.name);
  }
  const [extra] = found.keys();
  if (extra !== undefined) throw new InputError(path, `column ${extra}`, 'only the columns of the schema', 'this one too');
}

/** A database in memory, of one thread, which asks nothing of the network. */
async function withConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** read_parquet takes patterns: a class of one character stands for itself. */
function escapeGlob(path: string): string {
  return path.replace(/[[*?]/g, '[$&]');
}
