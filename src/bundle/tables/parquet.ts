/** The one door to DuckDB: tables to Parquet files and back. */
import { rmSync } from 'node:fs';
import {
  BIGINT, DuckDBDataChunk, DuckDBInstance, INTEGER, SMALLINT, TINYINT, UINTEGER,
  type DuckDBAppender, type DuckDBConnection, type DuckDBType,
} from '@duckdb/node-api';
import { InputError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';
import type { ColumnSpec, ColumnType, TableData } from '../../sim/records/records.js';
import { LIMITS } from './row-check.js';
import { newColumn, type Column } from './table-builder.js';

const TYPES: Readonly<Record<ColumnType, DuckDBType>> = {
  int8: TINYINT,
  int16: SMALLINT,
  int32: INTEGER,
  uint32: UINTEGER,
  int64: BIGINT,
};
/** Fixed, so that the same rows always make the same file. */
const ROW_GROUP_ROWS = 122_880;
export type { DuckDBConnection };
/** What DuckDB takes in one chunk. */
const CHUNK_ROWS = 2048;
/** One thread, so that the same rows make the same bytes, and nothing asked of the network. */
const SETTINGS = {
  threads: '1',
  preserve_insertion_order: 'true',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

/** Memory that DuckDB may keep of rows on their way to a file. */
const SPOOL_MEMORY = '256MB';

/**
 * Writes a table as a zstd Parquet file. The same data make the same bytes: one thread, row groups of fixed size, and
 * nothing in the file that tells when or where it was made.
 *
 * @throws RangeError where a column is missing or a value is no integer, which is a mistake of the caller
 */
export async function writeParquet(path: string, columns: readonly ColumnSpec[], table: TableData): Promise<void> {
  await withConnection(async (connection) => {
    const writer = await TableWriter.create(connection, 't', columns);
    writer.appendTable(table);
    await writer.finish(path);
  });
}

/**
 * Tables on their way to Parquet files, row by row, in bounded memory: rows wait in a temporary database until all are
 * there. The files are to the byte those that `writeParquet` makes of the same rows.
 */
export class ParquetSpool {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly database: string,
    private readonly writers: readonly TableWriter[],
  ) {}

  /** @param database a file that there is not yet; it and what DuckDB puts beside it are removed by `close` */
  static async open(database: string, tables: ReadonlyArray<readonly ColumnSpec[]>): Promise<ParquetSpool> {
    const instance = await DuckDBInstance.create(database, {
      ...SETTINGS, memory_limit: SPOOL_MEMORY, temp_directory: `${database}.tmp`,
    });
    try {
      const connection = await instance.connect();
      // The rows are read once more and then gone: packing them would not pay.
      await connection.run("SET force_compression = 'uncompressed'");
      const writers: TableWriter[] = [];
      for (const [i, columns] of tables.entries()) writers.push(await TableWriter.create(connection, `t${i}`, columns));
      return new ParquetSpool(instance, connection, database, writers);
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  /** Adds a row to a table: its values from index `at`. They must be integers that fit their columns. */
  append(table: number, values: Float64Array, at: number): void {
    this.writers[table]!.append(values, at);
  }

  hasRows(table: number): boolean {
    return this.writers[table]!.rows > 0;
  }

  /** Rows so far, by table. */
  get rows(): readonly number[] {
    return this.writers.map((writer) => writer.rows);
  }

  /** Writes a table's file; no row of it may follow. */
  async write(table: number, path: string, signal?: AbortSignal): Promise<void> {
    const interrupt = (): void => this.connection.interrupt();
    signal?.throwIfAborted();
    signal?.addEventListener('abort', interrupt);
    try {
      await this.writers[table]!.finish(path);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
    }
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
    for (const path of [this.database, `${this.database}.wal`, `${this.database}.tmp`]) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

/** The arrays that lie behind a chunk's vector: 8 bytes of a BIGINT are two of 4. */
type Items = Int8Array | Int16Array | Int32Array | Uint32Array | BigInt64Array;

/** Collects rows by column and hands them to a table of DuckDB chunk by chunk. */
class TableWriter {
  rows = 0;
  private count = 0;
  private readonly types: readonly DuckDBType[];
  private readonly isLong: readonly boolean[];
  /** int64 as pairs, low half first: a bigint for each value would take longer than all the rest. */
  private readonly halves: ReadonlyArray<Exclude<Items, BigInt64Array>>;
  private readonly items: readonly Items[];

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly appender: DuckDBAppender,
    private readonly name: string,
    private readonly columns: readonly ColumnSpec[],
  ) {
    this.types = columns.map((column) => TYPES[column.type]);
    this.isLong = columns.map((column) => column.type === 'int64');
    this.halves = columns.map(({ type }) => {
      if (type === 'int64') return new Int32Array(2 * CHUNK_ROWS);
      return newColumn(type, CHUNK_ROWS) as Exclude<Items, BigInt64Array>;
    });
    this.items = this.halves.map((half, i) => (this.isLong[i]! ? new BigInt64Array(half.buffer as ArrayBuffer) : half));
  }

  static async create(connection: DuckDBConnection, name: string, columns: readonly ColumnSpec[]): Promise<TableWriter> {
    const list = columns.map((column) => `${quoteName(column.name)} ${TYPES[column.type].toString()}`).join(', ');
    await connection.run(`CREATE TABLE ${name} (${list})`);
    return new TableWriter(connection, await connection.createAppender(name), name, columns);
  }

  append(values: ArrayLike<number>, at: number): void {
    const { halves, isLong, count } = this;
    for (let i = 0; i < halves.length; i += 1) {
      const value = values[at + i]!;
      const half = halves[i]!;
      if (isLong[i]!) {
        const high = Math.floor(value / 2 ** 32);
        half[2 * count] = value - high * 2 ** 32;
        half[2 * count + 1] = high;
      } else {
        half[count] = value;
      }
    }
    this.count = count + 1;
    this.rows += 1;
    if (this.count === CHUNK_ROWS) this.flush();
  }

  /** @throws RangeError where a column is missing or a value is no integer */
  appendTable(table: TableData): void {
    const sources = this.columns.map((column) => sourceOf(column, table));
    const limits = this.columns.map((column) => LIMITS[column.type]);
    const row = new Float64Array(sources.length);
    for (let at = 0; at < table.rows; at += 1) {
      for (let i = 0; i < sources.length; i += 1) {
        const value = sources[i]![at]!;
        const [low, high] = limits[i]!;
        if (!Number.isInteger(value) || value < low || value > high) {
          throw new RangeError(`column ${this.columns[i]!.name}, row ${at}: ${value}`);
        }
        row[i] = value;
      }
      this.append(row, 0);
    }
  }

  /** Writes all rows to a Parquet file. */
  async finish(path: string): Promise<void> {
    this.flush();
    this.appender.closeSync();
    await copyToParquet(this.connection, this.name, path);
  }

  private flush(): void {
    const { count } = this;
    if (count === 0) return;
    const chunk = DuckDBDataChunk.create(this.types, count);
    this.items.forEach((items, i) => {
      const vector = chunk.getColumnVector(i);
      // Setting values one by one checks each of them; these are known to fit.
      const target = (vector as unknown as { readonly items: { set(items: Items): void } }).items;
      target.set(count === CHUNK_ROWS ? items : items.subarray(0, count));
      vector.flush();
    });
    this.appender.appendDataChunk(chunk);
    this.count = 0;
  }
}

/** Writes a table of a database to a file whose bytes depend on the rows alone. */
export async function copyToParquet(connection: DuckDBConnection, table: string, path: string): Promise<void> {
  const options = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}`;
  await connection.run(`COPY ${table} TO ${quoteText(path)} (${options})`);
}

function sourceOf(column: ColumnSpec, table: TableData): ArrayLike<number> {
  const source = table.columns[column.name];
  if (source === undefined || source.length < table.rows) {
    throw new RangeError(`column ${column.name} has not ${table.rows} rows`);
  }
  return source;
}

/**
 * Reads a table from a Parquet file, whoever wrote it, if it has exactly these columns with these types (in any order).
 *
 * @throws InputError naming the file and, where there is one to name, the column
 */
export async function readParquet(path: string, columns: readonly ColumnSpec[]): Promise<TableData> {
  return openParquet(path, (connection) => readTable(connection, path, columns));
}

async function openParquet<T>(path: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  if (kindOf(path) !== 'file') throw new InputError(path, '', 'a Parquet file', 'no file of that name');
  try {
    return await withConnection(work);
  } catch (error) {
    // What is not DuckDB's own: a mistake that was found in the file, and whatever a visitor throws.
    if (!(error instanceof Error) || error.constructor !== Error) throw error;
    // DuckDB's message has lines of hints after the first, and names the file that we name ourselves.
    throw new InputError(path, '', 'a Parquet file', error.message.split('\n')[0]!);
  }
}

async function readTable(connection: DuckDBConnection, path: string, columns: readonly ColumnSpec[]): Promise<TableData> {
  const rows = await countRows(connection, path, columns);
  const arrays = columns.map((column) => newColumn(column.type, rows));
  let at = 0;
  await fetchColumns(connection, path, columns, (values, count) => {
    values.forEach((from, i) => arrays[i]!.set(from, at));
    at += count;
  });
  return { rows, columns: Object.fromEntries(columns.map((column, i) => [column.name, arrays[i]!])) };
}

/** Some rows of a table: the values of each wanted column, and how many rows. The arrays hold until the call returns. */
export type ChunkVisitor = (values: ReadonlyArray<ArrayLike<number>>, rows: number) => void;

/**
 * Reads some columns of a Parquet file chunk by chunk, in the order of its rows and in bounded memory, if the file has
 * exactly the columns of `schema`.
 *
 * @param wanted names of columns of the schema
 * @returns the number of rows
 * @throws InputError as `readParquet`, and what `visit` throws
 */
export async function streamParquet(
  path: string, schema: readonly ColumnSpec[], wanted: readonly string[], visit: ChunkVisitor,
): Promise<number> {
  const columns = wanted.map((name) => {
    const column = schema.find((one) => one.name === name);
    if (column === undefined) throw new RangeError(`the schema has no column ${name}`);
    return column;
  });
  return openParquet(path, async (connection) => {
    const rows = await countRows(connection, path, schema);
    if (columns.length > 0) await fetchColumns(connection, path, columns, visit);
    return rows;
  });
}

/** What stands after FROM for a file. */
export function sourceText(path: string): string {
  return `read_parquet(${quoteText(escapeGlob(path))}, hive_partitioning = false)`;
}

/** The rows of a file that has the columns of a schema. @throws InputError where it has others */
async function countRows(connection: DuckDBConnection, path: string, schema: readonly ColumnSpec[]): Promise<number> {
  await checkColumns(connection, path, sourceText(path), schema);
  return Number((await (await connection.run(`SELECT count(*) FROM ${sourceText(path)}`)).getRows())[0]![0]);
}

async function fetchColumns(
  connection: DuckDBConnection, path: string, columns: readonly ColumnSpec[],
  visit: (values: readonly Column[], rows: number) => void,
): Promise<void> {
  const buffers = columns.map((column) => newColumn(column.type, CHUNK_ROWS));
  const names = columns.map((column) => quoteName(column.name)).join(', ');
  const result = await connection.stream(`SELECT ${names} FROM ${sourceText(path)}`);
  let at = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const count = chunk.rowCount;
    const values = columns.map((column, i) => {
      const vector = chunk.getColumnVector(i) as unknown as RawVector;
      for (let row = 0; row < count; row += 1) {
        if (vector.validity.itemValid(row)) continue;
        throw new InputError(path, `column ${column.name}, row ${at + row}`, 'an integer', 'NULL');
      }
      const into = buffers[i]!.subarray(0, count);
      copyItems(vector.items, into);
      return into;
    });
    visit(values, count);
    at += count;
  }
}

/** What lies behind a vector of a chunk that was read; asking it value by value makes a bigint of each BIGINT. */
interface RawVector {
  readonly items: Items;
  readonly validity: { itemValid(row: number): boolean };
}

function copyItems(items: Items, into: Column): void {
  if (!(items instanceof BigInt64Array)) {
    into.set(items);
    return;
  }
  const halves = new Int32Array(items.buffer, items.byteOffset, 2 * items.length);
  for (let row = 0; row < into.length; row += 1) into[row] = halves[2 * row + 1]! * 2 ** 32 + (halves[2 * row]! >>> 0);
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

/** A database in memory. */
export async function withConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', SETTINGS);
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

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** read_parquet takes patterns: a class of one character stands for itself. */
function escapeGlob(path: string): string {
  return path.replace(/[[*?]/g, '[$&]');
}
