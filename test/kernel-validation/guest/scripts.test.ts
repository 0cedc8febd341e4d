import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomeIn } from '../../../src/kernel-validation/boot/outcome.js';
import { guestFolder, guestPrograms, PROGRAM_TOOLS, programNames } from '../../../src/kernel-validation/guest/programs.js';
import { missingPackages } from '../../../src/kernel-validation/tools.js';
import { measuredWorkload, workloadNames } from '../../../src/kernel-validation/measure/workloads.js';

const folder = guestFolder();
const workloads = readdirSync(join(folder, 'workloads'));
const scripts = ['init', 'run.sh', ...workloads.map((name) => `workloads/${name}`)];

describe('the guest’s scripts', () => {
  it.each(scripts)('%s can be read by a plain shell', (name) => {
    for (const shell of [['sh'], ['busybox', 'sh']]) {
      const { status, stderr } = spawnSync(shell[0]!, [...shell.slice(1), '-n', join(folder, name)], { encoding: 'utf8' });
      // A machine without busybox has the first only.
      if (status !== null) expect([status, stderr]).toEqual([0, '']);
    }
  });

  it('know every workload that can be measured, and get every parameter that they read', () => {
    for (const name of workloadNames('lab')) {
      const { script, params } = measuredWorkload(name, 'lab');
      const text = [`${script}.sh`, `${script}.prep`]
        .filter((file) => workloads.includes(file))
        .map((file) => readFileSync(join(folder, 'workloads', file), 'utf8'))
        .join('\n');
      const read = new Set([...text.matchAll(/\bP_(\w+)/g)].map((match) => match[1]!));
      expect([...read].sort((a, b) => (a < b ? -1 : 1)), name).toEqual(Object.keys(params).sort((a, b) => (a < b ? -1 : 1)));
    }
  });
});

describe('the workload programs', () => {
  const work = mkdtempSync(join(tmpdir(), 'cfslab-programs-'));
  const hasTools = missingPackages(PROGRAM_TOOLS).length === 0;
  let bin = '';
  beforeAll(async () => {
    if (hasTools) bin = await guestPrograms({ root: work });
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  const run = (name: string, args: readonly string[]) =>
    spawnSync(join(bin, name), args, { encoding: 'buffer', env: { LOOPS_PER_US: '1', SEED: '3' } });

  it('are all compiled, and once', async () => {
    if (!hasTools) return;
    expect(readdirSync(bin).sort((a, b) => (a < b ? -1 : 1))).toEqual(programNames());
    expect(await guestPrograms({ root: work })).toBe(bin);
  });

  it.each([
    ['threadpool', ['4', '20', '1', '100', '400', '400', '30'], 'bursts'],
    ['forkjoin', ['3', '20', '100', '10', '30'], 'rounds'],
    ['hogs', ['2', '20'], 'loops'],
    ['reqresp', ['4', '2', '20'], 'requests'],
    ['timed', ['runs', '5', 'true'], 'runs'],
  ] as const)('%s reports what it did', (name, args, unit) => {
    if (!hasTools) return;
    const { status, stdout } = run(name, args);
    expect(status).toBe(0);
    const { completionNs, throughput } = outcomeIn(stdout.toString(), null);
    expect(throughput!.unit).toBe(unit);
    expect(throughput!.value).toBeGreaterThan(0);
    if (name !== 'timed') expect(completionNs).toBeGreaterThanOrEqual(20e6);
  });

  it('say how they are called where an argument is missing, and pass on the failure of what they run', () => {
    if (!hasTools) return;
    expect([run('threadpool', ['4']).status, run('timed', ['runs', '1', 'false']).status]).toEqual([2, 1]);
    expect(run('timed', ['runs', '1', 'false']).stdout.toString()).toBe('');
  });

  it('no workload throws away what its programs report', () => {
    for (const name of workloads.filter((file) => file.endsWith('.sh'))) {
      expect(readFileSync(join(folder, 'workloads', name), 'utf8'), name).not.toMatch(/>\s*\/dev\/null/);
    }
  });

  it('corpus is the same bytes every time, of which a third is left by compression', () => {
    if (!hasTools) return;
    const once = run('corpus', ['300000']).stdout;
    expect(once.length).toBe(300_000);
    expect(run('corpus', ['300000']).stdout.equals(once)).toBe(true);
  });

  it('push writes each page whole and at once, and counts', () => {
    if (!hasTools) return;
    const { status, stdout } = run('push', ['0', '/dev/null', join(folder, 'init'), join(folder, 'run.sh')]);
    expect(status).toBe(0);
    expect(stdout.toString()).toMatch(/^accepted init\naccepted run.sh\ncfslab: pushed 2 accepted 2 refused 0 ns \d+\n$/);
    expect(run('push', ['5', '/dev/full', join(folder, 'init')]).stdout.toString()).toMatch(/pushed 5 accepted 0 refused 5/);
    expect(run('push', ['0', '/dev/full', join(folder, 'init')]).stdout.toString()).toMatch(/^refused init ENOSPC\n/);
  });
});
