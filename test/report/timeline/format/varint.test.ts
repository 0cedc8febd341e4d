import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteSink, decodeColumn, encodeColumn } from '../../../../src/report/timeline/format/varint.js';

const exact = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });

describe('columns as bytes', () => {
  it('come back as they were, whatever the integers', () => {
    fc.assert(
      fc.property(fc.array(exact), fc.boolean(), (values, delta) => {
        const back = new Float64Array(values.length);
        decodeColumn(encodeColumn(values, delta), delta, back);
        expect([...back]).toEqual(values.map((value) => value + 0));
      }),
    );
  });

  it('hold every safe integer', () => {
    const values = [0, 1, -1, 63, 64, -64, 127, 2 ** 31, -(2 ** 32), Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER];
    const back = new Float64Array(values.length);
    decodeColumn(encodeColumn(values, false), false, back);
    expect([...back]).toEqual(values);
  });

  it('are short for small integers', () => {
    expect(encodeColumn([0, 63, -63], false)).toHaveLength(3);
    expect(encodeColumn([64, 8191], false)).toHaveLength(4);
    expect(encodeColumn([1e15, 1e15 + 1, 1e15 + 2], true)).toHaveLength(8 + 1 + 1);
  });

  it('refuse what is no integer, and bytes that end too early', () => {
    expect(() => new ByteSink().put(0.5)).toThrow(RangeError);
    expect(() => new ByteSink().put(2 ** 53)).toThrow(RangeError);
    const bytes = encodeColumn([1000, 2000], false);
    expect(() => decodeColumn(bytes.subarray(0, 3), false, new Float64Array(2))).toThrow(RangeError);
  });
});
