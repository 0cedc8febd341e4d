import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeDirectory } from '../../src/input/make-directory.js';

const root = mkdtempSync(join(tmpdir(), 'cfslab-mkdir-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('makeDirectory', () => {
  it('makes a directory with those above it, and leaves one that is there', () => {
    makeDirectory(join(root, 'a', 'b', 'c'));
    makeDirectory(join(root, 'a', 'b', 'c'));
    expect(statSync(join(root, 'a', 'b', 'c')).isDirectory()).toBe(true);
  });

  it('says where a file is in the way', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => makeDirectory(join(root, 'file'))).toThrow(/EEXIST/);
    expect(() => makeDirectory(join(root, 'file', 'x'))).toThrow(/ENOTDIR/);
  });

  it('ends where a file system makes no directories', () => {
    if (!existsSync('/proc/self')) return;
    expect(() => makeDirectory('/proc/nothing/below/it')).toThrow(/ENOENT|EACCES|EPERM/);
  });
});
