import { describe, expect, it } from 'vitest';
import { hitAt } from '../../../../src/report/timeline/client/hit.js';
import { layoutOf } from '../../../../src/report/timeline/client/layout.js';
import { byLane, lowerBound, placeAt } from '../../../../src/report/timeline/client/lane-rows.js';
import { stepDecision, stepForced } from '../../../../src/report/timeline/client/steps.js';
import { waitRows } from '../../../../src/report/timeline/client/wait-rows.js';
import { smallRun } from './small-run.js';

const data = smallRun();
const view = { start: 0, perPixel: 1000 };
const layout = layoutOf(2, 36, 0, 1000);
const [inRun, inWait, inMarks] = [2, layout.run + 2, layout.run + layout.wait + 2];

describe('hitAt', () => {
  it('finds who runs', () => {
    expect(hitAt(data, view, layout, 150, inRun)).toEqual({ kind: 'slice', lane: 0, stretch: 0 });
    expect(hitAt(data, view, layout, 250, inRun)).toEqual({ kind: 'slice', lane: 0, stretch: 1 });
    expect(hitAt(data, view, layout, 950, inRun)).toEqual({ kind: 'lane', lane: 0, time: 950_000 });
  });

  it('finds who waits, by its row where rows are drawn', () => {
    expect(hitAt(data, view, layout, 160, inWait)).toEqual({ kind: 'wait', lane: 0, stretch: 0 });
    const rows = { of: (_lane: number, wait: number) => wait, height: 3 };
    expect(hitAt(data, view, layout, 160, inWait, rows)).toEqual({ kind: 'wait', lane: 0, stretch: 0 });
    expect(hitAt(data, view, layout, 160, inWait + 6, rows)).toEqual({ kind: 'lane', lane: 0, time: 160_000 });
  });

  it('finds a decision near the point, the nearest of several', () => {
    const marks = layout.pitch + inMarks;
    expect(hitAt(data, view, layout, 500, marks)).toEqual({ kind: 'decision', row: 0 });
    expect(hitAt(data, view, layout, 505, marks)).toEqual({ kind: 'decision', row: 0 });
    expect(hitAt(data, view, layout, 596, marks)).toEqual({ kind: 'decision', row: 1 });
    expect(hitAt(data, view, layout, 550, marks)).toMatchObject({ kind: 'lane' });
    // Where both are near, a balance only if no decision is within reach.
    expect(hitAt(data, view, layout, 612, marks)).toEqual({ kind: 'balance', row: 1 });
    // Among who runs a decision is not meant, unless the lanes are too flat for marks of their own.
    expect(hitAt(data, view, layout, 500, layout.pitch + inRun)).toMatchObject({ kind: 'lane' });
    const flat = layoutOf(2, 8, 0, 1000);
    expect(hitAt(data, view, flat, 500, flat.pitch + 1)).toEqual({ kind: 'decision', row: 0 });
  });

  it('finds nothing between and below lanes', () => {
    expect(hitAt(data, view, layout, 10, layout.pitch - 1)).toBeNull();
    expect(hitAt(data, view, layout, 10, 5000)).toBeNull();
  });
});

describe('rows by lane', () => {
  it('keep their order, and leave out what has no lane', () => {
    const found = byLane([1, 0, 1, -1, 7, 0], 2);
    expect([...found.first]).toEqual([0, 2, 4]);
    expect([...found.rows]).toEqual([1, 5, 0, 2]);
    expect(placeAt(found, 1, [10, 20, 30, 40, 50, 60], 11)).toBe(3);
  });

  it('are found by halving', () => {
    const values = [1, 3, 3, 8];
    expect([0, 1, 2, 3, 4, 9].map((wanted) => lowerBound(values, wanted))).toEqual([0, 0, 1, 1, 3, 4]);
  });
});

describe('steps', () => {
  it('go from decision to decision, and begin with what is in sight', () => {
    expect(stepDecision(data, -1, 1, 0, 1e6)).toBe(0);
    expect(stepDecision(data, -1, -1, 0, 1e6)).toBe(1);
    expect(stepDecision(data, -1, 1, 550_000, 1e6)).toBe(1);
    expect(stepDecision(data, -1, 1, 0, 100)).toBe(-1);
    expect(stepDecision(data, 0, 1, 0, 0)).toBe(1);
    expect(stepDecision(data, 1, 1, 0, 0)).toBe(-1);
  });

  it('go from forced migration to forced migration', () => {
    expect(stepForced(data, 0, 1)).toBe(1);
    expect(stepForced(data, data.moves.ts[1]!, 1)).toBe(-1);
    expect(stepForced(data, 1e6, -1)).toBe(1);
    expect(stepForced(data, data.moves.ts[1]!, -1)).toBe(-1);
  });
});

describe('rows of waits', () => {
  it('are as low as they can be, and never shared', () => {
    const [start, end] = [[0, 1, 2, 5, 6], [5, 3, 9, 7, 8]].map((values) => Float64Array.from(values)) as [Float64Array, Float64Array];
    expect([...waitRows(start, end, 0, 5)]).toEqual([0, 1, 2, 0, 1]);
    expect([...waitRows(start, end, 2, 4)]).toEqual([0, 1]);
  });
});
