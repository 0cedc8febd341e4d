import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startByteProgress } from '../../src/cli/progress.js';
import { CAPTURES } from '../bundle/capture-fixture.js';
import { cli } from './support.js';

const PERF = fileURLToPath(new URL('../fixtures/formats/zstd-6.18.perf-script.txt', import.meta.url));
let root = '';
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), 'cfslab-cli-ingest-'))));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);

describe('cfslab ingest', () => {
  it('makes a bundle of a lone trace, which inspect shows and compare runs', async () => {
    const { code, out, err } = await cli('ingest', PERF, '--out', at('perf'), '--json');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ cpus: 2, lost: 0, formats: { 'zstd-6.18.perf-script.txt': 'perf-script' } });
    const inspected = await cli('inspect', at('perf'));
    expect(inspected.out).toContain('from zstd-6.18.perf-script.txt (perf-script)');
    expect(inspected.out).toMatch(/^switch-gap +inserted +\d+ +\d+ ns$/m);
    const without = await cli('compare', at('perf'), '--policies', 'stock,never', '--seeds', '1', '--jobs', '1');
    expect([without.code, without.err]).toEqual([2, expect.stringContaining('expected a machine here or with --machine')]);
    const options = ['--machine', 'flat2', '--policies', 'stock,never', '--seeds', '2', '--jobs', '0'];
    const compared = await cli('compare', at('perf'), ...options);
    expect([compared.code, compared.err]).toEqual([0, '']);
  });

  it('takes the machine from the user', async () => {
    const named = await cli('ingest', PERF, '--out', at('named'), '--machine', 'flat2', '--json');
    expect(JSON.parse(named.out)).toMatchObject({ cpus: 2 });
    expect((await cli('inspect', at('named'))).out).toContain('on flat2 (2 CPUs)');
    const topology = join(CAPTURES, 'spin9', 'topology');
    await cli('ingest', PERF, '--out', at('described'), '--topology', topology);
    expect((await cli('inspect', at('described'))).out).toContain('on pvt8 (8 CPUs)');
  });

  it('does with dirt what is asked for', async () => {
    expect((await cli('ingest', PERF, '--out', at('drop'), '--on-dirty', 'drop')).out).toMatch(/^switch-gap +dropped/m);
    const { code, err } = await cli('ingest', PERF, '--out', at('fail'), '--on-dirty', 'fail');
    expect(code).toBe(2);
    expect(err).toMatch(/^cfslab: .*perf-script\.txt: at \d+ ns: expected .* without dirty data, found switch-gap: .*\n$/);
    expect((await cli('ingest', join(CAPTURES, 'spin9'), '--out', at('clean'), '--on-dirty', 'fail')).code).toBe(0);
  });

  it.each([
    [['--format', 'etl'], '--format: expected ftrace, trace-cmd, perf-script, csv, found etl'],
    [['--on-dirty', 'mend'], '--on-dirty: expected fail, drop, insert, found mend'],
    [['--machine', 'nosuch'], 'nosuch'],
    [['--machine', 'flat2', '--topology', 'x'], '--topology: expected no --machine with it'],
    [['--tick-rate', '2047'], '--tick-rate: expected an integer from 2048 to 8796093022208'],
  ])('refuses %j', async (options, message) => {
    const { code, err } = await cli('ingest', PERF, '--out', at('refused'), ...options);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err.trimEnd()).not.toContain('\n');
  });

  it('refuses binary traces and what is no trace, in one line', async () => {
    writeFileSync(at('trace.dat'), '\x17\x08\x44tracing6\0');
    writeFileSync(at('thesis.tex'), '\\documentclass{article}\n');
    for (const name of ['trace.dat', 'thesis.tex']) {
      const { code, err } = await cli('ingest', at(name), '--out', at('refused'));
      expect([code, err.includes(name), err.trimEnd().includes('\n')]).toEqual([2, true, false]);
    }
  });
});

describe('startByteProgress', () => {
  it('is quiet where there is no terminal', () => {
    let said = '';
    const progress = startByteProgress({ out: () => undefined, err: (text) => void (said += text), terminal: false });
    progress.update(1, 2);
    progress.stop();
    expect(said).toBe('');
  });
});
