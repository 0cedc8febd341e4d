import type { BundleContents } from '../../../bundle/tables/contents.js';
import type { TableData } from '../../../sim/records/records.js';

/** A part of a run, ns of its clock. */
export interface Window {
  readonly startNs: number;
  readonly endNs: number;
}

/** What a page holds of one run at most, so that it opens quickly: a window that has more ends earlier. */
export const MOST_STRETCHES = 4_000_000;
const MOST_DECISIONS = 250_000;
const MOST_BALANCES = 500_000;

/** The window as it was asked for, cut where it would hold too many decisions or balances. */
export function fittingWindow({ manifest, tables }: BundleContents, asked: Partial<Window>): Window {
  const startNs = asked.startNs ?? 0;
  const wanted = Math.max(startNs, Math.min(asked.endNs ?? Infinity, manifest.durationNs));
  return {
    startNs,
    endNs: Math.min(endWithin(tables.decisions, startNs, wanted, MOST_DECISIONS), endWithin(tables.balances, startNs, wanted, MOST_BALANCES)),
  };
}

/** First and last row, which is no longer part of it, of a table within a window. */
export function rowsWithin({ columns, rows }: TableData, { startNs, endNs }: Window): readonly [number, number] {
  const ts = columns['ts']!;
  return [firstAt(ts, rows, startNs), firstAt(ts, rows, endNs + 1)];
}

function endWithin(table: TableData, startNs: number, endNs: number, most: number): number {
  const [first, last] = rowsWithin(table, { startNs, endNs });
  return last - first <= most ? endNs : table.columns['ts']![first + most]! - 1;
}

/** The first row at or after a time. */
function firstAt(ts: ArrayLike<number>, rows: number, at: number): number {
  let [low, high] = [0, rows];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ts[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
