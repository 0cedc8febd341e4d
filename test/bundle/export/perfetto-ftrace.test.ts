import { describe, expect, it } from 'vitest';
import type { BundleContents, TaskInfo } from '../../../src/bundle/tables/contents.js';
import { BALANCE_COLUMNS, DECISION_COLUMNS, EVENT_COLUMNS, EVENT_KINDS, type ColumnSpec, type EventKind, type TableData,
} from '../../../src/sim/records/records.js';
import { exported, ftraceOf, type Decoded } from './perfetto-decode.js';

type Row = readonly [ts: number, cpu: number, kind: EventKind, pid: number, a: number, b: number];

const task = (pid: number, comm: string, prio: number): TaskInfo =>
  ({ pid, comm, parent: -1, prio, allowed: -1, group: -1, preexisting: true });

function empty(columns: readonly ColumnSpec[]): TableData {
  return { rows: 0, columns: Object.fromEntries(columns.map(({ name }) => [name, []])) };
}

/** What the ftrace events of a bundle of these rows decode to. */
function events(rows: readonly Row[], tasks: readonly TaskInfo[]): Decoded[] {
  const values = rows.map(([ts, cpu, kind, pid, a, b], seq) => [ts, cpu, EVENT_KINDS.indexOf(kind), pid, a, b, seq]);
  const columns = Object.fromEntries(EVENT_COLUMNS.map(({ name }, i) => [name, values.map((row) => row[i]!)]));
  const contents = {
    manifest: { source: 'sim', release: 'cfslab-0', cpus: 2 },
    tables: {
      events: { rows: rows.length, columns },
      balances: empty(BALANCE_COLUMNS),
      decisions: empty(DECISION_COLUMNS),
    },
    tasks,
    domains: [],
  } as unknown as BundleContents;
  const { packets, again, bytes } = exported(contents);
  expect(again).toBe(bytes);
  return ftraceOf(packets);
}

describe('ftrace events of a bundle', () => {
  it('give the stoppers of a simulation pids and names as a kernel has them', () => {
    const found = events([[10, 1, 'switch', -2, 7, 0], [12, 1, 'switch', 7, -2, 0]], [task(7, 'a', 120)]);
    expect(found).toEqual([
      { cpu: 1, timestamp: 10, pid: 7, sched_switch: {
        prev_comm: 'a', prev_pid: 7, prev_prio: 120, prev_state: 0, next_comm: 'migration/1', next_pid: 9, next_prio: 0 } },
      { cpu: 1, timestamp: 12, pid: 9, sched_switch: {
        prev_comm: 'migration/1', prev_pid: 9, prev_prio: 0, prev_state: 0, next_comm: 'a', next_pid: 7, next_prio: 120 } },
    ]);
  });

  it('follow a priority from where it changed, and leave out one that nobody knows', () => {
    const found = events(
      [[0, 0, 'wakeup', 7, 1, -1], [1, 0, 'prio', 7, 110, -1], [2, 0, 'wakeup', 7, 1, -1], [3, 0, 'wakeup', 8, 1, -1]],
      [task(7, 'a', 120), task(8, 'b', -1)],
    );
    expect(found.map(({ sched_wakeup: w }) => [w.pid, w.prio, w.target_cpu])).toEqual([
      [7, 120, 1], [7, 110, 1], [8, undefined, 1],
    ]);
  });

  it('say who ran, from the first switch of a CPU on back to the start; nobody known is the idle task', () => {
    const found = events(
      [[0, 0, 'waking', 8, 1, 1], [1, 0, 'switch', 0, 7, 1], [2, 0, 'waking', 7, 0, 0], [3, 1, 'waking', 7, 0, -1]],
      [task(7, 'a', 120), task(8, 'b', 120)],
    );
    expect(found.map(({ timestamp, pid, common_flags: flags }) => [timestamp, pid, flags])).toEqual([
      [0, 7, 8], [1, 7, undefined], [2, 0, undefined], [3, 0, undefined],
    ]);
  });

  it('name a task that the bundle does not list as ftrace would', () => {
    expect(events([[0, 0, 'exit', 5, 0, 0]], [])[0].sched_process_exit).toEqual({ comm: '<...>', pid: 5 });
  });
});
