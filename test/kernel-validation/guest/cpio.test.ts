import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpioArchive, parentsOf, type CpioEntry } from '../../../src/kernel-validation/guest/cpio.js';

interface Unpacked {
  readonly name: string;
  readonly mode: number;
  readonly data: string;
  readonly device: readonly [number, number];
}

/** Reads what the format's description says, as the kernel does. */
function unpack(archive: Buffer): Unpacked[] {
  const out: Unpacked[] = [];
  for (let at = 0; ;) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const number = (i: number): number => parseInt(archive.toString('latin1', at + 6 + 8 * i, at + 14 + 8 * i), 16);
    const [mode, size, nameSize] = [number(1), number(6), number(11)];
    const name = archive.toString('utf8', at + 110, at + 110 + nameSize - 1);
    expect(archive[at + 110 + nameSize - 1]).toBe(0);
    const dataAt = (at + 110 + nameSize + 3) & ~3;
    if (name === 'TRAILER!!!') return out;
    out.push({ name, mode, data: archive.toString('latin1', dataAt, dataAt + size), device: [number(9), number(10)] });
    at = (dataAt + size + 3) & ~3;
  }
}

describe('an archive', () => {
  it('holds directories, files, links and devices', () => {
    const archive = cpioArchive([
      { path: 'bin', kind: 'directory' },
      { path: 'bin/a', kind: 'file', data: Buffer.from('x'), executable: true },
      { path: 'b', kind: 'file', data: Buffer.from('yz') },
      { path: 'sbin', kind: 'link', target: 'bin' },
      { path: 'console', kind: 'device', major: 5, minor: 1 },
    ]);
    expect(unpack(archive)).toEqual([
      { name: 'bin', mode: 0o040755, data: '', device: [0, 0] },
      { name: 'bin/a', mode: 0o100755, data: 'x', device: [0, 0] },
      { name: 'b', mode: 0o100644, data: 'yz', device: [0, 0] },
      { name: 'sbin', mode: 0o120777, data: 'bin', device: [0, 0] },
      { name: 'console', mode: 0o020600, data: '', device: [5, 1] },
    ]);
    expect(archive.length % 512).toBe(0);
    const listed = spawnSync('cpio', ['-t', '--quiet'], { input: archive, encoding: 'utf8' });
    // Where the machine has cpio, it is of the same mind.
    if (listed.status !== null) expect(listed.stdout).toBe('bin\nbin/a\nb\nsbin\nconsole\n');
  });

  it('of any files gives them back, and is the same bytes every time', () => {
    const file = fc.record({ name: fc.stringMatching(/^[a-z0-9._-]{1,30}$/), data: fc.uint8Array({ maxLength: 100 }) });
    fc.assert(fc.property(fc.array(file, { maxLength: 8 }), (files) => {
      const entries = files.map(({ name, data }): CpioEntry => ({ path: name, kind: 'file', data }));
      const archive = cpioArchive(entries);
      expect(unpack(archive).map(({ name, data }) => [name, data])).toEqual(files.map(({ name, data }) => [name, Buffer.from(data).toString('latin1')]));
      expect(cpioArchive(entries).equals(archive)).toBe(true);
    }));
  });

  it('the directories above a path come from the top', () => {
    expect(parentsOf('a/b/c')).toEqual(['a', 'a/b']);
    expect(parentsOf('a')).toEqual([]);
  });
});
