import { lowerBound } from './lane-rows.js';
import { MOVE_FORCE } from '../format/run.js';
import type { RunData } from './run-data.js';

/** The decision after or before one, in order of time; of none, the first or last of a stretch of time. −1: there is none. */
export function stepDecision({ decisions }: RunData, from: number, step: 1 | -1, start: number, end: number): number {
  const { ts, rows } = decisions;
  if (from >= 0) {
    const next = from + step;
    return next >= 0 && next < rows ? next : -1;
  }
  const first = lowerBound(ts, start);
  const last = lowerBound(ts, end) - 1;
  if (first > last) return -1;
  return step === 1 ? first : last;
}

/** The forced migration after or before a moment, as a row of the moves; −1: there is none. */
export function stepForced({ moves }: RunData, time: number, step: 1 | -1): number {
  const { ts, force, rows } = moves;
  let at = step === 1 ? lowerBound(ts, time + 1) : lowerBound(ts, time) - 1;
  while (at >= 0 && at < rows && force[at] === MOVE_FORCE.none) at += step;
  return at >= 0 && at < rows ? at : -1;
}
