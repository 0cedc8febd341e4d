import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import type { OnDirty } from '../../../src/bundle/dirty.js';
import { readLoneTracesInMemory, type LoneOptions } from '../../../src/bundle/capture/lone-trace.js';
import { EVENT_KINDS } from '../../../src/sim/records/records.js';

let root = '';
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), 'cfslab-lone-'))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const line = (pid: number, cpu: number, us: number, text: string): string =>
  `  ${pid === 0 ? '<idle>' : `t${pid}`}-${pid}   [00${cpu}] d..2.   100.${String(us).padStart(6, '0')}: ${text}`;
const task = (pid: number): string => (pid === 0 ? 'swapper' : `t${pid}`);
const turn = (cpu: number, us: number, prev: number, next: number, state = 'S', by = prev): string =>
  line(by, cpu, us, `sched_switch: prev_comm=${task(prev)} prev_pid=${prev} prev_prio=120 prev_state=${state} ==> ` +
    `next_comm=${task(next)} next_pid=${next} next_prio=120`);
const wake = (by: number, cpu: number, us: number, pid: number, target = cpu): string =>
  line(by, cpu, us, `sched_waking: comm=${task(pid)} pid=${pid} prio=120 target_cpu=00${target}`);
const fork = (cpu: number, us: number, parent: number, child: number): string =>
  line(parent, cpu, us, `sched_process_fork: comm=t${parent} pid=${parent} child_comm=t${child} child_pid=${child}`);
const exit = (cpu: number, us: number, pid: number): string =>
  line(pid, cpu, us, `sched_process_exit: comm=t${pid} pid=${pid} prio=120`);

type Lines = readonly string[] | readonly (readonly string[])[];

function read(lines: Lines, options: LoneOptions = {}): Promise<BundleContents> {
  const files = Array.isArray(lines[0]) ? (lines as readonly (readonly string[])[]) : [lines as readonly string[]];
  const paths = files.map((file, i) => {
    const path = join(root, `cpu${i}.txt`);
    writeFileSync(path, `${file.join('\n')}\n`);
    return path;
  });
  return readLoneTracesInMemory(paths, { format: 'ftrace', ...options });
}

/** Rows of events in short: `µs cpu kind pid a b`. */
function rowsOf({ tables }: BundleContents): string[] {
  const { rows, columns } = tables.events;
  const at = (name: string, row: number): number => columns[name]![row]!;
  return Array.from({ length: rows }, (_, row) =>
    [
      at('ts', row) / 1000, at('cpu', row), EVENT_KINDS[at('kind', row)], at('pid', row), at('a', row), at('b', row),
    ].join(' '),
  );
}
const dirtyOf = ({ manifest }: BundleContents): string[] =>
  manifest.dirty!
    .filter(({ kind }) => kind !== 'unseen-birth')
    .map(({ kind, treatment, count }) => `${kind} ${treatment} ${count}`);

describe('a lone trace', () => {
  it('says who ran throughout on a CPU that never switched, as its lines tell', async () => {
    const lines = [turn(0, 10, 5, 6), wake(9, 1, 20, 5, 0), wake(0, 2, 30, 7), turn(0, 40, 6, 5), wake(9, 1, 50, 6, 0)];
    expect((await read(lines)).manifest.throughout).toEqual([{ cpu: 1, pid: 9 }]);
    expect((await read([...lines, turn(1, 60, 9, 0)])).manifest.throughout).toBeUndefined();
  });

  it('tells what it can, and no more', async () => {
    const { manifest, domains, counters } = await read([turn(0, 5, 0, 7), turn(0, 9, 7, 0)]);
    expect(manifest).toMatchObject({
      source: 'kernel', release: 'unknown', hz: 0, topology: 'unknown', preemption: 'unknown', cpus: 1, workload: 'cpu0',
      sysctl: {}, features: [], seed: null, clockResolutionNs: 1000, durationNs: 4000, formats: { 'cpu0.txt': 'ftrace' },
      rows: { decisions: 0, balances: 0, events: 2 }, firstTimestampNs: '100000005000',
    });
    expect([domains, counters]).toEqual([[], {}]);
    expect(manifest.notes.join('\n')).toContain('the highest CPU that was seen, 0, and one');
  });

  it('takes the number of CPUs from every event that names one, or from the user', async () => {
    expect((await read([wake(3, 0, 1, 7, 5)])).manifest.cpus).toBe(6);
    const lines = [wake(3, 0, 1, 7, 5), wake(3, 0, 2, 7, 1), turn(4, 3, 0, 7)];
    const { manifest } = await read(lines, { cpus: 2, topology: 'duo' });
    expect(manifest).toMatchObject({ cpus: 2, topology: 'duo', rows: { events: 1 } });
    expect(manifest.dirty).toContainEqual({ kind: 'malformed', treatment: 'dropped', count: 2, first: { line: 1 } });
  });

  it('is refused without events', async () => {
    await expect(read(['# tracer: nop'])).rejects.toThrow('expected a trace with events, found none in 1 lines');
  });
});

describe('dirty data', () => {
  const GAP = [turn(0, 1, 0, 7), turn(0, 5, 8, 0)];

  it.each<[OnDirty, string[], string[]]>([
    ['insert', ['0 0 switch 7 0 1', '4 0 switch 8 7 0', '4 0 switch 0 8 1'], ['switch-gap inserted 1']],
    ['drop', ['0 0 switch 7 0 1'], ['switch-gap dropped 1']],
  ])('a switch that contradicts the one before: %s', async (onDirty, rows, dirty) => {
    const contents = await read(GAP, { onDirty });
    expect(rowsOf(contents)).toEqual(rows);
    expect(dirtyOf(contents)).toEqual(dirty);
  });

  it.each<[OnDirty, string[], string[]]>([
    ['insert', ['2 0 switch 8 7 0', '2 0 waking 9 0 0', '4 0 switch 0 8 1'], ['switch-gap inserted 1']],
    ['drop', ['2 0 waking 9 0 0'], ['switch-gap dropped 1']],
  ])('a line of a task that had not been switched to: %s', async (onDirty, rows, dirty) => {
    const contents = await read([turn(0, 0, 9, 0), turn(0, 1, 0, 7), wake(8, 0, 2, 9), turn(0, 4, 8, 0)], { onDirty });
    expect(rowsOf(contents)).toEqual(['0 0 switch 0 9 1', '1 0 switch 7 0 1', ...rows]);
    expect(dirtyOf(contents)).toEqual(dirty);
  });

  it('no gap is an exec that gives a thread the pid of its process', async () => {
    const exec = line(7, 0, 3, 'sched_process_exec: filename=/bin/x pid=7 old_pid=9');
    const contents = await read([turn(0, 1, 5, 0), turn(0, 2, 0, 9), exec, wake(7, 0, 4, 5), turn(0, 5, 7, 0)]);
    expect(rowsOf(contents).slice(2)).toEqual(['2 0 exec 7 -1 -1', '3 0 waking 5 0 0', '4 0 switch 0 7 1']);
    expect(dirtyOf(contents)).toEqual([]);
  });

  it('a missing switch is put in where the trace shows that it was over', async () => {
    const before = [turn(0, 1, 9, 0)];
    const after = [turn(0, 90, 7, 0)];
    const inserted = async (lines: readonly string[]): Promise<string[]> =>
      rowsOf(await read([...before, ...lines, ...after])).filter((row) => row.includes('switch 7 '));
    expect(await inserted([])).toEqual(['89 0 switch 7 0 0']);
    expect(await inserted([wake(3, 1, 20, 7, 0)])).toEqual(['19 0 switch 7 0 0']);
    expect(await inserted([wake(7, 0, 60, 8)])).toEqual(['59 0 switch 7 0 0']);
    const runtime = line(7, 0, 88, 'sched_stat_runtime: comm=t7 pid=7 runtime=50000 [ns] vruntime=1 [ns]');
    expect(await inserted([runtime])).toEqual(['37 0 switch 7 0 0']);
  });

  it('a clock that steps back: sorted in within the window, dropped beyond', async () => {
    const many = Array.from({ length: 50 }, (_, i) => wake(3, 1, 100 + i, 7));
    const contents = await read([wake(3, 1, 20, 9), wake(3, 1, 10, 8), ...many, wake(3, 1, 15, 5), wake(3, 1, 149, 6)], {
      windowRows: 10,
    });
    expect(rowsOf(contents).slice(0, 2)).toEqual(['0 1 waking 8 1 0', '10 1 waking 9 1 0']);
    expect(rowsOf(contents).at(-1)).toBe('139 1 waking 6 1 0');
    expect(dirtyOf(contents)).toEqual(['clock-back dropped 1', 'clock-back sorted 1']);
    expect(contents.tables.events.rows).toBe(53);
  });

  it('lines that are there twice, where a trace overlaps with itself', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => wake(3, i % 2, i, 7));
    const contents = await read([...lines, ...lines.slice(20)]);
    expect(rowsOf(contents)).toEqual(rowsOf(await read(lines)));
    expect(dirtyOf(contents)).toEqual(['clock-back sorted 1', 'duplicate dropped 10']);
  });

  it('does not take two equal events for one', async () => {
    const contents = await read([wake(3, 0, 1, 7), wake(3, 0, 1, 7)]);
    expect([contents.tables.events.rows, dirtyOf(contents)]).toEqual([2, []]);
  });

  it.each<[OnDirty, number, string[]]>([
    ['insert', 1, ['missing-exit inserted 1']],
    ['drop', 0, ['missing-exit kept 1']],
  ])('a pid that is given out while its task runs: %s', async (onDirty, exits, dirty) => {
    const contents = await read([turn(1, 1, 0, 7), turn(1, 2, 7, 0), fork(0, 3, 3, 7)], { onDirty });
    expect(rowsOf(contents).filter((row) => row.includes('exit'))).toHaveLength(exits);
    expect(dirtyOf(contents)).toEqual(dirty);
  });

  it('a pid that is given out again, and tasks of unknown birth, which are harmless', async () => {
    const lines = [fork(0, 1, 3, 7), exit(0, 2, 7), fork(0, 3, 3, 7)];
    const { manifest, tasks } = await read(lines, { onDirty: 'fail' });
    expect(manifest.dirty).toEqual([
      { kind: 'reused-pid', treatment: 'kept', count: 1, first: { ts: 2000 } },
      { kind: 'unseen-birth', treatment: 'kept', count: 1, first: {} },
    ]);
    expect(tasks.map(({ pid, parent }) => [pid, parent])).toEqual([[3, -1], [7, 3]]);
  });

  it('lost, overwritten and malformed', async () => {
    const contents = await read([
      '# entries-in-buffer/entries-written: 9/12   #P:1', 'CPU:0 [LOST 4 EVENTS]', turn(0, 1, 0, 7), 'garbage',
      line(3, 0, 2, 'sched_waking: comm=x'),
    ]);
    expect(dirtyOf(contents)).toEqual(['malformed dropped 2', 'truncated kept 7', 'overwritten kept 3', 'lost kept 4']);
    expect(contents.manifest.lostEvents).toBe(4);
  });

  it.each([
    ['a switch', GAP, 'at 4000 ns: expected a source without dirty data, found switch-gap: pid 8 on CPU 0, where pid 7'],
    ['the clock', [wake(3, 0, 9, 7), wake(3, 0, 5, 7)], 'at 0 ns: expected a source without dirty data, found clock-back'],
    ['a line', [wake(3, 0, 9, 7), 'garbage', 'more'], 'line 2: expected a source without dirty data, found malformed'],
    ['what was lost', [wake(3, 0, 9, 7), 'CPU:0 [LOST 4 EVENTS]'], 'found lost'],
  ])('fails at the first where it must not be: %s', async (_, lines, message) => {
    await expect(read(lines, { onDirty: 'fail' })).rejects.toThrow(message);
  });
});

describe('several traces of one recording', () => {
  const all = Array.from({ length: 4000 }, (_, i) =>
    i % 5 === 4 ? wake(3, i % 3, 10 * i, 7) : turn(i % 3, 10 * i, 0, 0, 'R'),
  );

  it('are merged by time, whatever lies in which file', async () => {
    const byCpu = [0, 1, 2].map((cpu) => all.filter((text) => text.includes(`[00${cpu}]`)));
    const merged = await read(byCpu);
    expect(rowsOf(merged)).toEqual(rowsOf(await read(all)));
    expect(dirtyOf(merged)).toEqual([]);
    expect(Object.keys(merged.manifest.inputs)).toEqual(['cpu0.txt', 'cpu1.txt', 'cpu2.txt']);
    const halves = await read([all.slice(0, 2000), all.slice(2000)]);
    expect(rowsOf(halves)).toEqual(rowsOf(merged));
  });

  it('give what they have in common once', async () => {
    const merged = await read([all.slice(0, 2500), all.slice(1500)]);
    expect(rowsOf(merged)).toEqual(rowsOf(await read(all)));
    expect(dirtyOf(merged)).toEqual(['duplicate dropped 1000']);
    // What one of them has twice in a row has happened twice.
    const twice = await read([[wake(3, 0, 1, 7), wake(3, 0, 1, 7)], [wake(4, 1, 2, 8)]]);
    expect([twice.tables.events.rows, dirtyOf(twice)]).toEqual([3, []]);
  });

  it('name the file in which something is wrong', async () => {
    const { manifest } = await read([all.slice(0, 9), [...all.slice(9, 20), 'garbage']]);
    expect(manifest.dirty).toContainEqual({
      kind: 'malformed', treatment: 'dropped', count: 1, first: { file: 'cpu1.txt', line: 12 },
    });
  });
});
