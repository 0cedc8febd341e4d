import { Stream } from '../../sim/engine/rng.js';
import type { LabelledCalls } from './calls.js';

/** Which part of the data set a row belongs to. */
export const TRAIN = 0;
export const TEST = 1;

/**
 * Splits the calls of a recording in time: of the rows that are kept, the last `holdOut` go to the test part, at a
 * boundary between two time stamps. Neighbouring rows of a series are near copies of each other, and the label of an
 * early one may be known by what comes after the boundary; so rows of the training part whose series goes on in the test
 * part are left out.
 *
 * @param part filled: `TRAIN` or `TEST`
 * @returns rows left out
 */
export function splitInTime(calls: LabelledCalls, holdOut: number, part: Uint8Array): number {
  const { rows, kept, ts, series } = calls;
  if (holdOut === 0) return 0;
  let candidates = 0;
  for (let row = 0; row < rows; row += 1) candidates += kept[row]!;
  let before = candidates - Math.floor(holdOut * candidates);
  let boundary = Infinity;
  for (let row = 0; row < rows && boundary === Infinity; row += 1) {
    if (kept[row] === 0) continue;
    if (before === 0) boundary = ts[row]!;
    before -= 1;
  }
  const goesOn = new Set<number>();
  for (let row = 0; row < rows; row += 1) {
    if (ts[row]! < boundary) continue;
    part[row] = TEST;
    if (kept[row] === 1) goesOn.add(series[row]!);
  }
  let left = 0;
  for (let row = 0; row < rows; row += 1) {
    if (kept[row] === 0 || part[row] === TEST || !goesOn.has(series[row]!)) continue;
    kept[row] = 0;
    left += 1;
  }
  return left;
}

/**
 * Leaves as many rows of each class in a part of a recording: all of the rarer class, and of the other a sample without
 * replacement (selection sampling, Knuth's algorithm S), in order. Where one class is missing, no row is left.
 *
 * @returns rows left out
 */
export function balanceEvenly(calls: LabelledCalls, part: Uint8Array, which: number, stream: Stream): number {
  const { rows, kept, label } = calls;
  const counts = [0, 0];
  const isCandidate = (row: number): boolean => kept[row] === 1 && part[row] === which;
  for (let row = 0; row < rows; row += 1) if (isCandidate(row)) counts[label[row]!]! += 1;
  const wanted = Math.min(counts[0]!, counts[1]!);
  const need = [wanted, wanted];
  const remaining = [...counts];
  let left = 0;
  for (let row = 0; row < rows; row += 1) {
    if (!isCandidate(row)) continue;
    const own = label[row]!;
    const takes = need[own] === remaining[own] || (need[own]! > 0 && stream.below(remaining[own]!) < need[own]!);
    remaining[own]! -= 1;
    if (takes) {
      need[own]! -= 1;
      continue;
    }
    kept[row] = 0;
    left += 1;
  }
  return left;
}
