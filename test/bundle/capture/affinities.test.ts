import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAffinities, withAffinities } from '../../../src/bundle/capture/affinities.js';
import { readCapture } from '../../../src/bundle/capture/capture.js';
import type { TaskInfo } from '../../../src/bundle/tables/contents.js';
import { InputError } from '../../../src/input/error.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cfslab-affinities-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const affinitiesOf = (text: string) => {
  writeFileSync(join(directory, 'affinities'), text);
  return readAffinities(directory);
};
const task = (pid: number, more: Partial<TaskInfo> = {}): TaskInfo => (
  { pid, comm: 't', parent: -1, prio: 120, allowed: -1, group: 0, preexisting: true, ...more }
);

describe('affinities of a capture', () => {
  it('are none without the file', () => {
    expect(readAffinities(directory).size).toBe(0);
  });

  it('are lists of CPUs by pid', () => {
    expect([...affinitiesOf('7 0-3,8\n12 5\n')]).toEqual([[7, [0, 1, 2, 3, 8]], [12, [5]]]);
  });

  it.each([['7', 1], ['7 0-3\nx 1', 2], ['7 3-1', 1], ['7 a', 1], ['7 0-3 more', 1]])('are refused with their line: %j', (text, line) => {
    expect(() => affinitiesOf(text)).toThrow(InputError);
    expect(() => affinitiesOf(text)).toThrow(`line ${line}`);
  });

  it('are those of tasks that were there before, where the trace has not told them and they are not all CPUs', () => {
    const tasks = [task(1), task(2), task(3, { allowed: 0 }), task(4, { preexisting: false }), task(5), task(6)];
    const known = new Map([[1, [4, 5]], [2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]], [3, [0]], [4, [1]], [5, [6]], [6, [9, 10]]]);
    const { tasks: told, masks } = withAffinities(tasks, [[6]], known, 8);
    expect(told.map(({ allowed }) => allowed)).toEqual([1, -1, 0, -1, 0, -1]);
    expect(masks).toEqual([[6], [4, 5]]);
  });

  it('come into the bundle, and with them its hash', async () => {
    const line = (time: string, text: string): string => `          <idle>-0       [000] d..2.    ${time}: ${text}`;
    writeFileSync(join(directory, 'trace.txt'), [
      '# tracer: nop',
      line('10.000000', 'sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=a next_pid=7 next_prio=120'),
      line('10.001000', 'sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=b next_pid=8 next_prio=120'),
      '',
    ].join('\n'));
    affinitiesOf('7 0\n8 0-1\n');
    const { tasks, masks, manifest } = await readCapture(directory, { cpus: 2 });
    expect(tasks.map(({ pid, allowed }) => [pid, allowed])).toEqual([[7, 0], [8, -1]]);
    expect(masks).toEqual([[0]]);
    expect(manifest.inputs['affinities']).toMatch(/^[0-9a-f]{64}$/);
  });
});
