import { describe, expect, it } from 'vitest';
import { inTimeOrder } from '../../../src/sim/records/time-order.js';

const table = (ts: number[], seq: number[], x: number[]) => ({ rows: ts.length, columns: { ts, seq, x } });

describe('inTimeOrder', () => {
  it('sorts each table by time, keeps the order of equals, and numbers the rows over all tables', () => {
    const out = inTimeOrder({ a: table([5, 3, 9], [0, 2, 3], [1, 2, 3]), b: table([4, 5], [1, 4], [7, 8]) });
    expect(Array.from(out.a.columns['ts']!)).toEqual([3, 5, 9]);
    expect(Array.from(out.a.columns['x']!)).toEqual([2, 1, 3]);
    expect(Array.from(out.a.columns['seq']!)).toEqual([0, 2, 4]);
    expect(Array.from(out.b.columns['seq']!)).toEqual([1, 3]);
  });
});
