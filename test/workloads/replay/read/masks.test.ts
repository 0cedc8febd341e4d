import { describe, expect, it } from 'vitest';
import { MaskRows } from '../../../../src/workloads/replay/read/masks.js';

describe('MaskRows', () => {
  it('gives equal masks one row, whatever their order, and all CPUs row 0', () => {
    const masks = new MaskRows(3, [[2, 1], [0, 1, 2, 3], [5]]);
    expect(masks.row([1, 2])).toBe(1);
    expect([0, 1, 2, -1].map((row) => masks.recordedRow(row))).toEqual([1, 0, 0, 0]);
    expect(masks.rows).toEqual([
      [0, 1, 2],
      [1, 2],
    ]);
  });

  it('does not reorder the list that it is given', () => {
    const list = [1, 0];
    new MaskRows(4, []).row(list);
    expect(list).toEqual([1, 0]);
  });
});
