import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Levels, type Leaves } from '../../../../src/report/timeline/client/levels.js';

/** Stretches with gaps and lengths and colours as given; `over` lets them lie over each other. */
function leavesOf(rows: ReadonlyArray<readonly [gap: number, length: number, colour: number]>, over = false): Leaves {
  let at = 0;
  const spans = rows.map(([gap, length]) => {
    const start = at + gap;
    at = over ? start : start + length;
    return [start, start + length] as const;
  });
  const [start, end] = [0, 1].map((i) => Float64Array.from(spans, (span) => span[i]!)) as [Float64Array, Float64Array];
  return { start, end, colour: Uint8Array.from(rows, (row) => row[2]), part: null };
}

interface Met {
  readonly start: number;
  readonly end: number;
  readonly total: number;
  readonly part: number;
  readonly colour: number;
  readonly leaf: number;
}

function visit(leaves: Leaves, from: number, to: number, width: number, first = 0, last = leaves.start.length): Met[] {
  const met: Met[] = [];
  new Levels(leaves, first, last).visit(from, to, width, { visit: (start, end, total, part, colour, leaf) => void met.push({ start, end, total, part, colour, leaf }) });
  return met;
}

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 3 })), { maxLength: 400 });

describe('levels of detail', () => {
  it('show every stretch by itself where there is room', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (given, over) => {
        const leaves = leavesOf(given, over);
        expect(visit(leaves, -1, 1e9, 0).map(({ leaf }) => leaf)).toEqual(given.map((_, i) => i));
      }),
    );
  });

  it('have all the time that the stretches have, at every width', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 10_000 }), fc.boolean(), (given, width, over) => {
        const met = visit(leavesOf(given, over), -1, 1e9, width);
        expect(met.reduce((sum, { total }) => sum + total, 0)).toBe(given.reduce((sum, [, length]) => sum + length, 0));
        for (const { start, end, part, total, leaf } of met) {
          expect(leaf >= 0 || end - start <= width).toBe(true);
          expect(part).toBeLessThanOrEqual(total);
        }
      }),
    );
  });

  it('leave out nothing that touches the window', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 3000 }), (given, from, length) => {
        const leaves = leavesOf(given, true);
        const wanted = given.map((_, i) => i).filter((i) => leaves.end[i]! > from && leaves.start[i]! < from + length);
        expect(visit(leaves, from, from + length, 0).map(({ leaf }) => leaf)).toEqual(wanted);
      }),
    );
  });

  it('say the colour that has most of the time', () => {
    const leaves = leavesOf([[0, 10, 1], [0, 4, 2], [0, 5, 2], [0, 4, 2]]);
    expect(visit(leaves, 0, 100, 100)).toEqual([{ start: 0, end: 23, total: 23, part: 13, colour: 2, leaf: -1 }]);
  });

  it('cost the picture and not the stretches', () => {
    const leaves = leavesOf(Array.from({ length: 100_000 }, () => [1, 9, 0] as const));
    // A thousand pixels for a million ns.
    expect(visit(leaves, 0, 1e6, 1000).length).toBeLessThan(8 * 1000 * 2);
  });

  it('are of one lane', () => {
    const leaves = leavesOf([[0, 10, 0], [0, 10, 1], [0, 10, 2], [0, 10, 3]]);
    expect(visit(leaves, 0, 100, 0, 1, 3).map(({ leaf }) => leaf)).toEqual([1, 2]);
    expect(visit(leaves, 0, 100, 0, 2, 2)).toEqual([]);
  });
});
