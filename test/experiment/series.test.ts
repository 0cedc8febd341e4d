import { describe, expect, it } from 'vitest';
import { eventsBehind, quantileOf, seriesOf, valueOf, type Series } from '../../src/experiment/series.js';
import { walkEvents } from '../../src/experiment/walk-events.js';
import { EVENT_KINDS, type EventKind, type TableData } from '../../src/sim/records/records.js';
import { simulated } from '../calibration/support/simulated.js';

type Row = readonly [ts: number, cpu: number, kind: EventKind, pid: number, a?: number, b?: number];

function events(rows: readonly Row[]): TableData {
  const column = (pick: (row: Row) => number): number[] => rows.map(pick);
  return {
    rows: rows.length,
    columns: {
      ts: column((row) => row[0]),
      cpu: column((row) => row[1]),
      kind: column((row) => EVENT_KINDS.indexOf(row[2])),
      pid: column((row) => row[3]),
      a: column((row) => row[4] ?? -1),
      b: column((row) => row[5] ?? -1),
    },
  };
}

const STOPPER = 9;
const walk = (...rows: Row[]): ReturnType<typeof walkEvents> => walkEvents(events(rows), new Set([STOPPER]));

describe('walking over events', () => {
  it('measures latency, wait, stint, burst and sleep of a task that is preempted once', () => {
    const { samples, switches } = walk(
      [100, 0, 'waking', 5, 1, 0],
      [110, 1, 'wakeup', 5, 1],
      [130, 1, 'switch', 5, 0, 0],
      [200, 1, 'switch', 6, 5, 0],
      [250, 1, 'switch', 5, 6, 1],
      [280, 1, 'switch', 0, 5, 1],
      [400, 0, 'waking', 5, 1, 0],
    );
    expect(switches).toEqual([130, 200, 250, 280]);
    expect(samples.wakeup_latency).toEqual({ ts: [130], ns: [30] });
    expect(samples.wait).toEqual({ ts: [130, 250], ns: [20, 50] });
    expect(samples.stint.ns).toEqual([70, 50, 30]);
    expect(samples.burst).toEqual({ ts: [280], ns: [100] });
    expect(samples.sleep).toEqual({ ts: [400], ns: [120] });
  });

  it('puts moves down to wake-up, balance, stopper and fork', () => {
    const { migrations } = walk(
      [10, 0, 'waking', 5, 1],
      [11, 0, 'migrate', 5, 1, 2],
      [12, 2, 'wakeup', 5, 2],
      [20, 3, 'migrate', 6, 0, 3],
      [30, 2, 'switch', STOPPER, 0, 0],
      [31, 2, 'migrate', 7, 2, 3],
      [32, 2, 'switch', 0, STOPPER, 1],
      [33, 2, 'migrate', 7, 3, 2],
      [39, 1, 'fork', 4, 8],
      [40, 1, 'wakeup_new', 8, 1],
      [40, 1, 'fork', 4, 10],
      [41, 1, 'wakeup_new', 10, 2],
      // As a simulated run begins.
      [42, 1, 'fork', 0, 11],
      [43, 1, 'wakeup_new', 11, 2],
    );
    expect(migrations).toEqual({ wakeup: [11], balance: [20, 33], active: [31], fork: [41], exec: [] });
  });

  it('puts a move by the stopper down to execve() where the task calls that and does not sleep in between', () => {
    const moved = (...rows: Row[]): unknown => {
      const { exec, active } = walk([20, 2, 'switch', STOPPER, 7, 0], ...rows).migrations;
      return [exec, active];
    };
    const move: Row = [31, 2, 'migrate', 7, 2, 3];
    // As a kernel says it, and as a simulated run does.
    expect(moved(move, [32, 3, 'switch', 7, 0, 0], [40, 3, 'exec', 7])).toEqual([[31], []]);
    expect(moved([30, 2, 'exec', 7], move)).toEqual([[31], []]);
    expect(moved(move, [32, 3, 'switch', 7, 0, 0], [35, 3, 'switch', 0, 7, 1], [40, 3, 'exec', 7])).toEqual([[], [31]]);
    expect(moved(move, [40, 1, 'exec', 8])).toEqual([[], [31]]);
    expect(moved(move, [32, 3, 'switch', 7, 0, 0], [40, 3, 'exec', 7], [41, 3, 'switch', STOPPER, 7, 0], [42, 3, 'migrate', 7, 3, 1])).toEqual([[31], [42]]);
  });

  it('measures nothing of the idle task, of stoppers, of what began before, and of a wake-up of a task that runs', () => {
    const { samples } = walk(
      [10, 0, 'waking', STOPPER, 0],
      [12, 0, 'switch', STOPPER, 5, 0],
      [20, 0, 'switch', 6, STOPPER, 1],
      [25, 1, 'waking', 6, 0],
      [26, 1, 'wakeup', 6, 0],
      [30, 0, 'switch', 0, 6, 0],
      [90, 0, 'switch', 6, 0, 0],
    );
    expect(samples.wakeup_latency.ns).toEqual([]);
    expect(samples.stint.ns).toEqual([10]);
    expect(samples.wait.ns).toEqual([60]);
    expect([...samples.burst.ns, ...samples.sleep.ns]).toEqual([]);
  });

  it('takes a pid that is given out again for another task', () => {
    const { samples } = walk([10, 0, 'waking', 5, 0], [20, 0, 'fork', 1, 5], [30, 0, 'switch', 5, 0, 0]);
    expect(samples.wakeup_latency.ns).toEqual([]);
  });
});

describe('series', () => {
  const of = [0, 5, 10, 15, 20, 30];
  const base: Series = { metric: 'm', kind: 'count', ts: [0, 10, 20, 30], values: [4, 1, 3, 2], of, at: 0.5 };

  it('are stated for any part of the recording, its end not included', () => {
    expect(valueOf(base, 0, 30)).toBe(3);
    expect(valueOf(base, 10, 21)).toBe(2);
    expect(valueOf({ ...base, kind: 'rate' }, 0, 40)).toBe(1e8);
    expect(valueOf({ ...base, kind: 'share' }, 0, 21)).toBe(3 / 5);
    expect(valueOf({ ...base, kind: 'share' }, 31, 40)).toBeNull();
    expect(valueOf({ ...base, kind: 'quantile' }, 0, 31)).toBe(2);
    expect(valueOf({ ...base, kind: 'quantile' }, 40, 50)).toBeNull();
    expect(valueOf({ ...base, kind: 'span' }, 5, 50)).toBe(45);
  });

  it('know how many events a figure rests on', () => {
    expect(eventsBehind(base)).toBe(4);
    expect(eventsBehind({ ...base, kind: 'quantile', at: 0.99, ts: new Array<number>(1000).fill(0) })).toBe(10);
    expect(eventsBehind({ ...base, kind: 'share' })).toBe(2);
    expect(eventsBehind({ ...base, kind: 'span' })).toBe(Infinity);
  });

  it('have quantiles by nearest rank', () => {
    expect([0, 0.01, 0.5, 0.51, 1].map((at) => quantileOf([1, 2, 3, 4], at))).toEqual([1, 1, 2, 3, 4]);
    expect(quantileOf([], 0.5)).toBeNull();
  });

  it.each([
    ['oversub', 'pvt8c'],
    ['threadpool', 'pvt8'],
  ])('of a run of %s on %s agree with what the run counted itself', async (generator, machine) => {
    const contents = await simulated(generator, machine, 0.2, 3);
    const value = (metric: string): number => {
      const series = seriesOf(contents).find((candidate) => candidate.metric === metric)!;
      return valueOf(series, -Infinity, Infinity)!;
    };
    const { decisions, balances } = contents.tables;
    const { stage, moved, hot, result } = { ...balances.columns, ...decisions.columns } as Record<string, ArrayLike<number>>;
    const rows = (n: number, test: (row: number) => boolean): number =>
      Array.from({ length: n }, (_, row) => row).filter(test).length;
    expect(value('context_switches')).toBe(contents.counters['nr_switches']);
    expect(value('hot_refusals')).toBe(rows(decisions.rows, (row) => hot![row] === 1 && result![row] === 0));
    const tried = rows(balances.rows, (row) => stage![row] === 3);
    const failed = rows(balances.rows, (row) => stage![row] === 3 && moved![row] === 0);
    expect(value('lb_failed_share')).toBeCloseTo(failed / tried, 12);
    const byKind = seriesOf(contents).filter(({ metric }) => /^lb_(idle|busy|newidle)_/.test(metric));
    expect(byKind.reduce((sum, { ts }) => sum + ts.length, 0)).toBe(balances.rows);
    expect(value('migrations_fork')).toBeGreaterThan(0);
  });

  it('leave out what a recording cannot tell', async () => {
    const contents = await simulated('oversub', 'pvt8c', 0.05, 1);
    const empty = (table: TableData): TableData => ({ ...table, rows: 0 });
    const { tables } = contents;
    const names = (changed: typeof tables): string[] =>
      seriesOf({ ...contents, tables: changed }).map(({ metric }) => metric);
    expect(names({ ...tables, events: empty(tables.events) })).not.toContain('context_switches');
    const bare = names({ ...tables, balances: empty(tables.balances), decisions: empty(tables.decisions) });
    expect(bare).toContain('wakeup_latency_p99_ns');
    expect(bare.filter((name) => /^lb_|can_migrate|hot|forced/.test(name))).toEqual([]);
  });
});
