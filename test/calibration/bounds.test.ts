import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfOf, reach, toleranceOf } from '../../src/calibration/bounds.js';
import { ENOUGH } from '../../src/calibration/seed-spread.js';

describe('a tolerance', () => {
  it('is the limit where nothing is wider', () => {
    expect(toleranceOf(100, 0.1, null, null)).toEqual({ lo: 90, hi: 110, from: 'limit' });
    expect(toleranceOf(100, 0.1, { lo: 91, hi: 109, recordings: 5 }, 0.05)).toEqual({ lo: 90, hi: 110, from: 'limit' });
    expect(toleranceOf(0, 0.1, null, null)).toEqual({ lo: 0, hi: 0, from: 'limit' });
  });

  it('reaches as far as the recordings do, on the side where they do', () => {
    expect(toleranceOf(100, 0.1, { lo: 99, hi: 130, recordings: 5 }, null)).toEqual({ lo: 90, hi: 130, from: 'seeds' });
    expect(toleranceOf(0, 0.1, { lo: 0, hi: 7, recordings: 2 }, null)).toEqual({ lo: 0, hi: 7, from: 'seeds' });
  });

  it('hears the blocks where there are too few recordings, and only there', () => {
    const few = { lo: 80, hi: 105, recordings: ENOUGH - 1 };
    expect(toleranceOf(100, 0.1, few, 0.15)).toEqual({ lo: 80, hi: 115, from: 'blocks' });
    expect(toleranceOf(100, 0.1, { ...few, recordings: ENOUGH }, 0.15)).toEqual({ lo: 80, hi: 110, from: 'seeds' });
    expect(toleranceOf(100, 0.1, null, 0.3)).toEqual({ lo: 70, hi: 130, from: 'blocks' });
  });

  it('is never tighter than the limit or the range, and no wider than the widest', () => {
    const figure = fc.double({ min: 0, max: 1000, noNaN: true });
    fc.assert(
      fc.property(figure, figure, figure, fc.integer({ min: 2, max: 9 }), fc.option(fc.double({ min: 0, max: 2, noNaN: true })), (kernel, a, b, n, blocks) => {
        const seeds = { lo: Math.min(kernel, a, b), hi: Math.max(kernel, a, b), recordings: n };
        const { lo, hi } = toleranceOf(kernel, 0.1, seeds, blocks);
        const heard = n < ENOUGH ? (blocks ?? 0) : 0;
        const half = Math.max(0.1, heard) * kernel;
        expect(lo).toBe(Math.min(seeds.lo, kernel - half));
        expect(hi).toBe(Math.max(seeds.hi, kernel + half));
      }),
      { seed: 7 },
    );
  });

  it('is told as how far an error may go in its direction', () => {
    const bounds = { lo: 80, hi: 150 };
    expect(reach(bounds, 100, 120)).toBeCloseTo(0.5, 12);
    expect(reach(bounds, 100, 99)).toBeCloseTo(0.2, 12);
    expect(reach(bounds, 0, 99)).toBeNull();
    expect(halfOf(bounds, 100)).toBeCloseTo(0.35, 12);
    expect(halfOf(bounds, 0)).toBeNull();
  });
});
