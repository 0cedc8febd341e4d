import { describe, expect, it } from 'vitest';
import { unpairedInterval } from '../../../src/experiment/stats/unpaired.js';

const around = (centre: number, n: number): number[] => Array.from({ length: n }, (_, i) => centre + ((i * 7) % 11) - 5);

describe('unpairedInterval', () => {
  it('is Welch’s with the smaller sample’s degrees of freedom where there are many', () => {
    const [a, b] = [around(100, 22), around(90, 33)];
    const { lo, hi } = unpairedInterval(a, b, 0)!;
    // s² = 11 · 10 / 11 corrected by n/(n−1); t(21) at 95 % is 2.0796.
    const [va, vb] = [(10 * 22) / 21, (10 * 33) / 32];
    const half = 2.0796 * Math.sqrt(va / 22 + vb / 33);
    expect(hi - lo).toBeCloseTo(2 * half, 3);
    expect((lo + hi) / 2).toBeCloseTo(10, 9);
  });

  it('is no narrower than either way where there are few, and the same each time', () => {
    const few = unpairedInterval([1, 2, 3], [1, 2, 9], 0)!;
    expect(few).toEqual(unpairedInterval([1, 2, 3], [1, 2, 9], 0));
    expect(few.lo).toBeLessThanOrEqual(-8);
    expect(few.hi).toBeGreaterThan(0);
  });

  it('is none where a side has one value', () => {
    expect(unpairedInterval([1], [1, 2], 0)).toBeNull();
  });
});
