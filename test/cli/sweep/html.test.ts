import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../support.js';

const folder = mkdtempSync(join(tmpdir(), 'cfslab-sweep-html-'));
const sweep = join(folder, 'sweep.json');
const page = join(folder, 'page.html');
const cache = process.env['CFSLAB_CACHE'];

describe('cfslab sweep --html', () => {
  beforeAll(() => {
    process.env['CFSLAB_CACHE'] = join(folder, 'cache');
    writeFileSync(sweep, JSON.stringify({
      name: 'tiny', description: '<b>small</b>', scenarios: ['hackbench'], machine: 'pvt8c', durationMs: 15, policy: 'early-migration', baseline: 'stock', seeds: 2,
      axes: [{ knob: 'policy.attempts', values: [0, 100] }, { knob: 'sysctl.migration_cost_ns', values: [100_000, 5_000_000] }],
    }));
  });

  afterAll(() => {
    if (cache === undefined) delete process.env['CFSLAB_CACHE'];
    else process.env['CFSLAB_CACHE'] = cache;
    rmSync(folder, { recursive: true, force: true });
  });

  it('writes the report, with the runs of the baseline and the best', async () => {
    const { code, out, err } = await cli('sweep', sweep, '--out', join(folder, 'out'), '--jobs', '0', '--html', page);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`, ${page}\n`);
    const source = readFileSync(page, 'utf8');
    expect(source).toContain('&lt;b&gt;small&lt;/b&gt;');
    expect(source).toContain('Effect of each axis');
    expect(source.match(/x-cfslab-run">/g)!.length).toBeGreaterThanOrEqual(1);
    const document = JSON.parse(readFileSync(join(folder, 'out', 'results.json'), 'utf8')) as { answer: string[] };
    expect(source).toContain(document.answer[0]!.slice(0, 40));
    await cli('sweep', sweep, '--out', join(folder, 'out'), '--jobs', '0', '--html', page, '--timeline', 'none');
    expect(readFileSync(page, 'utf8')).not.toContain('<script');
  });

  it('refuses in one line what makes no sense, before any run', async () => {
    const other = join(folder, 'other');
    expect(await cli('sweep', sweep, '--out', other, '--html', join(folder, 'no', 'page.html'))).toMatchObject({ code: 2, err: expect.stringContaining('--html: expected a file in a directory that exists') });
    expect((await cli('sweep', sweep, '--out', other, '--timeline', 'best')).err).toContain('--timeline: expected --html beside it');
    expect((await cli('sweep', sweep, '--out', other, '--html', page, '--timeline', 'all')).err).toContain('--timeline: expected best or none, found all');
    expect(existsSync(other)).toBe(false);
  });
});
