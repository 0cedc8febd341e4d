import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunQueues } from '../../../src/bundle/export/perfetto-queues.js';
import { EVENT_KINDS, type EventKind, type TableData } from '../../../src/sim/records/records.js';

type Row = readonly [cpu: number, kind: EventKind, pid: number, a: number, b: number];

function table(rows: readonly Row[]): TableData {
  const column = (i: number): number[] =>
    rows.map((row) => (i === 1 ? EVENT_KINDS.indexOf(row[1]) : (row[i] as number)));
  return {
    rows: rows.length,
    columns: { ts: rows.map((_, i) => i), cpu: column(0), kind: column(1), pid: column(2), a: column(3), b: column(4) },
  };
}

/** The lengths before the first row and after each. */
function lengths(cpus: number, rows: readonly Row[]): number[][] {
  const queues = new RunQueues(table(rows), cpus);
  const seen = [[...queues.lengths]];
  for (const [cpu, kind, pid, a, b] of rows) {
    queues.apply(cpu, EVENT_KINDS.indexOf(kind), pid, a, b);
    seen.push([...queues.lengths]);
  }
  return seen;
}

describe('run-queue lengths from events', () => {
  it('count from the wake-up until the task sleeps, not while it waits its turn', () => {
    expect(lengths(1, [
      [0, 'waking', 7, 0, 0], [0, 'wakeup', 7, 0, -1], [0, 'switch', 7, 0, 0], [0, 'wakeup', 8, 0, -1],
      [0, 'switch', 8, 7, 0], [0, 'switch', 7, 8, 1], [0, 'switch', 0, 7, 2],
    ])).toEqual([[0], [0], [1], [1], [2], [2], [1], [0]]);
  });

  it('find who was there at the start, also where it moves before it runs', () => {
    expect(lengths(2, [[0, 'switch', 8, 7, 1], [1, 'migrate', 9, 0, 1], [1, 'switch', 9, 0, 0]])).toEqual([
      [3, 0], [2, 0], [1, 1], [1, 1],
    ]);
  });

  it('follow a moving task, but not one that is only being woken elsewhere', () => {
    expect(lengths(2, [
      [0, 'waking', 7, 0, 0], [0, 'migrate', 7, 0, 1], [0, 'wakeup', 7, 1, -1], [0, 'migrate', 7, 1, 0],
    ])).toEqual([[0, 0], [0, 0], [0, 0], [0, 1], [1, 0]]);
  });

  it('take the waking where a trace has no wake-ups, and a new task from its first one', () => {
    expect(lengths(1, [
      [0, 'waking', 7, 0, 0], [0, 'fork', 7, 8, -1], [0, 'wakeup_new', 8, 0, -1], [0, 'switch', 8, 0, 0],
    ])).toEqual([[0], [1], [1], [2], [2]]);
  });

  it('leave out idle tasks, stoppers of a simulation, and CPUs that are not there', () => {
    expect(lengths(1, [[0, 'switch', -2, 0, 0], [0, 'switch', 0, -2, 0], [0, 'wakeup', 7, 5, -1]])).toEqual([
      [0], [0], [0], [0],
    ]);
  });

  it('are never negative and never more than there are tasks, whatever the events', () => {
    const row = fc.tuple(
      fc.nat(2), fc.constantFrom('switch', 'waking', 'wakeup', 'wakeup_new', 'migrate', 'fork', 'exit', 'newidle'),
      fc.integer({ min: -2, max: 4 }), fc.integer({ min: -1, max: 4 }), fc.integer({ min: -1, max: 3 }),
    );
    fc.assert(fc.property(fc.array(row), (rows) => {
      // CPUs of a wake-up or move are 0…2; elsewhere a is a pid.
      const valid = rows.map(([cpu, kind, pid, a, b]): Row => {
        const named = kind === 'switch' || kind === 'fork';
        return [cpu, kind as EventKind, pid, named ? a : Math.abs(a) % 3, kind === 'migrate' ? Math.abs(b) % 3 : b];
      });
      for (const at of lengths(3, valid)) {
        expect(Math.min(...at)).toBeGreaterThanOrEqual(0);
        expect(at.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(4);
      }
    }));
  });
});
