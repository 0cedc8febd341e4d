import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAPTURES } from '../bundle/capture-fixture.js';
import { cli } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'cfslab-report-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SMALL = ['hackbench', '--machine', 'pvt8c', '--param', 'groups=2', '--param', 'loops=10'];

describe('cfslab report', () => {
  const [stock, always] = ['stock', 'always'].map((policy) => join(folder, policy)) as [string, string];
  const page = join(folder, 'page.html');
  beforeAll(async () => {
    for (const policy of ['stock', 'always']) await cli('run', ...SMALL, '--policy', policy, '--out', join(folder, policy));
  });

  it('writes a page of one run, and says what it holds', async () => {
    const { code, out } = await cli('report', stock, '--out', page, '--json');
    expect(code).toBe(0);
    const { file, bytes, runs, parting } = JSON.parse(out) as { file: string; bytes: number; runs: Array<{ label: string; slices: number }>; parting: string };
    expect({ file, parting }).toEqual({ file: page, parting: '' });
    expect(bytes).toBe(readFileSync(page).length);
    expect(runs).toMatchObject([{ label: 'stock', forcedByPolicy: 0, otherThanStock: 0 }]);
    expect(runs[0]!.slices).toBeGreaterThan(500);
  });

  it('lays two runs side by side, and finds where they part', async () => {
    const { out } = await cli('report', stock, always, '--out', page);
    expect(out).toMatch(/stock and always (part at decision \d+|take every decision)/);
    expect(out).not.toContain('need not be a policy');
    expect(readFileSync(page, 'utf8').match(/x-cfslab-run">/g)).toHaveLength(2);
  });

  it('shows a recording of the kernel as it does a simulated run', async () => {
    const { code, out } = await cli('report', join(CAPTURES, 'threadpool-c8-mc5'), '--out', page, '--from', '0.1', '--to', '0.2', '--json');
    expect(code).toBe(0);
    const [run] = (JSON.parse(out) as { runs: Array<{ slices: number; otherThanStock: number }> }).runs;
    expect(run!.slices).toBeGreaterThan(300);
    expect(run!.otherThanStock).toBe(0);
  });

  it('refuses in one line what makes no sense, and leaves nothing behind', async () => {
    const other = join(folder, 'other.html');
    for (const [args, words] of [
      [[join(folder, 'none'), '--out', other], 'none: expected a bundle or a capture directory'],
      [[stock, stock, stock, stock, stock, '--out', other], 'at most 4 bundles, found 5'],
      [[stock, '--out', join(folder, 'no', 'such.html')], '--out: expected a file in a directory that exists'],
      [[stock, '--out', other, '--from', '100'], '--from: expected a time within'],
      [[stock, '--out', other, '--from', '0.01', '--to', '0.005'], '--to: expected seconds above --from'],
    ] as const) {
      const { code, err } = await cli('report', ...args);
      expect([code, err.split('\n').length]).toEqual([2, 2]);
      expect(err).toContain(words);
    }
    expect(existsSync(other)).toBe(false);
  });
});

describe('cfslab compare --html', () => {
  it('writes the report, with the runs that are asked for', async () => {
    const page = join(folder, 'compare.html');
    const compare = ['compare', ...SMALL, '--policies', 'stock,never,always', '--seeds', '2', '--jobs', '0', '--html', page];
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('cfslab-report-')).length;
    const { code, out } = await cli(...compare, '--timeline', 'never,always');
    expect(code).toBe(0);
    expect(out).toContain(`Written: ${page}`);
    const source = readFileSync(page, 'utf8');
    expect(source.match(/x-cfslab-run">/g)).toHaveLength(2);
    expect(source).toContain('Which of never, always is better than stock');
    await cli(...compare, '--timeline', 'none');
    expect(readFileSync(page, 'utf8')).not.toContain('<script');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('cfslab-report-'))).toHaveLength(before);
  });

  it('refuses a policy that is not compared, and a timeline without a page', async () => {
    const { code, err } = await cli('compare', ...SMALL, '--html', join(folder, 'x.html'), '--timeline', 'neural-early');
    expect([code, err]).toEqual([2, 'cfslab: --timeline: expected policies that are compared: stock, early-migration, found neural-early\n']);
    expect((await cli('compare', ...SMALL, '--timeline', 'stock')).err).toContain('--timeline: expected --html beside it');
  });
});
