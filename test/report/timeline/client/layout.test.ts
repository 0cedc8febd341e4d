import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heightFor, HEIGHTS, laneAt, layoutOf, topOf } from '../../../../src/report/timeline/client/layout.js';

describe('lanes', () => {
  it('have all their height, part by part', () => {
    for (const height of HEIGHTS) {
      const { run, wait, marks, pitch } = layoutOf(8, height, 0, 1000);
      expect(run + wait + marks).toBe(height);
      expect(Math.min(run, wait)).toBeGreaterThan(1);
      expect(pitch).toBeGreaterThan(height);
    }
  });

  it('are found where they are drawn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.constantFrom(...HEIGHTS), fc.integer({ min: 0, max: 9000 }), fc.nat(255), (lanes, height, scroll, lane) => {
        const layout = layoutOf(lanes, height, scroll, 600);
        fc.pre(lane < lanes);
        const top = topOf(layout, lane);
        expect(laneAt(layout, top)).toEqual({ lane, zone: 'run' });
        expect(laneAt(layout, top + layout.run)).toEqual({ lane, zone: 'wait' });
        if (layout.marks > 0) expect(laneAt(layout, top + layout.run + layout.wait)).toEqual({ lane, zone: 'marks' });
        expect(laneAt(layout, top + height)).toBeNull();
      }),
    );
  });

  it('are not scrolled past their end', () => {
    expect(layoutOf(256, 8, 1e6, 600).scroll).toBe(256 * 10 - 600);
    expect(layoutOf(8, 8, 50, 600).scroll).toBe(0);
    expect(laneAt(layoutOf(2, 8, 0, 600), 100)).toBeNull();
  });

  it('are as high as the room lets them', () => {
    expect(heightFor(8, 600)).toBe(56);
    expect(heightFor(64, 600)).toBe(8);
    expect(heightFor(256, 600)).toBe(8);
  });
});
