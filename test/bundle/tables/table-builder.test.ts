import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TableBuilder } from '../../../src/bundle/tables/table-builder.js';
import type { ColumnSpec } from '../../../src/sim/records/records.js';

const COLUMNS: readonly ColumnSpec[] = [
  { name: 'ts', type: 'int64', doc: '' },
  { name: 'small', type: 'int16', doc: '' },
  { name: 'reason', type: 'int8', doc: '' },
];

describe('TableBuilder', () => {
  it('orders rows by time and leaves those of equal time as they came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 3000 }), (times) => {
        const builder = new TableBuilder(COLUMNS);
        times.forEach((ts, i) => expect(builder.add([ts, i, 0])).toBe(''));
        const { table, disordered } = builder.finish();
        const expected = times.map((ts, i) => [ts, i] as const).sort(([a, i], [b, j]) => a - b || i - j);
        expect(Array.from(table.columns['ts']!)).toEqual(expected.map(([ts]) => ts));
        expect(Array.from(table.columns['small']!)).toEqual(expected.map(([, i]) => i));
        expect(disordered === 0).toBe(times.every((ts, i) => i === 0 || ts >= times[i - 1]!));
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [[0, 0x8000, 0], 'small'],
    [[0, Number.NaN, 0], 'small'],
    [[2 ** 63, 0, 0], 'ts'],
    [[0, 0, 6], 'reason'],
    [[0, 0, -2], 'reason'],
  ])('refuses the row %j', (row, column) => {
    const builder = new TableBuilder(COLUMNS);
    expect(builder.add(row)).toBe(column);
    expect(builder.add([1, 2, 3])).toBe('');
    expect(builder.finish().table).toMatchObject({ rows: 1 });
  });
});
