import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { querySqlTables, readSqlTable, writeSqlTable, type SqlColumn, type SqlValue } from '../../../src/bundle/tables/sql-table.js';

const dir = mkdtempSync(join(tmpdir(), 'cfslab-sql-'));
afterAll(() => rmSync(dir, { recursive: true }));

const COLUMNS: readonly SqlColumn[] = [{ name: 'a "b"', type: 'text' }, { name: 'x', type: 'double' }, { name: 'n', type: 'int64' }, { name: 'on', type: 'boolean' }];
const ROWS: readonly SqlValue[][] = [['<script>', 0.1, 2 ** 53 - 1, true], ["o'clock", null, -1, false], [null, 1e300, 0, null]];

describe('tables for SQL', () => {
  it('are read as they were written, and are the same bytes for the same rows', async () => {
    const [one, two] = [join(dir, 'one.parquet'), join(dir, 'two.parquet')];
    await writeSqlTable(one, COLUMNS, ROWS);
    await writeSqlTable(two, COLUMNS, ROWS);
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
    expect(await readSqlTable(one)).toEqual({ columns: COLUMNS.map(({ name }) => name), rows: ROWS });
  });

  it('answer questions that see nothing else', async () => {
    const t = join(dir, 'one.parquet');
    expect(await querySqlTables({ t }, 'SELECT sum(n) AS s, count(*) AS c FROM t', 'q')).toEqual({ columns: ['s', 'c'], rows: [[2 ** 53 - 2, 3]] });
    for (const sql of [`SELECT * FROM read_parquet('${t}')`, `COPY t TO '${dir}/x.csv'`, 'SET enable_external_access = true', 'SELEC']) {
      await expect(querySqlTables({ t }, sql, 'q'), sql).rejects.toThrow(/^q: expected SQL over the tables t/);
    }
  });

  it('say where a disk fails, and where there is no table', async () => {
    await expect(writeSqlTable(join(dir, 'no', 'where.parquet'), COLUMNS, ROWS)).rejects.toHaveProperty('name', 'OutsideError');
    await expect(readSqlTable(join(dir, 'none.parquet'))).rejects.toThrow(/expected a Parquet file/);
  });
});
