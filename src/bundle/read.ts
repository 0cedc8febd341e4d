import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../input/check.js';
import { InputError } from '../input/error.js';
import { readJsonFile } from '../input/json.js';
import { kindOf } from '../input/kind.js';
import {
  INSTRUMENT_NAMES, INSTRUMENT_TABLES, TABLE_NAMES, TABLES, type ColumnSpec, type InstrumentName, type TableData,
  type TableName,
} from '../sim/records/records.js';
import { readCapture, traceOf } from './capture/capture.js';
import { CODES } from './tables/codes.js';
import type { BundleContents, Manifest } from './tables/contents.js';
import { readLoneTracesInMemory } from './capture/lone-trace.js';
import { readParquet } from './tables/parquet.js';
import { COUNTERS, DOMAINS, MANIFEST, TASKS } from './tables/schema.js';

/** tasks.json has some 150 bytes for each task; the others are small. */
const MAX_BYTES = 256 * 2 ** 20;

/**
 * Reads a bundle, or a capture directory or a lone trace as if it had been made into one.
 *
 * @throws InputError where it is neither or is damaged, naming the file and the field, line or column
 */
export async function openBundle(directory: string): Promise<BundleContents> {
  const kind = kindOf(directory);
  if (kind === 'file') return readLoneTracesInMemory([directory]);
  if (kind !== 'directory') {
    throw new InputError(directory, '', 'a bundle or a capture directory', 'no directory of that name');
  }
  if (existsSync(join(directory, 'manifest.json'))) return readBundle(directory);
  if (traceOf(directory) !== null) return readCapture(directory);
  throw new InputError(directory, '', 'a bundle or a capture directory', 'neither a manifest.json nor a trace.txt.gz in it');
}

/**
 * Reads a bundle.
 *
 * @throws InputError where a file is missing or malformed, has another schema or other columns, or a table has not the rows
 * that the manifest says
 */
export async function readBundle(directory: string): Promise<BundleContents> {
  const json = (name: string): { readonly path: string; readonly value: unknown } => {
    const path = join(directory, name);
    return { path, value: readJsonFile(path, MAX_BYTES) };
  };
  const manifest = readManifest(directory);
  const tableOf = async (name: TableName | InstrumentName, columns: readonly ColumnSpec[]): Promise<TableData> => {
    const file = join(directory, `${name}.parquet`);
    const table = await readParquet(file, columns);
    if (table.rows !== manifest.rows[name]) {
      throw new InputError(file, '', `${manifest.rows[name]} rows, as the manifest says`, String(table.rows));
    }
    checkCodes(file, table);
    return table;
  };
  const tables = {} as Record<TableName, TableData>;
  for (const name of TABLE_NAMES) tables[name] = await tableOf(name, TABLES[name]);
  const instrument: Partial<Record<InstrumentName, TableData>> = {};
  for (const name of INSTRUMENT_NAMES) {
    if (manifest.rows[name] !== undefined) instrument[name] = await tableOf(name, INSTRUMENT_TABLES[name]);
  }
  const tasksJson = json('tasks.json');
  const { tasks, masks } = check(TASKS, tasksJson.value, tasksJson.path);
  tasks.forEach((task, i) => {
    if (task.allowed < masks.length) return;
    throw new InputError(tasksJson.path, `tasks.${i}.allowed`, `a row of ${masks.length} masks`, String(task.allowed));
  });
  const domainsJson = json('domains.json');
  const countersJson = json('counters.json');
  return {
    manifest,
    tables,
    instrument,
    tasks,
    masks,
    domains: check(DOMAINS, domainsJson.value, domainsJson.path),
    counters: check(COUNTERS, countersJson.value, countersJson.path),
  };
}

/** Reads a bundle's manifest alone. @throws InputError where there is none, it is malformed or has another schema */
export function readManifest(directory: string): Manifest {
  const path = join(directory, 'manifest.json');
  const value = readJsonFile(path, MAX_BYTES);
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (schema !== 2) {
    throw new InputError(path, 'schema', '2, which is what this version reads', JSON.stringify(schema) ?? 'nothing');
  }
  return check(MANIFEST, value, path);
}

function checkCodes(file: string, table: TableData): void {
  for (const [name, [low, high]] of Object.entries(CODES)) {
    const column = table.columns[name];
    if (column === undefined) continue;
    for (let row = 0; row < table.rows; row += 1) {
      const value = column[row]!;
      if (value >= low && value <= high) continue;
      throw new InputError(file, `column ${name}, row ${row}`, `${low} to ${high}`, String(value));
    }
  }
}
