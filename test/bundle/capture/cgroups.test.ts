import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCgroups } from '../../../src/bundle/capture/cgroups.js';
import { InputError } from '../../../src/input/error.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cfslab-cgroups-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const groupsOf = (text: string) => {
  writeFileSync(join(directory, 'cgroups'), text);
  return readCgroups(directory);
};

describe('cgroups of a capture', () => {
  it('are none without the file', () => {
    expect(readCgroups(directory)).toEqual([]);
  });

  it('have the ids of their order, and times in ns', () => {
    const text = [
      '/sys/fs/cgroup/a/cpu.weight:100',
      '/sys/fs/cgroup/b/cpu.weight:400',
      '/sys/fs/cgroup/b/cpu.max:max 100000',
      '/sys/fs/cgroup/a/cpu.max:60000 50000',
    ].join('\n');
    expect(groupsOf(text)).toEqual([
      { id: 2, parent: 0, name: 'a', weight: 100, quotaNs: 60_000_000, periodNs: 50_000_000, burstNs: 0, idle: false },
      { id: 3, parent: 0, name: 'b', weight: 400, quotaNs: null, periodNs: 100_000_000, burstNs: 0, idle: false },
    ]);
  });

  it('know their parents, bursts and idle flags', () => {
    const text = '/sys/fs/cgroup/a/cpu.weight:10\n/sys/fs/cgroup/a/in/cpu.idle:1\n/sys/fs/cgroup/a/in/cpu.max.burst:2000\n';
    expect(groupsOf(text).map(({ id, parent, name, idle, burstNs }) => [id, parent, name, idle, burstNs])).toEqual([
      [2, 0, 'a', false, 0],
      [3, 2, 'a/in', true, 2_000_000],
    ]);
  });

  it.each(['/sys/fs/cgroup/a/cpu.weight:10001', '/sys/fs/cgroup/a/cpu.max:x 100', '/sys/fs/other:1', '/sys/fs/cgroup/a/cpu.max:5'])(
    'refuse %s with the line',
    (line) => {
      expect(() => groupsOf(`/sys/fs/cgroup/z/cpu.weight:1\n${line}`)).toThrow(InputError);
      expect(() => groupsOf(`/sys/fs/cgroup/z/cpu.weight:1\n${line}`)).toThrow(/cgroups: line 2: expected/);
    },
  );
});
