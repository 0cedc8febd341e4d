import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDirectoryAtomic } from '../input/atomic.js';
import { InputError } from '../input/error.js';
import { readJsonFile } from '../input/json.js';
import { kindOf } from '../input/kind.js';
import { INSTRUMENT_NAMES, INSTRUMENT_TABLES, TABLE_NAMES, TABLES } from '../sim/records.js';
import type { BundleContents } from './contents.js';
import { writeParquet } from './parquet.js';
import { rowsOf } from './rows-of.js';

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
  const { manifest, tables, instrument, tasks, masks, domains, counters } = contents;
  await writeDirectoryAtomic(directory, async (into) => {
    for (const name of TABLE_NAMES) await writeParquet(join(into, `${name}.parquet`), TABLES[name], tables[name]);
    for (const name of INSTRUMENT_NAMES) {
      const table = instrument[name];
      if (table === undefined || table.rows === 0) continue;
      await writeParquet(join(into, `${name}.parquet`), INSTRUMENT_TABLES[name], table);
    }
    writeJson(join(into, 'tasks.json'), { masks, tasks });
    writeJson(join(into, 'domains.json'), domains);
    writeJson(join(into, 'counters.json'), counters);
    writeJson(join(into, 'manifest.json'), { ...manifest, rows: rowsOf(tables, instrument) });
  });
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
