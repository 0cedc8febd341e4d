import { describe, expect, it } from 'vitest';
import { fitScalings } from '../../src/libml/fit-scaling.js';
import { ONE } from '../../src/libml/integers.js';
import { scaleMatrix } from '../../src/libml/scale-matrix.js';
import { scaled, scalingOf } from '../../src/libml/scaling.js';

const RAW = { rows: 3, columns: ['delta', 'nr'], values: Float64Array.of(0, 1, 500, 2, 1_000_000_000, 3) };

describe('scaling a matrix', () => {
  it('is what the kernel computes, divided by 2^16, for the inputs in their order', () => {
    const inputs = [
      { name: 'nr', scaling: scalingOf('linear', 1, 3) },
      { name: 'delta', scaling: scalingOf('log2', 0, 10 ** 9) },
    ];
    const found = scaleMatrix(RAW, inputs);
    expect(found.columns).toEqual(['nr', 'delta']);
    const rows = [0, 1, 2].flatMap((row) => [
      scaled(inputs[0]!.scaling, RAW.values[2 * row + 1]!) / ONE,
      scaled(inputs[1]!.scaling, RAW.values[2 * row]!) / ONE,
    ]);
    expect([...found.values]).toEqual(rows);
    expect(() => scaleMatrix(RAW, [{ ...inputs[0]!, name: 'none' }])).toThrow('data set: columns: expected none, found delta, nr');
  });

  it('may be done in place where the columns are the inputs', () => {
    const inputs = fitScalings(RAW);
    const expected = scaleMatrix(RAW, inputs);
    const raw = { ...RAW, values: RAW.values.slice() };
    expect(scaleMatrix(raw, inputs, raw.values)).toEqual(expected);
    expect(() => scaleMatrix(raw, inputs.toReversed(), raw.values)).toThrow('in place');
  });
});

describe('fitting scalings', () => {
  it('takes the ends of the values, and a logarithm where the tail is heavy', () => {
    const [delta, nr] = fitScalings(RAW);
    expect(nr).toMatchObject({ name: 'nr', scaling: { kind: 'linear', lo: 1, hi: 3 } });
    expect(delta).toMatchObject({ name: 'delta', scaling: { kind: 'log2', lo: 0, hi: 1_000_000_000 } });
    expect(fitScalings(RAW, { kinds: new Map([['delta', 'linear']]) })[0]).toMatchObject({ scaling: { kind: 'linear' } });
  });

  it('clamps the share of the values that it is told, but not to nothing', () => {
    const raw = { rows: 1000, columns: ['a', 'b'], values: new Float64Array(2000) };
    for (let row = 0; row < 1000; row++) raw.values.set([row, row === 0 ? 1 : 0], 2 * row);
    const [a, b] = fitScalings(raw, { tail: 0.1 });
    expect(a!.scaling).toMatchObject({ lo: 99, hi: 900 });
    expect(b!.scaling).toMatchObject({ lo: 0, hi: 1 });
  });

  it('refuses what cannot be scaled, by name', () => {
    const with_ = (values: number[]): unknown => fitScalings({ rows: values.length, columns: ['a'], values: Float64Array.from(values) });
    expect(() => with_([1, 1])).toThrow('data set: a: expected a column that varies, found 1');
    expect(() => with_([])).toThrow('data set: a: expected a column that varies, found no rows');
    expect(() => with_([1, NaN])).toThrow('data set: row 1, a: expected a whole number');
    expect(() => with_([1, 1.5])).toThrow('data set: row 1, a: expected a whole number');
  });
});
