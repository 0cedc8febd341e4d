import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBundles } from '../../../src/kernel-validation/confront/find-bundles.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'find-bundles-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function lay(...files: string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
}
const found = (path = '.'): string[] => findBundles(join(root, path), '--kernel').map((one) => relative(root, one));

describe('findBundles', () => {
  it('takes bundles and captures, however deep they lie, in order of their names', () => {
    lay('b/manifest.json', 'a/x/trace.txt.gz', 'a/c/manifest.json', 'other/file');
    expect(found()).toEqual(['a/c', 'a/x', 'b']);
    expect(found('b')).toEqual(['b']);
  });

  it('takes each run of a measurement once: its bundle, wherever the measurement lies', () => {
    lay('m/captures/r0/trace.txt', 'm/captures/r1/trace.txt', 'm/bundles/r0/manifest.json', 'm/bundles/r1/manifest.json');
    for (const path of ['.', 'm', 'm/bundles']) expect(found(path)).toEqual(['m/bundles/r0', 'm/bundles/r1']);
    expect(found('m/captures')).toEqual(['m/captures/r0', 'm/captures/r1']);
  });

  it('takes captures that no bundle was made of', () => {
    lay('captures/r0/trace.txt');
    expect(found()).toEqual(['captures/r0']);
  });

  it('says where there is none, or no directory', () => {
    lay('empty/file');
    expect(() => found('empty')).toThrow(/--kernel: expected a bundle.*which has none/);
    expect(() => found('nowhere')).toThrow(/--kernel: expected a bundle/);
  });
});
