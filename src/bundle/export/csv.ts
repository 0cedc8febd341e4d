import { closeSync, existsSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeDirectoryAtomic } from '../../input/atomic.js';
import { InputError } from '../../input/error.js';
import { kindOf } from '../../input/kind.js';
import { EVENT_KINDS, INSTRUMENT_NAMES, INSTRUMENT_TABLES, TABLE_NAMES, TABLES } from '../../sim/records/records.js';
import type { ColumnSpec, TableData } from '../../sim/records/records.js';
import type { BundleContents } from '../tables/contents.js';

/** Characters that are gathered before they are written. */
const BLOCK = 1 << 18;
/** In every directory that is written here: what the numbers were taken from. */
const MANIFEST = 'manifest.json';
const DETAILS = ['tasks', 'masks', 'domains', 'counters', 'kinds'] as const;
const FILES: ReadonlySet<string> = new Set([
  MANIFEST,
  ...[...TABLE_NAMES, ...INSTRUMENT_NAMES, ...DETAILS].map((name) => `${name}.csv`),
]);

/**
 * Writes a bundle as a directory of CSV files (RFC 4180, with a header, LF): one for each table, and for the tasks, masks,
 * domains and counters. Whole or not at all; a directory that holds nothing but such files is replaced.
 *
 * @returns names of the files with their rows
 * @throws InputError where something else stands there
 */
export async function writeCsv(directory: string, contents: BundleContents): Promise<ReadonlyMap<string, number>> {
  checkReplaceable(directory);
  const written = new Map<string, number>();
  await writeDirectoryAtomic(directory, (into) => {
    const put = (name: string, rows: number, lines: Iterable<string>): void => {
      writeLines(join(into, `${name}.csv`), lines);
      written.set(`${name}.csv`, rows);
    };
    for (const name of TABLE_NAMES) {
      const table = contents.tables[name];
      put(name, table.rows, linesOf(TABLES[name], table));
    }
    for (const name of INSTRUMENT_NAMES) {
      const table = contents.instrument[name];
      if (table !== undefined && table.rows > 0) put(name, table.rows, linesOf(INSTRUMENT_TABLES[name], table));
    }
    const { tasks, masks, domains, counters } = contents;
    put('kinds', EVENT_KINDS.length, records(['kind', 'name'], EVENT_KINDS.map((name, kind) => [kind, name])));
    put('tasks', tasks.length, objects(tasks, ['pid', 'comm', 'parent', 'prio', 'allowed', 'group', 'preexisting']));
    put('masks', masks.length, records(['mask', 'cpus'], masks.map((cpus, row) => [row, cpus.join(' ')])));
    put('domains', domains.length, objects(domains, [
      'cpu', 'level', 'name', 'flags', 'span',
      'imbalancePct', 'cacheNiceTries', 'busyFactor', 'minIntervalMs', 'maxIntervalMs',
    ]));
    const named = Object.entries(counters);
    put('counters', named.length, records(['name', 'value'], named));
    writeFileSync(join(into, MANIFEST), `${JSON.stringify(contents.manifest, null, 1)}\n`);
  });
  return written;
}

function checkReplaceable(directory: string): void {
  const kind = kindOf(directory);
  if (kind === 'none') return;
  if (kind !== 'directory') throw new InputError(directory, '', 'a place for a directory', 'a file');
  const names = readdirSync(directory);
  const foreign = names.find((name) => !FILES.has(name));
  const expected = 'nothing or a directory of CSV files that may be replaced';
  if (foreign !== undefined) throw new InputError(directory, '', expected, `a directory with ${foreign} in it`);
  if (names.length > 0 && !existsSync(join(directory, 'events.csv'))) {
    throw new InputError(directory, '', expected, 'a directory without an events.csv');
  }
}

/** The lines of a table. */
function* linesOf(columns: readonly ColumnSpec[], { rows, columns: data }: TableData): Generator<string> {
  const arrays = columns.map(({ name }) => data[name]!);
  yield columns.map(({ name }) => name).join();
  for (let row = 0; row < rows; row += 1) {
    let line = digits(arrays[0]![row]!);
    for (let i = 1; i < arrays.length; i += 1) line += `,${digits(arrays[i]![row]!)}`;
    yield line;
  }
}

/** All digits, also of a number that would be rounded to fewer. */
function digits(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
}

function* objects<T extends object>(list: readonly T[], fields: readonly (keyof T & string)[]): Generator<string> {
  yield fields.join();
  for (const item of list) yield fields.map((field) => cell(item[field])).join();
}

function* records(header: readonly string[], list: readonly (readonly unknown[])[]): Generator<string> {
  yield header.join();
  for (const fields of list) yield fields.map(cell).join();
}

/** Lists are separated by spaces, flags are 0 and 1, and what is not known is empty. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = Array.isArray(value) ? value.join(' ') : String(value as string | number);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function writeLines(path: string, lines: Iterable<string>): void {
  const file = openSync(path, 'wx');
  try {
    let block = '';
    for (const line of lines) {
      block += `${line}\n`;
      if (block.length < BLOCK) continue;
      writeAll(file, block);
      block = '';
    }
    writeAll(file, block);
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
