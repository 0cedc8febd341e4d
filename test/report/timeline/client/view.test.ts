import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centre, clamp, duration, fit, moment, pan, pixelOf, ticks, timeAt, zoom, type View } from '../../../../src/report/timeline/client/view.js';

const EXTENT = { from: 0, to: 1e9 };
const WIDTH = 800;
const views = fc.record({ start: fc.double({ min: 0, max: 9e8, noNaN: true }), perPixel: fc.double({ min: 0.5, max: 1.25e6, noNaN: true }) }).map((view) => clamp(view, EXTENT, WIDTH));

function inside({ start, perPixel }: View): void {
  expect(start).toBeGreaterThanOrEqual(0);
  expect(start + WIDTH * perPixel).toBeLessThanOrEqual(1e9 * (1 + 1e-12) + 1);
}

describe('a view', () => {
  it('shows the whole run at first, and never more', () => {
    expect(fit(EXTENT, WIDTH)).toEqual({ start: 0, perPixel: 1.25e6 });
    expect(zoom(fit(EXTENT, WIDTH), 0.1, 5, EXTENT, WIDTH)).toEqual(fit(EXTENT, WIDTH));
  });

  it('keeps what is under the pointer there when it is zoomed, and stays inside', () => {
    fc.assert(
      fc.property(views, fc.double({ min: 1, max: 4, noNaN: true }), fc.integer({ min: 0, max: WIDTH }), (view, factor, x) => {
        const closer = zoom(view, factor, x, EXTENT, WIDTH);
        inside(closer);
        expect(Math.abs(timeAt(closer, x) - timeAt(view, x))).toBeLessThan(1e-3 * closer.perPixel + 1e-3);
      }),
    );
  });

  it('moves by pixels and stops at the ends', () => {
    fc.assert(
      fc.property(views, fc.integer({ min: -5000, max: 5000 }), (view, pixels) => {
        const moved = pan(view, pixels, EXTENT, WIDTH);
        inside(moved);
        expect(moved.perPixel).toBe(view.perPixel);
        expect(Math.abs(moved.start - view.start)).toBeLessThanOrEqual(Math.abs(pixels) * view.perPixel + 1e-3);
      }),
    );
    expect(pixelOf(centre({ start: 0, perPixel: 1000 }, 5e8, EXTENT, WIDTH), 5e8)).toBe(400);
  });

  it('goes no closer than half a nanosecond a pixel', () => {
    expect(zoom({ start: 0, perPixel: 1 }, 1000, 0, EXTENT, WIDTH).perPixel).toBe(0.5);
  });
});

describe('ticks', () => {
  it('are round, apart, and within the picture', () => {
    fc.assert(
      fc.property(views, (view) => {
        const found = ticks(view, WIDTH);
        expect(found.length).toBeLessThanOrEqual(WIDTH / 90 + 1);
        for (const [i, { time }] of found.entries()) {
          expect(time).toBeGreaterThanOrEqual(view.start - 1e-6 * view.perPixel);
          expect(pixelOf(view, time)).toBeLessThanOrEqual(WIDTH + 1e-6);
          if (i > 0) expect(pixelOf(view, time) - pixelOf(view, found[i - 1]!.time)).toBeGreaterThan(90);
        }
      }),
    );
  });

  it('say the time in a unit that fits the step', () => {
    expect(ticks({ start: 0, perPixel: 1.25e6 }, WIDTH).map(({ label }) => label)).toEqual(['0 ms', '200 ms', '400 ms', '600 ms', '800 ms', '1000 ms']);
    expect(ticks({ start: 1000, perPixel: 1 }, 250).map(({ label }) => label)).toEqual(['1000 ns', '1100 ns', '1200 ns']);
  });
});

describe('times in words', () => {
  it('have four digits, or all of them', () => {
    expect([duration(0), duration(999), duration(1234567), duration(5e9), duration(-1500)]).toEqual(['0 ns', '999 ns', '1.235 ms', '5 s', '-1.5 µs']);
    expect(moment(1_000_000_001)).toBe('1.000000001 s');
  });
});
