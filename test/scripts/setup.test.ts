import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const CLONE = mkdtempSync(join(tmpdir(), 'cfslab-setup-'));
afterAll(() => rmSync(CLONE, { recursive: true, force: true }));

/** A package like ours, but of one source file; its modules are a link to ours. */
mkdirSync(join(CLONE, 'scripts'));
mkdirSync(join(CLONE, 'src', 'deep'), { recursive: true });
for (const name of ['scripts/setup.mjs', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']) {
  copyFileSync(join(ROOT, name), join(CLONE, name));
}
symlinkSync(join(ROOT, 'node_modules'), join(CLONE, 'node_modules'));
const source = (name: string, text: string): void => writeFileSync(join(CLONE, 'src', name), text);

function setup(...args: readonly string[]): { readonly code: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(CLONE, 'scripts', 'setup.mjs'), ...args],
    { encoding: 'utf8' },
  );
  return { code: status, text: stdout + stderr };
}

const built = (name: string): string => join(CLONE, 'dist', 'src', name);

describe('setup', () => {
  it('builds where nothing is built, quietly', () => {
    source('a.ts', 'export const a: number = 1;\n');
    source('deep/b.ts', 'export const b = 2;\n');
    expect(setup()).toEqual({ code: 0, text: '' });
    expect(readFileSync(built('a.js'), 'utf8')).toContain('const a = 1');
  });

  it('does nothing where nothing changed', () => {
    const before = statSync(built('a.js')).mtimeMs;
    expect(setup('--say')).toEqual({ code: 0, text: '' });
    expect(statSync(built('a.js')).mtimeMs).toBe(before);
  });

  it('builds again where a source changed, and takes away what has no source any more; says so where it is asked to', () => {
    source('a.ts', 'export const a: number = 5;\n');
    unlinkSync(join(CLONE, 'src', 'deep', 'b.ts'));
    expect(setup('--say')).toEqual({ code: 0, text: 'Building cfslab (tsc).\n' });
    expect(readFileSync(built('a.js'), 'utf8')).toContain('const a = 5');
    expect(existsSync(built('deep/b.js'))).toBe(false);
  });

  it('says what is wrong where the build fails, and tries again the next time', () => {
    source('a.ts', "export const a: number = 'five';\n");
    for (let i = 0; i < 2; i++) {
      const { code, text } = setup();
      expect(code).toBe(1);
      expect(text).toContain('src/a.ts(1,14): error TS2322');
      expect(text).toContain('the build failed');
    }
    source('a.ts', 'export const a: number = 6;\n');
    expect(setup()).toEqual({ code: 0, text: '' });
  });

  it('does not let npm empty the modules of another tree', () => {
    const lock = join(CLONE, 'package-lock.json');
    const text = readFileSync(lock, 'utf8');
    writeFileSync(lock, text.replace(/("node_modules\/zod": \{\s+"version": ")[^"]+/, '$10.0.1'));
    const { code, text: said } = setup();
    expect(said).toContain('node_modules is a link');
    expect(code).toBe(1);
    expect(existsSync(join(ROOT, 'node_modules', 'zod', 'package.json'))).toBe(true);
    writeFileSync(lock, text);
    expect(setup()).toEqual({ code: 0, text: '' });
  });
});
