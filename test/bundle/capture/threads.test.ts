import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/bundle/capture/capture.js';
import { readThreads, withThreads } from '../../../src/bundle/capture/threads.js';
import type { RecordedGroup, TaskInfo } from '../../../src/bundle/tables/contents.js';
import { InputError } from '../../../src/input/error.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cfslab-threads-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const threadsOf = (text: string) => {
  writeFileSync(join(directory, 'threads'), text);
  return readThreads(directory);
};
const task = (pid: number, more: Partial<TaskInfo> = {}): TaskInfo => (
  { pid, comm: 't', parent: -1, prio: 120, allowed: -1, group: -1, preexisting: true, ...more }
);
const group = (id: number, parent: number, name: string): RecordedGroup => (
  { id, parent, name, weight: 100, quotaNs: null, periodNs: 100_000_000, burstNs: 0, idle: false }
);
const GROUPS = [group(2, 0, 'a'), group(3, 2, 'a/in'), group(4, 0, 'b')];

describe('threads of a capture', () => {
  it('are none without the file, and change nothing then', () => {
    expect(readThreads(directory).size).toBe(0);
    expect(withThreads([task(1)], GROUPS, new Map(), false)).toEqual({ tasks: [task(1)], groups: GROUPS });
  });

  it('have policies, kernel priorities and cgroups, whatever these are called', () => {
    expect([...threadsOf('7 0 -5 0 /a b:1\n8 1 0 99 /\n9 5 0 0 /x\n10 6 0 0 /\n')]).toEqual([
      [7, { policy: 0, prio: 115, group: '/a b:1' }],
      [8, { policy: 1, prio: 0, group: '/' }],
      [9, { policy: 5, prio: 120, group: '/x' }],
      [10, { policy: 6, prio: -1, group: '/' }],
    ]);
  });

  it.each([['7 0 0 0', 1], ['7 0 0 0 /\n8 4 0 0 /', 2], ['7 0 20 0 /', 1], ['7 0 0 0 a', 1], ['x 0 0 0 /', 1]])(
    'are refused with their line: %j',
    (text, line) => {
      expect(() => threadsOf(text)).toThrow(InputError);
      expect(() => threadsOf(text)).toThrow(`line ${line}`);
    },
  );

  const threads = threadsOf.bind(null, '1 0 0 0 /a/in/deeper\n2 5 3 0 /a\n3 3 0 0 /b\n4 0 0 0 /other\n5 1 0 50 /a\n');

  it('are those of tasks that were there before, where the trace has not told it', () => {
    const tasks = [task(1), task(2, { prio: -1 }), task(3, { group: 0 }), task(4), task(5, { prio: 49 }), task(1, { preexisting: false }), task(9)];
    const { tasks: told } = withThreads(tasks, GROUPS, threads(), true);
    expect(told.map(({ pid, prio, group: id, policy }) => [pid, prio, id, policy])).toEqual([
      [1, 120, 3, undefined], [2, 123, 2, 5], [3, 120, 0, 3], [4, 120, 0, undefined], [5, 49, 2, undefined], [1, 120, -1, undefined], [9, 120, -1, undefined],
    ]);
  });

  it('leave out groups that nobody is in, unless the trace has groups of its own', () => {
    expect(withThreads([task(1)], GROUPS, threads(), false).groups.map(({ name }) => name)).toEqual(['a', 'a/in']);
    expect(withThreads([task(1)], GROUPS, threads(), true).groups).toBe(GROUPS);
  });

  it('come into the bundle, and with them their groups and the hash', async () => {
    const line = (time: string, text: string): string => `          <idle>-0       [000] d..2.    ${time}: ${text}`;
    writeFileSync(join(directory, 'trace.txt'), [
      '# tracer: nop',
      line('10.000000', 'sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=a next_pid=7 next_prio=120'),
      line('10.001000', 'sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=b next_pid=8 next_prio=139'),
      '',
    ].join('\n'));
    writeFileSync(join(directory, 'cgroups'), '/sys/fs/cgroup/a/cpu.weight:100\n/sys/fs/cgroup/b/cpu.weight:300\n');
    threadsOf('7 3 0 0 /b\n8 0 19 0 /\n');
    const { tasks, manifest } = await readCapture(directory, { cpus: 2 });
    expect(tasks.map(({ pid, group: id, policy }) => [pid, id, policy])).toEqual([[7, 3, 3], [8, 0, undefined]]);
    expect(manifest.groups?.map(({ name, weight }) => [name, weight])).toEqual([['b', 300]]);
    expect(manifest.inputs['threads']).toMatch(/^[0-9a-f]{64}$/);
  });
});
