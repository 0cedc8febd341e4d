import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cli } from '../support.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-emit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (place: string): Map<string, string> =>
  new Map(readdirSync(join(place, 'policy')).map((name) => [name, readFileSync(join(place, 'policy', name), 'utf8')]));

describe('kernel emit', () => {
  it('gives the same bytes for the same input, and every file names the hash of what they are made from', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string];
    const { out, code } = await cli('kernel', 'emit', 'early', '--out', a, '--json');
    expect(code).toBe(0);
    const { hash, builtin, files } = JSON.parse(out) as { hash: string; builtin: string; files: string[] };
    expect(builtin).toMatch(/^[0-9a-f]{64}$/);
    expect(files.length).toBeGreaterThan(15);
    const first = read(a);
    expect([...first.keys()].map((name) => `policy/${name}`).sort((x, y) => (x < y ? -1 : 1))).toEqual(files);
    for (const [name, text] of first) expect(text, name).toContain(`emitted by cfslab from ${hash}`);
    expect(first.get('source.h')).toContain(`"${hash}"`);
    await cli('kernel', 'emit', 'early', '--out', b);
    expect(read(b)).toEqual(first);
    const other = await cli('kernel', 'emit', '--policy', 'early-migration', '--param', 'attempts=2', '--out', c, '--json');
    expect((JSON.parse(other.out) as { hash: string }).hash).not.toBe(hash);
  });

  it('holds no floating point, and the kernel’s Kconfig entries', async () => {
    const place = join(folder, 'a');
    await cli('kernel', 'emit', 'forced', '--out', place);
    for (const [name, text] of read(place)) {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|#.*Kconfig.*/g, '').replace(/"[^"]*"/g, '""');
      if (name.endsWith('.c') || name.endsWith('.h')) expect(code, name).not.toMatch(/\bfloat\b|\bdouble\b|\d\.\d|kernel_fpu/);
    }
    const kconfig = read(place).get('Kconfig')!;
    expect(kconfig).toMatch(/^config ML_FORCE_MIGRATIONS$/m);
    expect(kconfig).toMatch(/^config FIXED_POINT_ML$/m);
    expect(read(place).get('builtin.h')).toContain('CFSLAB_BUILTIN_PAGE');
  });

  it('replaces what it made, and nothing else', async () => {
    const place = join(folder, 'mine');
    mkdirSync(place);
    writeFileSync(join(place, 'thesis.txt'), 'three years');
    const refused = await cli('kernel', 'emit', 'early', '--out', place);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--out: expected a new directory, or one that `kernel emit` made')]);
    expect(readdirSync(place)).toEqual(['thesis.txt']);
    const made = join(folder, 'made');
    expect((await cli('kernel', 'emit', 'early', '--out', made)).code).toBe(0);
    const { code, out } = await cli('kernel', 'emit', '--out', made);
    expect([code, out]).toEqual([0, expect.stringContaining('built in: nothing')]);
    expect(read(made).get('builtin.h')).toContain('No policy is built in');
  });

  it.each(['early-migration:lookahead=2', 'neural-early:refractoryNs=5', 'neural-early:driftFloor=600', 'neural-early:standby=early'])('builds %s in, and not what the policy is without it', async (policy) => {
    const builtin: string[] = [];
    for (const one of [policy, policy.split(':')[0]!]) {
      const out = join(folder, `of-${builtin.length}`);
      expect((await cli('kernel', 'emit', one, '--out', out)).code).toBe(0);
      builtin.push(readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('builtin.h')).map((name) => readFileSync(join(out, name), 'utf8')).join(''));
      rmSync(out, { recursive: true });
    }
    expect(builtin[0]).not.toBe('');
    expect(builtin[0]).not.toBe(builtin[1]);
  });

  it.each([
    [['early', '--policy', 'always'], 'one of them'],
    [['--param', 'attempts=1'], 'the policy that it is of'],
    [['--policy', 'early-migration', '--param', 'lookahead=-2'], 'lookahead'],
    [['neural-early:refractoryNs=-5'], 'refractoryNs'],
    [['neural-early:standby=nothing'], 'standby'],
    [['nothing-of-the-kind'], 'expected a model'],
    [['neural-early:model=forced'], 'task'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await cli('kernel', 'emit', ...args, '--out', join(folder, 'x'));
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
