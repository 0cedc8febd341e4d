import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDirectoryAtomic } from '../input/atomic.js';
import { InputError } from '../input/error.js';
import { readJsonFile } from '../input/json.js';
import { kindOf } from '../input/kind.js';
import { INSTRUMENT_NAMES, INSTRUMENT_TABLES, TABLE_NAMES, TABLES } from '../sim/records/records.js';
import type { BundleContents, Manifest } from './tables/contents.js';
import { ParquetSpool, writeParquet } from './tables/parquet.js';
import { rowsByName, withRows, type Recording } from './tables/recording.js';
import { ALL_TABLES, columnsOf, type RowSink } from './tables/row-sink.js';
import { rowsOf } from './tables/rows-of.js';
import { MANIFEST } from './tables/schema.js';

/** The files that a bundle may have; those of the instrumented kernel's tables are there where they have rows. */
export const BUNDLE_FILES = [
  'manifest.json', 'tasks.json', 'domains.json', 'counters.json',
  ...[...TABLE_NAMES, ...INSTRUMENT_NAMES].map((name) => `${name}.parquet`),
];

/**
 * Writes a bundle as a directory, whole or not at all. A bundle of that name is replaced; anything else is not.
 *
 * The same contents make the same bytes.
 *
 * @throws InputError where something that is no bundle stands there, or the place cannot be written to
 */
export async function writeBundle(directory: string, contents: BundleContents): Promise<void> {
  checkReplaceable(directory);
  const { manifest, tables, instrument, ...rest } = contents;
  await writeDirectoryAtomic(directory, async (into) => {
    for (const name of TABLE_NAMES) await writeParquet(join(into, `${name}.parquet`), TABLES[name], tables[name]);
    for (const name of INSTRUMENT_NAMES) {
      const table = instrument[name];
      if (table === undefined || table.rows === 0) continue;
      await writeParquet(join(into, `${name}.parquet`), INSTRUMENT_TABLES[name], table);
    }
    writeJsonFiles(into, { ...manifest, rows: rowsOf(tables, instrument) }, rest);
  });
}

/**
 * Writes a bundle as `writeBundle` does, to the byte, but while its rows come, in bounded memory.
 *
 * @param read hands its rows to the sink and gives the rest of the bundle
 * @throws InputError as `writeBundle`, and what `read` throws; and what the signal was aborted with
 */
export async function streamBundle(
  directory: string, read: (sink: RowSink) => Promise<Recording>, signal?: AbortSignal,
): Promise<Manifest> {
  checkReplaceable(directory);
  let written: Manifest | null = null;
  await writeDirectoryAtomic(directory, async (into) => {
    // Where Ctrl-C has waited long enough, the process ends at once; that shall leave nothing behind either.
    const onExit = (): void => rmSync(into, { recursive: true, force: true });
    process.on('exit', onExit);
    const spool = await ParquetSpool.open(join(into, 'rows.duckdb'), ALL_TABLES.map(columnsOf));
    try {
      const { manifest, ...rest } = await read(spool);
      for (const [i, name] of ALL_TABLES.entries()) {
        if (isAlways(name) || spool.hasRows(i)) await spool.write(i, join(into, `${name}.parquet`), signal);
      }
      written = withRows(manifest, rowsByName(spool.rows, TABLE_NAMES));
      writeJsonFiles(into, written, rest);
    } finally {
      spool.close();
      process.removeListener('exit', onExit);
    }
  });
  return written!;
}

const isAlways = (name: string): boolean => (TABLE_NAMES as readonly string[]).includes(name);

function writeJsonFiles(into: string, manifest: Manifest, rest: Omit<Recording, 'manifest'>): void {
  const { tasks, masks, domains, counters } = rest;
  writeJson(join(into, 'tasks.json'), { masks, tasks });
  writeJson(join(into, 'domains.json'), domains);
  writeJson(join(into, 'counters.json'), counters);
  // Fields in the schema's order, whoever has put it together.
  writeJson(join(into, 'manifest.json'), MANIFEST.parse(manifest));
}

/** Nothing, an empty directory or a bundle without a file that is not a bundle's may be replaced. */
function checkReplaceable(directory: string): void {
  const kind = kindOf(directory);
  if (kind === 'none') return;
  if (kind !== 'directory') throw new InputError(directory, '', 'a place for a bundle', 'a file');
  const names = readdirSync(directory);
  if (names.length === 0) return;
  const refuse = (found: string): never => {
    throw new InputError(directory, '', 'nothing or a bundle that may be replaced', found);
  };
  const foreign = names.find((name) => !BUNDLE_FILES.includes(name));
  if (foreign !== undefined) refuse(`a directory with ${foreign} in it`);
  const manifest = join(directory, 'manifest.json');
  if (!existsSync(manifest)) refuse('a directory without a manifest.json');
  if (!looksLikeManifest(manifest)) refuse('a directory whose manifest.json is not that of a bundle');
}

function looksLikeManifest(path: string): boolean {
  try {
    const value = readJsonFile(path);
    return typeof value === 'object' && value !== null && 'schema' in value && 'rows' in value && 'source' in value;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 1)}\n`);
}
