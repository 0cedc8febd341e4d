import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readParquet, writeParquet } from '../../../src/bundle/tables/parquet.js';
import { InputError } from '../../../src/input/error.js';
import type { ColumnSpec, TableData } from '../../../src/sim/records/records.js';

let dir = '';
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'cfslab-parquet-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const COLUMNS: readonly ColumnSpec[] = [
  { name: 'tiny', type: 'int8', doc: '' },
  { name: 'small', type: 'int16', doc: '' },
  { name: 'int', type: 'int32', doc: '' },
  { name: 'unsigned', type: 'uint32', doc: '' },
  { name: 'big "quoted"', type: 'int64', doc: '' },
];

const row = fc.tuple(
  fc.integer({ min: -0x80, max: 0x7f }),
  fc.integer({ min: -0x8000, max: 0x7fff }),
  fc.integer(),
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.maxSafeInteger(),
);

function tableOf(rows: readonly (readonly number[])[]): TableData {
  return { rows: rows.length, columns: Object.fromEntries(COLUMNS.map(({ name }, i) => [name, rows.map((values) =>
    values[i]!)])) };
}

const plain = (table: TableData) => COLUMNS.map(({ name }) => Array.from(table.columns[name]!));
const sha = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('a Parquet file', () => {
  it('gives back what was written, whatever it is', async () => {
    const path = join(dir, 'round.parquet');
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
        await writeParquet(path, COLUMNS, tableOf(rows));
        const back = await readParquet(path, COLUMNS);
        expect(back.rows).toBe(rows.length);
        expect(plain(back)).toEqual(plain(tableOf(rows)));
      }),
      { numRuns: 15 },
    );
  });

  it('is the same to the byte for the same rows, over several row groups, and lies anywhere', async () => {
    const rows = Array.from({ length: 130_000 }, (_, i) => [i % 100, (i * 31) % 30_000, i * 7, i * 11, i * 1e9]);
    const odd = join(dir, "a [b]* ?'c");
    mkdirSync(odd);
    await writeParquet(join(dir, 'one.parquet'), COLUMNS, tableOf(rows));
    await writeParquet(join(odd, 'two.parquet'), COLUMNS, tableOf(rows));
    expect(sha(join(odd, 'two.parquet'))).toBe(sha(join(dir, 'one.parquet')));
    const back = await readParquet(join(odd, 'two.parquet'), COLUMNS);
    expect(plain(back)).toEqual(plain(tableOf(rows)));
  });

  it('is refused where its columns are others', async () => {
    const path = join(dir, 'other.parquet');
    await writeParquet(path, COLUMNS.slice(0, 3), tableOf([[1, 2, 3]]));
    await expect(readParquet(path, COLUMNS)).rejects
      .toThrow(/other\.parquet: column unsigned: expected a column of type UINTEGER, found no such/);
    await expect(readParquet(path, COLUMNS.slice(0, 2))).rejects
      .toThrow(/column int: expected only the columns of the schema/);
    const wider = [...COLUMNS.slice(0, 2), { name: 'int', type: 'int64', doc: '' }] as const;
    await expect(readParquet(path, wider)).rejects.toThrow(/column int: expected type BIGINT, found INTEGER/);
  });

  it('is refused where it is missing or damaged', async () => {
    const path = join(dir, 'damaged.parquet');
    await expect(readParquet(path, COLUMNS)).rejects.toThrow(InputError);
    writeFileSync(path, 'PAR1 no PAR1');
    await expect(readParquet(path, COLUMNS)).rejects.toThrow(InputError);
    await writeParquet(path, COLUMNS, tableOf([[1, 2, 3, 4, 5]]));
    const whole = readFileSync(path);
    for (const length of [0, 4, 100, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(readParquet(path, COLUMNS)).rejects.toThrow(InputError);
    }
  });

  it('is not written from what is no integer of the column', async () => {
    const path = join(dir, 'bad.parquet');
    await expect(writeParquet(path, COLUMNS, tableOf([[1, 2, 3, 4, 0.5]]))).rejects.toThrow(RangeError);
    await expect(writeParquet(path, COLUMNS, { rows: 2, columns: tableOf([[1, 2, 3, 4, 5]]).columns })).rejects
      .toThrow(RangeError);
    await expect(writeParquet(path, COLUMNS, tableOf([[200, 2, 3, 4, 5]]))).rejects.toThrow();
  });
});
