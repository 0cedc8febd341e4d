import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Manifest } from '../../bundle/tables/contents.js';
import { streamParquet, type ChunkVisitor } from '../../bundle/tables/parquet.js';
import { openBundle, readManifest } from '../../bundle/read.js';
import { InputError } from '../../input/error.js';
import { TABLES, type TableData, type TableName } from '../../sim/records/records.js';

/** A recording that rows are taken from. Tables are read as often as they are asked for, and never kept whole. */
export interface Source {
  /** Name of its directory. */
  readonly name: string;
  /** As the user gave it. */
  readonly path: string;
  readonly manifest: Pick<Manifest, 'source' | 'release' | 'workload' | 'durationNs' | 'rows'>;
  /** sha256 of the table of decisions, or of what the bundle would be made from where there is none yet. */
  readonly hash: string;
  /** Hands over some columns of a table, in the order of its rows. */
  stream(table: TableName, columns: readonly string[], visit: ChunkVisitor): Promise<void>;
}

/**
 * Opens a bundle, a capture directory or a lone trace. A bundle is read as it is needed; the others are in memory.
 *
 * @throws InputError where it is neither, or has no decisions
 */
export async function openSource(path: string): Promise<Source> {
  const source = existsSync(join(path, 'manifest.json')) ? await ofBundle(path) : await inMemory(path);
  if (source.manifest.rows.decisions === 0) throw new InputError(path, 'decisions', 'at least one row', 'none');
  return source;
}

async function ofBundle(path: string): Promise<Source> {
  const manifest = readManifest(path);
  const file = (table: TableName): string => join(path, `${table}.parquet`);
  const stream = async (table: TableName, columns: readonly string[], visit: ChunkVisitor): Promise<void> => {
    const rows = await streamParquet(file(table), TABLES[table], columns, visit);
    if (rows === manifest.rows[table]) return;
    throw new InputError(file(table), '', `${manifest.rows[table]} rows, as the manifest says`, String(rows));
  };
  // Also says so where the table is missing or is not one.
  await stream('decisions', [], () => undefined);
  return { name: nameOf(path), path, manifest, hash: await hashOfFile(file('decisions')), stream };
}

async function inMemory(path: string): Promise<Source> {
  const { manifest, tables } = await openBundle(path);
  const hash = createHash('sha256').update(JSON.stringify(manifest.inputs)).digest('hex');
  const stream = (table: TableName, columns: readonly string[], visit: ChunkVisitor): Promise<void> => {
    visitTable(tables[table], columns, visit);
    return Promise.resolve();
  };
  return { name: nameOf(path), path, manifest, hash, stream };
}

function visitTable(table: TableData, columns: readonly string[], visit: ChunkVisitor): void {
  if (table.rows > 0) visit(columns.map((name) => table.columns[name]!), table.rows);
}

function nameOf(path: string): string {
  return basename(resolve(path));
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
