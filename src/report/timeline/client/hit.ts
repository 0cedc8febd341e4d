import { laneAt, type Layout } from './layout.js';
import { lowerBound, placeAt } from './lane-rows.js';
import type { RunData } from './run-data.js';
import type { Stretches } from './stretches.js';
import { timeAt, type View } from './view.js';

/** What is under a point of the picture. `row` is that of the decisions or balances, `stretch` that of the slices or waits. */
export type Hit =
  | { readonly kind: 'decision'; readonly row: number }
  | { readonly kind: 'balance'; readonly row: number }
  | { readonly kind: 'slice' | 'wait'; readonly lane: number; readonly stretch: number }
  | { readonly kind: 'lane'; readonly lane: number; readonly time: number };

/** How near a mark has to be, CSS pixels. */
export const REACH = 7;

/**
 * What lies at a point, x from the lanes' left edge and y from the first lane's top. A decision wins where one is near and
 * the point is among the marks, or lanes have no marks of their own; then a balance.
 *
 * @param rowAt row of a wait within its lane, and the height of a row
 */
export function hitAt(
  data: RunData, view: View, layout: Layout, x: number, y: number,
  waitRow?: { readonly of: (lane: number, wait: number) => number; readonly height: number },
): Hit | null {
  const place = laneAt(layout, y);
  if (place === null) return null;
  const { lane, zone } = place;
  const time = timeAt(view, x);
  if (zone === 'marks' || layout.marks === 0) {
    const row = nearestRow(data.decisions, lane, time, REACH * view.perPixel);
    if (row >= 0) return { kind: 'decision', row };
  }
  if (zone === 'marks') {
    const row = nearestRow(data.balances, lane, time, REACH * view.perPixel);
    if (row >= 0) return { kind: 'balance', row };
  }
  if (zone === 'wait') {
    const inside = y + layout.scroll - lane * layout.pitch - layout.run;
    const wanted = waitRow === undefined ? -1 : Math.floor(inside / waitRow.height);
    const stretch = waitAt(data.waits, lane, time, (i) => waitRow === undefined || waitRow.of(lane, i) === wanted);
    if (stretch >= 0) return { kind: 'wait', lane, stretch };
  }
  const stretch = sliceAt(data.slices, lane, time, view.perPixel);
  return stretch >= 0 && zone !== 'wait' ? { kind: 'slice', lane, stretch } : { kind: 'lane', lane, time };
}

/** The row of a lane that is nearest to a time; −1 where none is within reach. Of equally near ones the last. */
export function nearestRow(
  { ts, byLane }: Pick<RunData['decisions'], 'ts' | 'byLane'>, lane: number, time: number, reach: number,
): number {
  let [best, distance] = [-1, reach];
  for (let at = placeAt(byLane, lane, ts, time - reach); at < byLane.first[lane + 1]!; at += 1) {
    const row = byLane.rows[at]!;
    if (ts[row]! > time + reach) break;
    if (Math.abs(ts[row]! - time) > distance) continue;
    [best, distance] = [row, Math.abs(ts[row]! - time)];
  }
  return best;
}

/** Who runs on a CPU at a time, within a pixel; −1: nobody. */
export function sliceAt({ first, start, end }: Stretches, lane: number, time: number, reach: number): number {
  const after = lowerBound(start, time + reach, first[lane], first[lane + 1]);
  const at = after - 1;
  return at >= first[lane]! && end[at]! > time - reach ? at : -1;
}

/** The last to have come of those that wait on a CPU at a time and fit; −1: nobody. */
function waitAt({ first, start, end }: Stretches, lane: number, time: number, fits: (i: number) => boolean): number {
  for (let i = lowerBound(start, time, first[lane], first[lane + 1]) - 1, seen = 0; i >= first[lane]! && seen < 4096; i -= 1, seen += 1) {
    if (end[i]! > time && fits(i)) return i;
  }
  return -1;
}
