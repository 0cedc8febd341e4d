import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowWindow } from '../../../src/bundle/collect/row-window.js';

interface Passed {
  readonly op: number;
  readonly ts: number;
  readonly values: readonly number[];
}

function collect(windowRows: number, horizon = (): number => Infinity) {
  const passed: Passed[] = [];
  const window = new RowWindow(
    (op, ts, _file, _late, data, at, length) => passed.push({ op, ts, values: Array.from(data.subarray(at, at + length)) }),
    () => undefined,
    horizon,
    windowRows,
  );
  return { window, passed };
}

describe('RowWindow', () => {
  it('sorts what is late by no more than a window, and keeps those of equal time as they came', () => {
    const jitter = fc.array(fc.record({ step: fc.nat({ max: 3 }), back: fc.nat({ max: 8 }), extra: fc.nat({ max: 4 }) }), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(jitter, (steps) => {
        const { window, passed } = collect(40);
        let now = 0;
        const rows = steps.map(({ step, back, extra }, i) => {
          now += step;
          return [now - back, i, ...new Array<number>(extra).fill(i)];
        });
        for (const row of rows) {
          expect(window.add(row.length, row[0]!, 0, false, Float64Array.from(row), row.length)).not.toBe(-1);
        }
        window.finish();
        const expected = rows.map((row, i) => [row, i] as const).sort(([a, i], [b, j]) => a[0]! - b[0]! || i - j);
        expect(passed.map(({ values }) => values)).toEqual(expected.map(([row]) => row));
        expect(passed.map(({ op }) => op)).toEqual(expected.map(([row]) => row.length));
      }),
      { numRuns: 200 },
    );
  });

  it('refuses what is before what has been released', () => {
    const { window, passed } = collect(10);
    for (let ts = 100; ts < 200; ts += 1) window.add(0, ts, 0, false, Float64Array.of(ts), 1);
    expect(window.add(0, 50, 0, true, Float64Array.of(50), 1)).toBe(-1);
    expect(window.add(0, 195, 0, true, Float64Array.of(195), 1)).toBeGreaterThan(0);
    window.finish();
    expect(passed.map(({ ts }) => ts)).toEqual([...Array.from({ length: 96 }, (_, i) => 100 + i), 195, 196, 197, 198, 199]);
  });

  it('finds a pending record by its number, and lets it be changed', () => {
    const { window, passed } = collect(10);
    const numbers = Array.from({ length: 60 }, (_, ts) => window.add(0, ts, 0, false, Float64Array.of(ts, -1), 2));
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect(window.find(0)).toBe(-1);
    window.values[window.find(57) + 1] = 7;
    window.finish();
    expect(passed[57]!.values).toEqual([57, 7]);
    expect(window.find(57)).toBe(-1);
  });

  it('holds back what comes after the horizon, however much it is', () => {
    let horizon = 5;
    const { window, passed } = collect(10, () => horizon);
    for (let ts = 0; ts < 1000; ts += 1) window.add(0, ts, 0, false, Float64Array.of(ts), 1);
    expect(passed.length).toBe(6);
    horizon = Infinity;
    window.finish();
    expect(passed.map(({ ts }) => ts)).toEqual(Array.from({ length: 1000 }, (_, ts) => ts));
  });
});
