import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, utimesSync,
  writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeDirectoryAtomic, writeFileAtomic } from '../../src/input/atomic.js';
import { InputError } from '../../src/input/error.js';
import { isTemporaryName, removeStaleTemporaries, temporaryBeside } from '../../src/input/temporary.js';

let dir = '';
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'cfslab-atomic-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('writeFileAtomic', () => {
  it('writes and replaces, and leaves nothing else', () => {
    const path = join(dir, 'out.json');
    writeFileAtomic(path, 'one');
    writeFileAtomic(path, Uint8Array.of(0x32));
    expect(readFileSync(path, 'utf8')).toBe('2');
    expect(readdirSync(dir)).toEqual(['out.json']);
  });

  it('keeps a link a link', () => {
    writeFileSync(join(dir, 'real'), 'old');
    symlinkSync('real', join(dir, 'link'));
    writeFileAtomic(join(dir, 'link'), 'new');
    expect(lstatSync(join(dir, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(dir, 'real'), 'utf8')).toBe('new');
  });

  it('refuses an empty name, which the system takes for the working directory', async () => {
    const before = process.cwd();
    const fill = (into: string): void => writeFileSync(join(into, 'a'), '1');
    expect(() => writeFileAtomic('', 'x')).toThrow(InputError);
    // Elsewhere, so that a mistake destroys nothing of worth; a worker thread could not change its directory.
    mkdirSync(join(dir, 'sub'));
    writeFileSync(join(dir, 'sub', 'mine'), '1');
    process.chdir(join(dir, 'sub'));
    try {
      await expect(writeDirectoryAtomic('', fill)).rejects.toThrow('the output: expected a name, found an empty one');
    } finally {
      process.chdir(before);
    }
    expect(readdirSync(join(dir, 'sub'))).toEqual(['mine']);
    expect(readdirSync(dir)).toEqual(['sub']);
  });

  it('refuses a place that is none, and leaves nothing', () => {
    expect(() => writeFileAtomic(join(dir, 'no', 'out'), 'x')).toThrow(InputError);
    mkdirSync(join(dir, 'sub'));
    expect(() => writeFileAtomic(join(dir, 'sub'), 'x')).toThrow(InputError);
    expect(readdirSync(dir)).toEqual(['sub']);
  });
});

describe('writeDirectoryAtomic', () => {
  it('puts a whole directory in place of another', async () => {
    const path = join(dir, 'bundle');
    await writeDirectoryAtomic(path, (into) => writeFileSync(join(into, 'a'), '1'));
    await writeDirectoryAtomic(`${path}/`, (into) => {
      mkdirSync(join(into, 'deep'));
      writeFileSync(join(into, 'deep', 'b'), '2');
    });
    expect(readdirSync(path)).toEqual(['deep']);
    expect(readdirSync(dir)).toEqual(['bundle']);
  });

  it('leaves what was there when filling fails', async () => {
    const path = join(dir, 'bundle');
    await writeDirectoryAtomic(path, (into) => writeFileSync(join(into, 'a'), '1'));
    const failing = writeDirectoryAtomic(path, (into) => {
      writeFileSync(join(into, 'b'), '2');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(readdirSync(path)).toEqual(['a']);
    expect(readdirSync(dir)).toEqual(['bundle']);
    await expect(writeDirectoryAtomic(join(dir, 'no', 'x'), () => undefined)).rejects.toThrow(InputError);
  });
});

describe('temporary names', () => {
  const stale = (path: string, ageMs: number): void => utimesSync(path, new Date(Date.now() - ageMs),
    new Date(Date.now() - ageMs));

  it('are recognised, and nothing else is', () => {
    expect(isTemporaryName(basename(temporaryBeside(join(dir, 'x.json'))))).toBe(true);
    for (const name of ['x.json', '.x.cfslab-tmp-', '.cfslab-tmp-1-2',
      'x.cfslab-tmp-h-1-0123456789ab']) expect(isTemporaryName(name)).toBe(false);
  });

  it('of dead processes of this machine are removed after a while, and no others', () => {
    const host = hostname().replace(/[^A-Za-z0-9]/g, '_').slice(0, 64);
    const dead = `.x.cfslab-tmp-${host}-999999999-0123456789ab`;
    const other = `.x.cfslab-tmp-elsewhere_zz-999999999-0123456789ab`;
    const living = `.x.cfslab-tmp-${host}-${process.pid}-0123456789ab`;
    const young = `.y.cfslab-tmp-${host}-999999999-0123456789ab`;
    for (const name of [dead, other, living, young, '.x.tmp']) {
      mkdirSync(join(dir, name));
      if (name !== young) stale(join(dir, name), 3_600_000);
    }
    removeStaleTemporaries(dir);
    expect(existsSync(join(dir, dead))).toBe(false);
    expect(readdirSync(dir).sort((a, b) => (a < b ? -1 : 1))).toEqual([other, living, young, '.x.tmp'].sort((a, b) =>
      (a < b ? -1 : 1)));
  });
});
