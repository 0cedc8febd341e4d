import { describe, expect, it } from 'vitest';
import { layoutOf, topOf } from '../../../../src/report/timeline/client/layout.js';
import { LanePainter, type ColourBy } from '../../../../src/report/timeline/client/lane-painter.js';
import { DARK, LIGHT, pixel, SHADES, shades } from '../../../../src/report/timeline/client/palette.js';
import { runData } from '../../../../src/report/timeline/client/run-data.js';
import { PackedRun } from '../../../../src/report/timeline/format/pack.js';
import { timelineRun } from '../../../../src/report/timeline/build/run.js';
import { busyBundle } from '../busy-bundle.js';
import { smallRun } from './small-run.js';

const data = smallRun();
const WIDTH = 1000;
const layout = layoutOf(2, 56, 0, 200);
const task = (pid: number): number => data.header.tasks.findIndex((one) => one.pid === pid);

/** The picture of the small run: a pixel is 1 µs. */
function painted(by: ColourBy, palette = LIGHT): (x: number, y: number) => number {
  const picture = { pixels: new Uint32Array(WIDTH * 200), width: WIDTH, height: 200 };
  new LanePainter(data, by, LIGHT.tasks.length).paint(picture, { start: 0, perPixel: 1000 }, layout, palette);
  return (x, y) => picture.pixels[y * WIDTH + x]!;
}

const full = (colour: string, palette = LIGHT): number => shades(palette.lane, colour)[SHADES]!;

describe('LanePainter', () => {
  it('paints known stretches at known places in the colours of their tasks', () => {
    const at = painted('task');
    const lane = pixel(LIGHT.lane);
    expect(at(50, 3)).toBe(lane);
    expect(at(101, 3)).toBe(full(LIGHT.tasks[task(7) % 10]!));
    expect(at(199, 3)).toBe(full(LIGHT.tasks[task(7) % 10]!));
    expect(at(201, 3)).toBe(full(LIGHT.tasks[task(8) % 10]!));
    expect(at(899, 3)).toBe(full(LIGHT.tasks[task(8) % 10]!));
    expect(at(901, 3)).toBe(lane);
    const second = topOf(layout, 1) + 3;
    expect(at(460, second)).toBe(full(LIGHT.tasks[task(7) % 10]!));
    expect(at(480, second)).toBe(lane);
    // Between lanes is the ground.
    expect(at(150, layout.pitch - 1)).toBe(pixel(LIGHT.ground));
  });

  it('paints who waits below, hot while it ran there lately', () => {
    const at = painted('task');
    const y = layout.run + 1;
    // 8 comes at 150 µs and has not run there: cold. 7 is preempted at 200 µs: hot until it is moved at 400 µs.
    expect(at(160, y)).toBe(pixel(LIGHT.waitCold));
    expect(at(210, y)).toBe(pixel(LIGHT.waitHot));
    expect(at(399, y)).toBe(pixel(LIGHT.waitHot));
    expect(at(50, y)).toBe(pixel(LIGHT.lane));
    // From 300 µs on 9 waits too, in a row of its own below 7, and in the first once 7 has gone.
    const unit = Math.floor(layout.wait / 3);
    expect(at(350, y + unit)).toBe(pixel(LIGHT.waitCold));
    expect(at(250, y + unit)).toBe(pixel(LIGHT.lane));
  });

  it('can tell heat by colour', () => {
    const at = painted('heat');
    // Both had not run there since they came.
    expect(at(150, 3)).toBe(full(LIGHT.heat[2]));
    expect(at(500, 3)).toBe(full(LIGHT.heat[2]));
  });

  it('has the dark palette where it is asked for', () => {
    const at = painted('task', DARK);
    expect(at(150, 3)).toBe(full(DARK.tasks[task(7) % 10]!, DARK));
    expect(at(50, 3)).toBe(pixel(DARK.lane));
  });

  it('shows from afar how much of the time a CPU is busy', () => {
    const busy = runData(new PackedRun(timelineRun(busyBundle(2, 20_000, 1), { label: 'busy', window: {}, parting: null }).packed));
    const picture = { pixels: new Uint32Array(100 * 60), width: 100, height: 60 };
    const flat = layoutOf(2, 22, 0, 60);
    new LanePainter(busy, 'task', 10).paint(picture, { start: 0, perPixel: busy.length / 100 }, flat, LIGHT);
    const colours = new Set(LIGHT.tasks.map((colour) => full(colour)));
    for (let x = 0; x < 99; x += 1) expect(colours.has(picture.pixels[2 * 100 + x]!), `column ${x}`).toBe(true);
  });
});

describe('shades', () => {
  it('go from the ground to the colour, and what is there is to be seen', () => {
    const steps = shades('#ffffff', '#000000');
    expect(steps[0]).toBe(pixel('#ffffff'));
    expect(steps[SHADES]).toBe(pixel('#000000'));
    expect(steps[1]! & 0xff).toBeLessThan(210);
  });
});
