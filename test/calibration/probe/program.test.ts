import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitCachesInFull } from '../../../src/calibration/probe/fit.js';
import { parseProbe, readProbe } from '../../../src/calibration/probe/read.js';
import { loadMachine } from '../../../src/experiment/schema/profile.js';
import { packageRoot } from '../../../src/input/package-root.js';

const LACKING = process.platform !== 'linux' || spawnSync('gcc', ['--version']).status !== 0;
const NO_TASKSET = LACKING || spawnSync('taskset', ['--version']).status !== 0;
const TINY = ['--quick', '--max', '64K', '--seconds', '2', '--reps', '2'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-probe-program-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiled once, with every warning an error. */
let compiled = '';
function program(): string {
  if (compiled !== '') return compiled;
  const source = join(packageRoot(), 'calibration', 'probe');
  for (const file of readdirSync(source).filter((name) => /\.[ch]$/.test(name))) cpSync(join(source, file), join(folder, file));
  const files = readdirSync(folder).filter((name) => name.endsWith('.c'));
  const flags = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread', '-o', 'cfslab-probe'];
  const result = spawnSync('gcc', [...flags, ...files], { cwd: folder, encoding: 'utf8' });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
  compiled = join(folder, 'cfslab-probe');
  return compiled;
}

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(program(), args, { encoding: 'utf8', cwd: folder, maxBuffer: 2 ** 26 });
}

describe('the probe (skipped where there is no gcc or no Linux)', () => {
  it.skipIf(LACKING)('measures, and what it writes is read and fitted', () => {
    const { status, stdout, stderr } = run(...TINY);
    // 3: a machine of one CPU, or one that does not tell of its caches; what can be measured is written all the same.
    expect([0, 3], stderr).toContain(status);
    const probe = parseProbe(JSON.parse(stdout), 'standard output');
    expect(stderr).toContain('round 1 of 2');
    expect(probe.curves.some((curve) => curve.relation === 'flushed')).toBe(true);
    for (const { points } of probe.curves) {
      for (const point of points) {
        expect(point.treated.steadyNs, JSON.stringify(point)).toBeGreaterThan(0);
        expect(point.bytes).toBeLessThanOrEqual(65536);
      }
    }
    const { rows } = fitCachesInFull(probe, loadMachine('flat4'), { resamples: 20 });
    for (const row of rows) expect(Number.isInteger(row.value), row.parameter).toBe(true);
  });

  it.skipIf(LACKING)('sees that memory is farther than the cache', () => {
    // Small sets and a few repetitions, so that one disturbance does not decide.
    const { stdout } = run('--quick', '--max', '16K', '--seconds', '3', '--reps', '7');
    const probe = parseProbe(JSON.parse(stdout), 'standard output');
    const curve = probe.curves.find(({ relation, pattern }) => relation === 'flushed' && pattern === 'chase')!;
    const { stayed, treated } = curve.points.at(-1)!;
    if (probe.settings.cleaning === 'clflush') expect(treated.median).toBeGreaterThan(2 * Math.abs(stayed.median));
  });

  it.skipIf(LACKING)('writes a file whole, or says why not and leaves nothing', () => {
    const file = join(folder, 'out.json');
    const { stdout } = run(...TINY, '--out', file);
    expect(stdout).toBe('');
    expect(readProbe(file).settings).toMatchObject({ seed: 1, reps: 2, quick: true });
    const refused = run(...TINY, '--out', join(folder, 'none', 'out.json'));
    expect(refused.status).toBe(3);
    expect(refused.stderr).toMatch(/out\.json cannot be written: /);
    expect(readdirSync(folder).filter((name) => name.includes('.tmp-'))).toEqual([]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  it.skipIf(LACKING).each([
    [['--nope'], "expected an option (see --help), found '--nope'"],
    [['word'], "expected options only, found 'word'"],
    [['--reps'], '--reps: expected a value, found nothing'],
    [['--reps', '0'], "--reps: expected a number from 1 to 1000, found '0'"],
    [['--reps', '2.5'], "--reps: expected an integer, found '2.5'"],
    [['--max', '12X'], "--max: expected a size from 4K to 4G, found '12X'"],
    [['--max', '99999999999999999999'], "--max: expected a size from 4K to 4G, found '99999999999999999999'"],
    [['--min', '64K', '--max', '8K'], '--max: expected at least --min, 65536, found 8192'],
    [['--pages', '1G'], "--pages: expected 4k or huge, found '1G'"],
    [['--cpus', '0-'], "--cpus: expected a list of CPUs below 4096, as 0,2-5, found '0-'"],
    [['--cpus', '4095'], '--cpus: expected CPUs that this process may use, found 4095'],
    [['--seed', '-1'], "--seed: expected a number from 0 to 4294967295, found '-1'"],
  ])('refuses %j with one line and exit code 2', (args, message) => {
    expect(run(...args)).toMatchObject({ status: 2, stdout: '', stderr: `cfslab-probe: ${message}\n` });
  });

  it.skipIf(NO_TASKSET)('measures what one CPU allows, says what is missing and exits with 3', () => {
    const { status, stdout, stderr } = spawnSync('taskset', ['-c', firstCpu(), program(), ...TINY], { encoding: 'utf8' });
    expect(status).toBe(3);
    expect(stderr).toContain('not measured: llc: only one CPU is allowed');
    const probe = parseProbe(JSON.parse(stdout), 'standard output');
    expect(probe.machine.cpus).toHaveLength(1);
    expect(probe.direct.across).toEqual([]);
    expect(new Set(probe.curves.map((curve) => curve.relation))).not.toContain('llc');
  });
});

/** A CPU that this process may use. */
function firstCpu(): string {
  const list = /Cpus_allowed_list:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  return list![1]!;
}
