/** How lanes lie below each other, CSS pixels. A lane, from its top: who runs, who waits, what balancing does. */
export interface Layout {
  readonly lanes: number;
  /** Height of a lane with the gap below it. */
  readonly pitch: number;
  readonly run: number;
  readonly wait: number;
  readonly marks: number;
  /** How far the lanes are scrolled up. */
  readonly scroll: number;
}

/** Left of the lanes, for the CPUs' numbers. */
export const GUTTER = 40;
/** Above the lanes, for the time. */
export const AXIS = 22;
const GAP = 2;
export const HEIGHTS: readonly number[] = [8, 14, 22, 36, 56, 88];

/** @param height of a lane, one of HEIGHTS */
export function layoutOf(lanes: number, height: number, scroll: number, room: number): Layout {
  const pitch = height + GAP;
  const marks = height < 14 ? 0 : Math.max(6, Math.round(height * 0.22));
  const run = height < 14 ? Math.ceil(height * 0.6) : Math.round((height - marks) * 0.45);
  const most = Math.max(0, lanes * pitch - room);
  return { lanes, pitch, run, marks, wait: height - marks - run, scroll: Math.min(Math.max(scroll, 0), most) };
}

/** The largest height at which all lanes are to be seen, or the least that still shows marks. */
export function heightFor(lanes: number, room: number): number {
  return HEIGHTS.findLast((height) => lanes * (height + GAP) <= room) ?? HEIGHTS[0]!;
}

/** Top of a lane below the axis. */
export function topOf({ pitch, scroll }: Layout, lane: number): number {
  return lane * pitch - scroll;
}

export type Zone = 'run' | 'wait' | 'marks';

/** What lies at a height below the axis; null between lanes and beside them. */
export function laneAt(layout: Layout, y: number): { readonly lane: number; readonly zone: Zone } | null {
  const lane = Math.floor((y + layout.scroll) / layout.pitch);
  if (lane < 0 || lane >= layout.lanes) return null;
  const inside = y - topOf(layout, lane);
  if (inside < layout.run) return { lane, zone: 'run' };
  if (inside < layout.run + layout.wait) return { lane, zone: 'wait' };
  return inside < layout.run + layout.wait + layout.marks ? { lane, zone: 'marks' } : null;
}
