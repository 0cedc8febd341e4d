import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historiesOf, type CallColumns, type Lives, type SeriesRule } from '../../../src/learning/dataset/histories.js';

interface Call {
  readonly ts: number;
  readonly pid?: number;
  readonly src?: number;
  readonly dst?: number;
  readonly migrations?: number;
  readonly result?: number;
  readonly sumExec?: number;
  readonly execStart?: number;
}

function columnsOf(calls: readonly Call[]): CallColumns {
  const of = (name: keyof Call, usual: number): number[] => calls.map((call) => call[name] ?? usual);
  return {
    rows: calls.length, ts: of('ts', 0), pid: of('pid', 7), src: of('src', 0), dst: of('dst', 1), result: of('result', 0),
    migrations: of('migrations', 0), sumExec: of('sumExec', 100), execStart: of('execStart', 1),
  };
}

const lives = (more: Partial<Lives> = {}): Lives => ({ exits: new Map(), lastMove: new Map(), endNs: 1e9, ...more });
const CLOSED = lives({ lastMove: new Map([[7, 1e9]]) });

const run = (calls: readonly Call[], own = CLOSED, rule: SeriesRule = 'thesis', windowNs: number | null = null) => {
  const found = historiesOf(columnsOf(calls), own, rule, windowNs);
  return { series: [...found.series], positive: [...found.positive], censored: [...found.censored] };
};

describe('histories of forced migrations', () => {
  it('mark the forced call and the calls of its series before it, and none after', () => {
    expect(run([{ ts: 1 }, { ts: 2 }, { ts: 3, result: 2 }, { ts: 4 }]).positive).toEqual([1, 1, 1, 0]);
  });

  it('part by pid, by each CPU and by migrations so far', () => {
    const calls = [
      { ts: 1 }, { ts: 2, pid: 8 }, { ts: 3, src: 2 }, { ts: 4, dst: 2 }, { ts: 5, migrations: 1 },
      { ts: 6, migrations: 1, result: 2 },
    ];
    const found = run(calls);
    expect(found.positive).toEqual([0, 0, 0, 0, 1, 1]);
    expect(found.series).toEqual([0, 1, 2, 3, 4, 4]);
  });

  it('go on after a forced answer that moved nothing', () => {
    const found = run([{ ts: 1, result: 2 }, { ts: 2 }, { ts: 3, result: 2 }, { ts: 4 }]);
    expect(found.positive).toEqual([1, 1, 1, 0]);
    expect(new Set(found.series).size).toBe(1);
  });

  it('do not count a plain migration', () => {
    expect(run([{ ts: 1 }, { ts: 2, result: 1 }]).positive).toEqual([0, 0]);
  });

  it('end where the pid is that of another task: it exited, or has run for less', () => {
    const calls = [{ ts: 1 }, { ts: 5, result: 2 }];
    expect(run(calls, lives({ exits: new Map([[7, [3]]]) })).positive).toEqual([0, 1]);
    expect(run(calls, lives({ exits: new Map([[7, [6]]]) })).positive).toEqual([1, 1]);
    expect(run([{ ts: 1, sumExec: 100 }, { ts: 5, sumExec: 99, result: 2 }]).positive).toEqual([0, 1]);
  });

  it('have a window, whose ends belong to it', () => {
    const calls = [{ ts: 10 }, { ts: 11 }, { ts: 20, result: 2 }];
    expect(run(calls, CLOSED, 'thesis', 9).positive).toEqual([0, 1, 1]);
    expect(run(calls, CLOSED, 'thesis', 0).positive).toEqual([0, 0, 1]);
  });

  it('by waits end where the task has run', () => {
    const calls = [{ ts: 1 }, { ts: 2, execStart: 2 }, { ts: 3, execStart: 2, result: 2 }];
    expect(run(calls, CLOSED, 'wait').positive).toEqual([0, 1, 1]);
    expect(run(calls, CLOSED, 'thesis').positive).toEqual([1, 1, 1]);
  });

  it('are censored where the end of the recording cuts them off, and only there', () => {
    const calls = [{ ts: 1 }, { ts: 2 }];
    expect(run(calls, lives()).censored).toEqual([1, 1]);
    expect(run(calls, lives({ lastMove: new Map([[7, 2]]) })).censored).toEqual([1 - 1, 1]);
    expect(run([...calls, { ts: 3, dst: 3, migrations: 1 }], lives()).censored).toEqual([0, 0, 1]);
    expect(run([{ ts: 1, result: 2 }, { ts: 2 }], lives()).censored).toEqual([0, 1]);
    expect(run(calls, lives({ endNs: 11 }), 'thesis', 9).censored).toEqual([0, 0]);
    expect(run(calls, lives({ endNs: 10 }), 'thesis', 9).censored).toEqual([0, 1]);
    expect(run([{ ts: 1 }, { ts: 2, execStart: 2 }], lives(), 'wait').censored).toEqual([0, 1]);
  });

  const call = fc.record({
    pid: fc.nat(1), src: fc.nat(1), dst: fc.nat(1), migrations: fc.nat(2), result: fc.nat(2), step: fc.nat(3),
  });

  it('are what looking ahead from each call finds', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), fc.option(fc.nat(10)), (list, windowNs) => {
        let ts = 0;
        const migrations = [0, 0];
        const calls = list.map(({ step, ...one }) => {
          ts += step;
          migrations[one.pid]! += one.migrations === 2 ? 1 : 0;
          return { ...one, ts, migrations: migrations[one.pid]! };
        });
        const same = (a: Call, b: Call): boolean =>
          a.pid === b.pid && a.src === b.src && a.dst === b.dst && a.migrations === b.migrations;
        const expected = calls.map((own, i) =>
          calls.slice(i).some((later) => same(own, later) && later.result === 2 && later.ts - own.ts <= (windowNs ?? Infinity))
            ? 1 : 0,
        );
        expect(run(calls, lives(), 'thesis', windowNs).positive).toEqual(expected);
      }),
    );
  });
});
