import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCapture } from '../../src/bundle/capture/capture.js';
import type { BundleContents } from '../../src/bundle/tables/contents.js';
import { openBundle, readBundle } from '../../src/bundle/read.js';
import { BUNDLE_FILES, writeBundle } from '../../src/bundle/write.js';
import { InputError } from '../../src/input/error.js';
import { INSTRUMENT_TABLES, TABLES, type TableData, type TableName } from '../../src/sim/records/records.js';
import { CAPTURES } from './capture-fixture.js';

type Json = Record<string, unknown>;

let root = '';
let contents: BundleContents;
/** As it was written; `bundle` is a copy of it, made anew for each test. */
let written = '';
let bundle = '';
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cfslab-bundle-'));
  const capture = await readCapture(join(CAPTURES, 'spin9'));
  // No policy decided in that kernel; with a few rows of one, every table is there.
  const manifest = { ...capture.manifest, rows: { ...capture.manifest.rows, policy: 3 } };
  contents = { ...capture, manifest, instrument: { ...capture.instrument, policy: asked(3) } };
  bundle = join(root, 'bundle');
  written = mkdtempSync(join(tmpdir(), 'cfslab-bundle-written-'));
  await writeBundle(written, contents);
});
beforeEach(() => {
  rmSync(bundle, { recursive: true, force: true });
  cpSync(written, bundle, { recursive: true });
});
afterAll(() => [root, written].forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const ARRAYS = { int8: Int8Array, int16: Int16Array, int32: Int32Array, uint32: Uint32Array, int64: Float64Array } as const;

/** So many calls that a policy was asked about. */
function asked(rows: number): TableData {
  const columns = INSTRUMENT_TABLES.policy.map(({ name, type }) => {
    const values = Array.from({ length: rows }, (_, row) => (name === 'ts' || name === 'seq' ? row : row % 2));
    return [name, ARRAYS[type].from(values)];
  });
  return { rows, columns: Object.fromEntries(columns) as TableData['columns'] };
}

const hashes = (dir: string) =>
  Object.fromEntries(BUNDLE_FILES.map((name) => [name, createHash('sha256').update(readFileSync(join(dir,
    name))).digest('hex')]));

function plainTables({ tables }: BundleContents) {
  return Object.fromEntries(
    (Object.keys(TABLES) as TableName[]).map((name) => [name, TABLES[name].map((column) =>
      Array.from(tables[name].columns[column.name]!))]),
  );
}

function editJson(name: string, edit: (value: Record<string, unknown>) => unknown): void {
  const path = join(bundle, name);
  const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify(edit(value) ?? value));
}

describe('a bundle', () => {
  it('gives back what was written, whole', async () => {
    const back = await readBundle(bundle);
    expect({ ...back, tables: plainTables(back) }).toEqual({ ...contents, tables: plainTables(contents) });
    expect(readdirSync(bundle).length).toBe(BUNDLE_FILES.length);
    expect(readdirSync(root)).toEqual(['bundle']);
  });

  it('is the same to the byte for the same contents, also when it is written over itself or written again from what ' +
    'was read', async () => {
    const before = hashes(bundle);
    await writeBundle(bundle, contents);
    expect(hashes(bundle)).toEqual(before);
    await writeBundle(bundle, await readBundle(bundle));
    expect(hashes(bundle)).toEqual(before);
  });

  it('takes the place of nothing but a bundle or an empty directory', async () => {
    const other = join(root, 'other');
    mkdirSync(other);
    await writeBundle(other, contents);
    expect(hashes(other)).toEqual(hashes(bundle));
    writeFileSync(join(other, 'thesis.tex'), 'years of work');
    await expect(writeBundle(other, contents)).rejects.toThrow('found a directory with thesis.tex in it');
    rmSync(other, { recursive: true });
    mkdirSync(other);
    writeFileSync(join(other, 'manifest.json'), '{"name": "an extension"}');
    await expect(writeBundle(other, contents)).rejects.toThrow(InputError);
    expect(readFileSync(join(other, 'manifest.json'), 'utf8')).toBe('{"name": "an extension"}');
    rmSync(other, { recursive: true });
    writeFileSync(other, 'a file');
    await expect(writeBundle(other, contents)).rejects.toThrow(InputError);
    rmSync(other);
    await expect(writeBundle(join(root, 'no', 'where'), contents)).rejects.toThrow(InputError);
  });

  it('is not written at all where a part of it cannot be', async () => {
    const events = { ...contents.tables.events, rows: contents.tables.events.rows + 1 };
    await expect(writeBundle(join(root, 'half'), { ...contents, tables: { ...contents.tables, events } })).rejects
      .toThrow(RangeError);
    expect(existsSync(join(root, 'half'))).toBe(false);
    expect(readdirSync(root)).toEqual(['bundle']);
  });

  it.each(BUNDLE_FILES)('is refused without %s', async (name) => {
    rmSync(join(bundle, name));
    await expect(readBundle(bundle)).rejects.toThrow(InputError);
    await expect(readBundle(bundle)).rejects.toThrow(name);
  });

  it.each([
    ['manifest.json', (m: Json): void => void (m['schema'] = 1),
      'manifest.json: schema: expected 2, which is what this version reads, found 1'],
    ['manifest.json', (m: Json): void => void (m['hz'] = 'many'), 'manifest.json: hz: expected'],
    ['manifest.json', (m: Json): void => void (m['rows'] = { decisions: 1, balances: 1, events: 1 }),
      'decisions.parquet: expected 1 rows'],
    ['tasks.json', (t: Json): void => void (t['masks'] = []),
      'tasks.json: tasks.0.allowed: expected a row of 0 masks'],
    ['tasks.json', () => [], 'tasks.json: expected'],
    ['domains.json', () => [{}], 'domains.json: 0.'],
    ['counters.json', () => ({ a: 'b' }), 'counters.json: a: expected'],
  ] as const)('is refused with a %s that is wrong', async (name, edit, message) => {
    editJson(name, edit);
    await expect(readBundle(bundle)).rejects.toThrow(InputError);
    await expect(readBundle(bundle)).rejects.toThrow(message);
  });

  it('is refused where an event is of no kind', async () => {
    const kind = Int8Array.from(contents.tables.events.columns['kind']!);
    kind[3] = 99;
    const events = { rows: kind.length, columns: { ...contents.tables.events.columns, kind } };
    await writeBundle(bundle, { ...contents, tables: { ...contents.tables, events } });
    await expect(readBundle(bundle)).rejects.toThrow('events.parquet: column kind, row 3: expected 0 to');
  });
});

describe('openBundle', () => {
  it('opens a bundle and a capture alike', async () => {
    await writeBundle(bundle, await readCapture(join(CAPTURES, 'spin9')));
    const fromBundle = await openBundle(bundle);
    const fromCapture = await openBundle(join(CAPTURES, 'spin9'));
    expect(plainTables(fromBundle)).toEqual(plainTables(fromCapture));
    expect(fromBundle.manifest).toEqual(fromCapture.manifest);
  });

  it('opens a lone trace, plain or packed', async () => {
    const { manifest, tables } = await openBundle(join(CAPTURES, 'spin9', 'trace.txt.gz'));
    expect(manifest).toMatchObject({ workload: 'trace', cpus: 8, release: 'unknown' });
    expect(tables.decisions).toEqual(contents.tables.decisions);
  });

  it('refuses anything else', async () => {
    await expect(openBundle(join(CAPTURES, 'spin9', 'uname'))).rejects.toThrow(InputError);
    await expect(openBundle(CAPTURES)).rejects.toThrow('expected a bundle or a capture directory, found neither');
    await expect(openBundle(join(root, 'none'))).rejects.toThrow('found no directory of that name');
  });
});
