import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { changeEmulator, readEmulatorChange, type EmulatorChange } from '../../../src/kernel-validation/emulator/emulator.js';
import { sourceLines, sourceStanzas, unpackSource } from '../../../src/kernel-validation/emulator/source.js';

const root = mkdtempSync(join(tmpdir(), 'cfslab-emulator-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A tree of small files that have what the change looks for, and nothing of the emulator's. */
function standIn(name: string, change: EmulatorChange, without = ''): string {
  const tree = join(root, name);
  for (const file of new Set(change.places.map((place) => place.file))) {
    const places = change.places.filter((place) => place.file === file);
    const functions = [...new Set(places.flatMap(({ within }) => within ?? []))];
    const inside = (head: string): string => places.filter(({ within }) => within === head).map(({ anchor }) => `    ${anchor}\n`).join('');
    const outside = places
      .filter(({ within, anchor }) => within === undefined && !functions.includes(anchor) && anchor !== without)
      .map(({ anchor }) => `${anchor}\n`);
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), `${outside.join('')}${functions.map((head) => `${head}\n{\n${inside(head)}}\n`).join('')}`);
  }
  for (const path of change.files.keys()) mkdirSync(dirname(join(tree, path)), { recursive: true });
  return tree;
}

describe('the change of the emulator', () => {
  const change = readEmulatorChange();

  it('puts our lines where the anchors are, and our files beside them', () => {
    const tree = standIn('whole', change);
    changeEmulator(tree, change);
    for (const { file, text } of change.places) expect(readFileSync(join(tree, file), 'utf8')).toContain(text);
    for (const [path, data] of change.files) expect(readFileSync(join(tree, path)).equals(data)).toBe(true);
    const rounds = readFileSync(join(tree, 'accel/tcg/tcg-accel-ops-rr.c'), 'utf8');
    expect(rounds.indexOf('cfslab_run_rounds();')).toBeLessThan(rounds.indexOf('rr_start_kick_timer();'));
  });

  it('leaves a tree that lacks an anchor as it was', () => {
    const missing = '#include "timers-state.h"';
    const tree = standIn('lacking', change, missing);
    const before = change.places.map(({ file }) => readFileSync(join(tree, file), 'utf8'));
    expect(() => changeEmulator(tree, change)).toThrow(/icount\.c.*timers-state\.h.*find it exactly once/);
    expect(change.places.map(({ file }) => readFileSync(join(tree, file), 'utf8'))).toEqual(before);
  });

  it('includes each of its files, and says why each place is changed', () => {
    const texts = [...change.places.map(({ text }) => text), ...[...change.files.values()].map((data) => Buffer.from(data).toString())];
    for (const path of change.files.keys()) expect(texts.some((text) => text.includes(`${path.split('/').at(-1)}"`)), path).toBe(true);
    expect(change.places.every(({ why }) => why.length > 10)).toBe(true);
  });
});

describe('Debian’s sources', () => {
  it('are asked of the archives of this release that the system has', () => {
    const stanzas = `# one\nTypes: deb\nURIs: http://deb.example/debian\nSuites: bookworm bookworm-updates\nComponents: main contrib\nSigned-By: /k\n\n` +
      `Types: deb\nURIs: http://other.example\nSuites: stable\nComponents: main\n\n` +
      `Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: bookworm\nComponents: main\n`;
    expect(sourceStanzas(stanzas, 'bookworm')).toBe(
      'Types: deb-src\nURIs: http://deb.example/debian\nSuites: bookworm bookworm-updates\nComponents: main contrib\nSigned-By: /k',
    );
    const lines = 'deb http://deb.example/debian bookworm main\ndeb-src http://deb.example/debian bookworm main\n' +
      'deb [arch=amd64] http://deb.example/security bookworm-security main\n# deb x bookworm main\ndeb http://vendor.example stable main\n';
    expect(sourceLines(lines, 'bookworm').split('\n')).toEqual([
      'deb-src http://deb.example/debian bookworm main', 'deb-src [arch=amd64] http://deb.example/security bookworm-security main',
    ]);
  });

  it('of another version are refused by name', async () => {
    const dsc = join(root, 'qemu.dsc');
    writeFileSync(dsc, 'Format: 3.0 (quilt)\nSource: qemu\nVersion: 1:8.0+dfsg-1\n');
    await expect(unpackSource(dsc, join(root, 'tree'), {})).rejects.toThrow(/is for QEMU 7\.2, .*; this is 8\.0\+dfsg-1/);
  });
});
