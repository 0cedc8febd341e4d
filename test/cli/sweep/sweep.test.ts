import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SweepDocument } from '../../../src/experiment/sweep/report/document.js';
import { cli } from '../support.js';

const SPEC = {
  name: 'small', scenarios: ['threadpool.json'], durationMs: 20, policy: 'early-migration',
  axes: [{ knob: 'policy.attempts', values: [0, 100] }, { knob: 'sysctl.migration_cost_ns', values: [500_000, 5_000_000] }], seeds: 3,
};

let dir = '';
let file = '';
const before = process.env['CFSLAB_CACHE'];
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'cfslab-cli-sweep-'));
  process.env['CFSLAB_CACHE'] = join(dir, 'cache');
  write('threadpool.json', { name: 'threadpool', machine: 'pvt8c', workload: { generator: 'threadpool', params: { workers: 16, hogs: 0, idleUs: 400 } } });
  file = write('small.json', SPEC);
});
afterAll(() => {
  if (before === undefined) delete process.env['CFSLAB_CACHE'];
  else process.env['CFSLAB_CACHE'] = before;
  rmSync(dir, { recursive: true, force: true });
});

function write(name: string, json: unknown): string {
  const path = join(dir, name);
  writeFileSync(path, JSON.stringify(json));
  return path;
}

const results = (): string => join(dir, 'out');
const sweep = (...more: string[]): ReturnType<typeof cli> => cli('sweep', file, '--out', results(), '--jobs', '0', ...more);

describe('cfslab sweep', () => {
  it('prints the document or a text that fits the page, and writes both files', async () => {
    const text = await sweep();
    expect([text.code, text.err]).toEqual([0, '']);
    expect(text.out).toMatch(/^small: 4 candidates, 1 contexts, 15 runs\n/);
    expect(text.out).toMatch(/\n15 runs, 0 of them from the cache; 1 thread simulated for \d+\.\d % of \d+\.\d s\.\nWritten: /);
    for (const line of text.out.split('\n')) expect([...line].length).toBeLessThanOrEqual(120);
    const json = await sweep('--json');
    expect(json.out).toBe(readFileSync(join(results(), 'results.json'), 'utf8'));
    expect(readdirSync(results()).sort((a, b) => (a < b ? -1 : 1))).toEqual(['results.json', 'runs.parquet']);
    const { comparisons } = JSON.parse(json.out) as SweepDocument;
    expect(comparisons).toHaveLength(4);
  });

  it('replaces nothing but a sweep', async () => {
    const place = join(dir, 'mine');
    mkdirSync(place);
    writeFileSync(join(place, 'results.json'), '');
    writeFileSync(join(place, 'thesis.tex'), '');
    const { code, err } = await cli('sweep', file, '--out', place);
    expect([code, err]).toEqual([2, expect.stringMatching(/^cfslab: --out: expected a directory that is new or empty, or a sweep/)]);
    expect(readdirSync(place)).toContain('thesis.tex');
  });

  it('says what is wrong in one line, with exit code 2 or 3, and writes nothing', async () => {
    const bad = write('bad.json', { ...SPEC, axes: [{ knob: 'policy.nothing', values: [1] }] });
    const out = join(dir, 'out-bad');
    const cases: ReadonlyArray<readonly [string, string, string | undefined]> = [
      [bad, out, undefined], [file, join(dir, 'no', 'where'), undefined], [file, out, 'relative'], [file, out, '/proc/nothing'], [file, out, file],
    ];
    for (const [spec, place, cache] of cases) {
      const kept = process.env['CFSLAB_CACHE'];
      if (cache !== undefined) process.env['CFSLAB_CACHE'] = cache;
      const done = await cli('sweep', spec, '--out', place, '--jobs', '0');
      process.env['CFSLAB_CACHE'] = kept;
      expect([2, 3]).toContain(done.code);
      expect([done.out, done.err]).toEqual(['', expect.stringMatching(/^cfslab: [^\n]+\n$/)]);
    }
    expect(readdirSync(dir)).not.toContain('out-bad');
  });
});

describe('cfslab sweep query', () => {
  it('answers SQL about the runs, which sees nothing else', async () => {
    const query = (sql: string): ReturnType<typeof cli> => cli('sweep', 'query', sql, '--from', results(), '--json');
    const { rows } = JSON.parse((await query('SELECT "policy.attempts" AS attempts, count(*) AS n, avg(throughput) AS mean FROM runs GROUP BY 1 ORDER BY 1 NULLS FIRST')).out) as { rows: Array<Record<string, number>> };
    expect(rows.map(({ attempts, n }) => [attempts, n])).toEqual([[null, 3], [0, 6], [100, 6]]);
    const document = JSON.parse(readFileSync(join(results(), 'results.json'), 'utf8')) as SweepDocument;
    expect(rows[0]!['mean']).toBeCloseTo(document.cells[0]!.metrics.throughput!.mean, 6);
    expect((await cli('sweep', 'query', 'SELECT 1 AS one', '--from', results())).out).toMatch(/^one\n─+\n +1\n$/);
    for (const sql of ['SELECT nothing FROM runs', `SELECT * FROM read_csv('${file}')`, "COPY runs TO 'x.csv'", 'nonsense']) {
      const { code, err } = await query(sql);
      expect(code, sql).toBe(2);
      expect(err, sql).toMatch(/^cfslab: sweep query: expected SQL over the tables runs, found [^\n]*\n$/);
    }
    expect((await cli('sweep', 'query', 'SELECT 1', '--from', dir)).code).toBe(2);
  });
});

describe('cfslab sweep ask and tell', () => {
  it('let an optimiser outside answer, or ask for points of its own', async () => {
    const cmaes = write('cmaes.json', {
      ...SPEC, axes: [{ knob: 'policy.minDeltaNs', linear: { from: 0, to: 1_000_000 } }, { knob: 'sysctl.migration_cost_ns', log: { from: 100_000, to: 10_000_000 } }],
      search: { method: 'cmaes', points: 12, population: 6 },
    });
    const state = join(dir, 'state.json');
    interface Asked { readonly points: ReadonlyArray<{ readonly id: number; readonly values: Record<string, number> }>; readonly over: boolean }
    interface Told { readonly results: ReadonlyArray<{ readonly id?: number; readonly value: number | null; readonly comparisons?: readonly unknown[] }>; readonly over: boolean }
    const ask = async (): Promise<Asked> => JSON.parse((await cli('sweep', 'ask', cmaes, '--state', state)).out) as Asked;
    const tell = async (given: object[]): Promise<Told> => {
      const { code, out, err } = await cli('sweep', 'tell', cmaes, write('answers.json', { answers: given }), '--state', state, '--jobs', '0');
      expect([code, err]).toEqual([0, '']);
      return JSON.parse(out) as Told;
    };
    const first = await ask();
    expect(first.points.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await ask()).toEqual({ points: [], over: false });
    // Two are simulated, the others are answered by whoever drives it.
    const told = await tell(first.points.map(({ id }) => (id < 2 ? { id } : { id, value: id })));
    expect(told.results.map(({ value }) => typeof value)).toEqual(new Array(6).fill('number'));
    expect(told.results.map(({ comparisons }) => comparisons?.length)).toEqual([1, 1, ...new Array<undefined>(4).fill(undefined)]);
    const second = await ask();
    expect(second.points.map(({ id }) => id)).toEqual([6, 7, 8, 9, 10, 11]);
    expect((await tell(second.points.map(({ id }) => ({ id, value: -id })))).over).toBe(true);
    const own = await tell([{ values: first.points[0]!.values }]);
    expect(own.results[0]!.value).toBe(told.results[0]!.value);
    const other = await cli('sweep', 'ask', file, '--state', state);
    expect([other.code, other.err]).toEqual([2, expect.stringMatching(/state\.json: search: expected the state of a search with these axes/)]);
    const wrong = await cli('sweep', 'tell', cmaes, write('answers.json', { answers: [{ id: 99 }] }), '--state', state, '--jobs', '0');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/id: expected the id of a question that was asked/)]);
  });
});
