import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../cli/support.js';
import { cfslab, ROOT, workspace, type Outcome } from './cli.js';

const DIR = workspace();
const GOOD = { name: 'x', machine: 'pvt8c', workload: { generator: 'spinners' }, durationMs: 20, seeds: 1 };
const MACHINE = { name: 'm', description: 'd', source: 's', hz: 250, topology: { sockets: 1, coresPerSocket: 2 } };

function file(name: string, content: string | Uint8Array | object): string {
  const path = join(DIR, name);
  writeFileSync(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return path;
}

/** What is refused, is by this process; some of each kind are given to a process of their own as well. */
async function refused(args: readonly string[], ...parts: readonly string[]): Promise<void> {
  expectRefusal(await cli(...args), parts);
}

/** The same as a user meets it: exit code and streams of the built command line. */
function refusedAsProcess(args: readonly string[], ...parts: readonly string[]): void {
  expectRefusal(cfslab(args), parts);
}

/** Exit code 2 and one line that has the parts, and nothing on standard output. */
function expectRefusal({ code, out, err }: Outcome, parts: readonly string[]): void {
  expect(err).toMatch(/^cfslab: [^\n]+\n$/);
  for (const part of parts) expect(err).toContain(part);
  expect(err).not.toMatch(/\n\s+at |node:internal|ZodError/);
  expect(out).toBe('');
  expect(code).toBe(2);
}

describe('bad usage', () => {
  it.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [[], 'expected a verb'],
    [['run'], "missing required argument 'scenario'"],
    [['run', 'spinners', 'more', '--machine', 'pvt8c'], 'too many arguments'],
    [['run', 'spinners', '--frob'], "unknown option '--frob'"],
    [['compare'], 'a scenario, or --demo'],
    [['compare', '--demo', 'spinners'], '--demo'],
    [['run', 'spinners'], 'machine'],
    [['run', 'nothing-of-that-name'], 'one of hackbench'],
    [['run', 'spinners', '--machine', 'nothing'], 'one of'],
    [
      ['run', 'spinners', '--machine', 'pvt8c', '--seed', '-1'],
      '--seed: expected an integer from 0 to 4294967295, found -1',
    ],
    [['run', 'spinners', '--machine', 'pvt8c', '--seed', '4294967296'], '--seed'],
    [['run', 'spinners', '--machine', 'pvt8c', '--duration', '0'], '--duration'],
    [['run', 'spinners', '--machine', 'pvt8c', '--duration', '1e9'], '--duration'],
    [['run', 'spinners', '--machine', 'pvt8c', '--policy', 'nothing'], 'one of stock'],
    [['run', 'spinners', '--machine', 'pvt8c', '--policy', 'early-migration:attempts=x'], 'attempts'],
    [['run', 'spinners', '--machine', 'pvt8c', '--set', 'sysctl.nothing=1'], '--set: sysctl.nothing'],
    [['run', 'spinners', '--machine', 'pvt8c', '--set', 'hz'], 'NAME=VALUE'],
    [['run', 'spinners', '--machine', 'pvt8c', '--set', 'sysctl.latency_ns=-5'], '--set: sysctl.latency_ns'],
    [['run', 'spinners', '--machine', 'pvt8c', '--param', 'frob=1'], 'frob'],
    [['run', 'spinners', '--machine', 'pvt8c', '--param', 'tasks=many'], 'tasks'],
    [['compare', 'spinners', '--machine', 'pvt8c', '--policies', 'stock,stock'], '--policies'],
    [['compare', 'spinners', 'spinners', '--machine', 'pvt8c', '--duration', '0.01'], 'different names'],
    [['compare', 'spinners', '--machine', 'pvt8c', '--seeds', '0'], '--seeds'],
    [['compare', 'spinners', '--machine', 'pvt8c', '--jobs', 'x'], '--jobs'],
    [['inspect', 'nothing'], 'nothing'],
    [['replay', 'nothing'], 'nothing'],
    [['ingest', 'nothing', '--out', 'x'], 'nothing'],
    [['ingest', 'README.md'], '--out'],
  ])('is refused in one line: %j', (args, part) => refused(args, part));

  it.each([
    [[], 'expected a verb'],
    [['run', 'spinners', '--frob'], "unknown option '--frob'"],
    [['run', 'spinners', '--machine', 'pvt8c', '--set', 'sysctl.latency_ns=-5'], '--set: sysctl.latency_ns'],
  ])('is refused by a process: %j', (args, part) => refusedAsProcess(args, part));
});

describe('bad scenario files', () => {
  const json = JSON.stringify(GOOD);
  it.each<[string, string | Uint8Array | object, string]>([
    ['truncated.json', json.slice(0, -10), 'line 1, column'],
    ['empty.json', '', 'JSON'],
    ['text.json', 'hello', 'JSON'],
    ['binary.json', Uint8Array.of(0xff, 0xfe, 0x00, 0xd8), 'UTF-8'],
    ['array.json', [], 'an object'],
    ['null.json', 'null', 'an object'],
    ['deep.json', '['.repeat(200_000), 'JSON'],
    ['deep-whole.json', '['.repeat(100_000) + ']'.repeat(100_000), 'an object'],
    ['large.json', `${json}${' '.repeat(17 * 2 ** 20)}`, 'bytes'],
    ['unknown.json', { ...GOOD, frob: 1 }, 'frob: expected no such field'],
    ['generator.json', { ...GOOD, workload: { generator: 'nothing' } }, 'workload.generator'],
    ['both.json', { ...GOOD, durationSeconds: 3 }, 'durationSeconds'],
    ['param.json', { ...GOOD, workload: { generator: 'spinners', params: { tasks: 1e9 } } }, 'params.tasks'],
    ['cpus.json', { ...GOOD, tasks: [{ match: 'spinner', cpus: [99] }] }, 'CPU 99'],
    ['rule.json', { ...GOOD, tasks: [{ match: 'nobody' }] }, 'nobody'],
    ['parent.json', { ...GOOD, groups: [{ name: 'a', parent: 'b' }] }, 'groups.0.parent'],
    ['override.json', { ...GOOD, overrides: { sysctl: { latency_ns: 'much' } } }, 'overrides.sysctl.latency_ns'],
    ['knob.json', { ...GOOD, overrides: { sysctl: { latency: 5 } } }, 'latency'],
    ['machine-name.json', { ...GOOD, machine: 'nothing' }, 'nothing'],
    ['machine-inline.json', { ...GOOD, machine: { name: 'm' } }, 'machine'],
    ['capture.json', { ...GOOD, workload: { capture: 'nowhere' } }, 'nowhere'],
    ['rtapp.json', { ...GOOD, workload: { rtapp: 'nowhere.json' } }, 'nowhere.json'],
    ['policy.json', { ...GOOD, policies: ['nothing'] }, 'one of stock'],
  ])('are refused in one line: %s', (name, content, part) => refused(['compare', file(name, content)], part));

  it.each<[string, string | Uint8Array, string]>([
    ['deep.json', '['.repeat(200_000), 'JSON'],
    ['deep-whole.json', '['.repeat(100_000) + ']'.repeat(100_000), 'an object'],
    ['binary.json', Uint8Array.of(0xff, 0xfe, 0x00, 0xd8), 'UTF-8'],
  ])('are refused by a process: %s', (name, content, part) => refusedAsProcess(['compare', file(name, content)], part));
});

describe('bad machines, rt-app files and captures', () => {
  it.each<[string, string | object, string]>([
    ['m-truncated.json', '{"name": "m", "descr', 'line 1'],
    ['m-unknown.json', { ...MACHINE, frob: 1 }, 'frob'],
    ['m-zero.json', { ...MACHINE, topology: { sockets: 0, coresPerSocket: 1 } }, 'topology'],
    ['m-hz.json', { ...MACHINE, hz: 77 }, 'hz'],
    ['m-large.json', { ...MACHINE, topology: { sockets: 1e6, coresPerSocket: 1e6 } }, 'topology'],
  ])('machine %s', (name, content, part) => refused(['run', 'spinners', '--machine', file(name, content)], part));

  it.each<[string, string | object, string]>([
    ['r-event.json', { tasks: { t: { frob: 1 } } }, 'frob'],
    ['r-none.json', { tasks: {} }, 'tasks'],
    ['r-negative.json', { tasks: { t: { run: -5 } } }, 'run'],
    ['r-many.json', { tasks: { t: { instance: 1e6, run: 5 } } }, 'instance'],
    ['r-truncated.json', '{"tasks": {"t": {"run": 10', ''],
  ])('rt-app file %s', (name, content, part) => refused(['run', file(name, content), '--machine', 'pvt8c'], part));

  it('a directory that is neither bundle nor capture', async () => {
    mkdirSync(join(DIR, 'empty'));
    await refused(['run', join(DIR, 'empty')], 'a bundle or a capture directory');
    await refused(['inspect', join(DIR, 'empty')], 'a bundle or a capture directory');
    await refused(['replay', join(DIR, 'empty')], 'a bundle or a capture directory');
  });

  it('a bundle with a broken manifest', async () => {
    mkdirSync(join(DIR, 'broken'));
    writeFileSync(join(DIR, 'broken', 'manifest.json'), '{"schema": 1');
    await refused(['inspect', join(DIR, 'broken')], 'manifest.json');
    writeFileSync(join(DIR, 'broken', 'manifest.json'), '{"schema": 99}');
    await refused(['inspect', join(DIR, 'broken')], 'schema');
  });

  const damaged: ReadonlyArray<readonly [string, string, (bytes: Buffer) => string | Buffer | null, string]> = [
    ['a topology of another machine', 'topology', (bytes) => bytes.toString().replace(/^cpu7.*\n/m, ''), 'topology'],
    ['a topology without sense', 'topology', (bytes) => bytes.toString().replace('sib=', 'sib=x'), 'topology'],
    ['no sched_debugfs', 'sched_debugfs', () => null, 'sched_debugfs'],
    ['a truncated sched_debugfs', 'sched_debugfs', (bytes) => bytes.subarray(0, 100), 'sysctl latency_ns'],
    ['a schedstat without sense', 'schedstat.after', () => 'version 15\ntimestamp x\n', 'schedstat.after'],
    ['a trace that is not gzip', 'trace.txt.gz', () => 'these are not the bytes', 'trace.txt.gz'],
    ['an empty trace', 'trace.txt.gz', () => Buffer.alloc(0), 'trace.txt.gz'],
  ];
  it.each(damaged)('a capture with %s', async (what, name, damage, part) => {
    const capture = join(DIR, what.replaceAll(' ', '-'));
    cpSync(join(ROOT, 'calibration', 'captures', 'spin9'), capture, { recursive: true });
    const content = damage(readFileSync(join(capture, name)));
    if (content === null) rmSync(join(capture, name));
    else writeFileSync(join(capture, name), content);
    await refused(['run', capture], part);
    if (name === 'topology') refusedAsProcess(['run', capture], part);
    const out = join(DIR, 'of-damaged');
    await cli('ingest', capture, '--out', out);
    expect(
      readdirSync(DIR).filter((entry) => entry.includes('of-damaged') && !existsSync(join(DIR, entry, 'manifest.json'))),
    ).toEqual([]);
    rmSync(out, { recursive: true, force: true });
  });

  it('a trace that is none', async () => {
    const out = join(DIR, 'from-text');
    await refused(['ingest', file('words.txt', 'these are\nnot events\n'), '--out', out], 'words.txt');
    expect(readdirSync(DIR)).not.toContain('from-text');
  });
});

describe('outputs', () => {
  it('do not replace what is there', async () => {
    const full = join(DIR, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'mine'), 'x');
    await refused(['compare', file('good.json', GOOD), '--out', full], '--out');
    await refused(['run', file('good.json', GOOD), '--out', full], 'full');
    expect(readdirSync(full)).toEqual(['mine']);
  });

  it('leave nothing behind where they fail', async () => {
    const args = ['compare', file('good.json', GOOD), '--out', join(DIR, 'no', 'such', 'place')];
    await refused(args, 'no');
    refusedAsProcess(args, 'no');
    expect(readdirSync(DIR).filter((name) => name.includes('tmp') || name === 'no')).toEqual([]);
  });
});
