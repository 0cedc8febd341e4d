import { InputError, OutsideError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';
import type { DuckDBConnection } from './parquet.js';

/** DuckDB is loaded when a table is read or written, not by every command. */
const parquet = () => import('./parquet.js');

/** A value of a table that is for reading with SQL. */
export type SqlValue = string | number | boolean | null;

export interface SqlColumn {
  readonly name: string;
  readonly type: 'text' | 'double' | 'int64' | 'boolean';
}

const TYPES: Readonly<Record<SqlColumn['type'], string>> = { text: 'VARCHAR', double: 'DOUBLE', int64: 'BIGINT', boolean: 'BOOLEAN' };

/**
 * Writes rows as a zstd Parquet file. The same rows make the same bytes.
 * @throws OutsideError where the disk fails
 */
export async function writeSqlTable(path: string, columns: readonly SqlColumn[], rows: Iterable<readonly SqlValue[]>): Promise<void> {
  const { copyToParquet, quoteName, withConnection } = await parquet();
  await withConnection(async (connection) => {
    await connection.run(`CREATE TABLE t (${columns.map(({ name, type }) => `${quoteName(name)} ${TYPES[type]}`).join(', ')})`);
    const appender = await connection.createAppender('t');
    for (const row of rows) {
      columns.forEach(({ type }, i) => {
        const value = row[i]!;
        if (value === null) appender.appendNull();
        else if (type === 'text') appender.appendVarchar(String(value));
        else if (type === 'boolean') appender.appendBoolean(value === true);
        else if (type === 'int64') appender.appendBigInt(BigInt(value));
        else appender.appendDouble(Number(value));
      });
      appender.endRow();
    }
    appender.closeSync();
    try {
      await copyToParquet(connection, 't', path);
    } catch (error) {
      // DuckDB says so of a disk that is full, and of a place that may not be written to.
      if (/^IO Error/.test((error as Error).message)) throw new OutsideError((error as Error).message.split('\n')[0]!);
      throw error;
    }
  });
}

export interface SqlResult {
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<readonly SqlValue[]>;
}

/** Every row of a Parquet file. @throws InputError where it is none */
export async function readSqlTable(path: string): Promise<SqlResult> {
  return querySqlTables({ t: path }, 'SELECT * FROM t', path);
}

/**
 * Answers a question of a user about tables in Parquet files. The question sees these tables and nothing else of the machine.
 *
 * @param tables path by the table's name
 * @param source names the question in errors
 * @throws InputError where it is no SQL, or asks for what there is not
 */
export async function querySqlTables(tables: Readonly<Record<string, string>>, sql: string, source: string): Promise<SqlResult> {
  const { withConnection } = await parquet();
  return withConnection(async (connection) => {
    for (const [name, path] of Object.entries(tables)) await loadTable(connection, name, path);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    try {
      const result = await connection.runAndReadAll(sql);
      return { columns: result.columnNames(), rows: result.getRowsJS().map((row) => row.map(plain)) };
    } catch (error) {
      throw new InputError(source, '', `SQL over the tables ${Object.keys(tables).join(', ')}`, (error as Error).message);
    }
  });
}

async function loadTable(connection: DuckDBConnection, name: string, path: string): Promise<void> {
  if (kindOf(path) !== 'file') throw new InputError(path, '', 'a Parquet file', 'no file of that name');
  const { quoteName, sourceText } = await parquet();
  try {
    await connection.run(`CREATE TABLE ${quoteName(name)} AS SELECT * FROM ${sourceText(path)}`);
  } catch (error) {
    throw new InputError(path, '', 'a Parquet file', (error as Error).message.split('\n')[0]!);
  }
}

/** Integers that a double does not hold exactly are text here, and so is what is neither number nor text. */
function plain(value: unknown): SqlValue {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' || value === null) return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}
