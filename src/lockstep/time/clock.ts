import type { BundleContents } from '../../bundle/tables/contents.js';
import { CLOCK_BASE } from '../../sim/kernel/kernel.js';

/** How the trace's time stamps become the kernel's sched_clock(): clock(ts) = ts − offset + ts · rate. */
export interface ClockFit {
  /** ns */
  readonly offsetNs: number;
  /** Parts per million by which the kernel's clock runs faster than the stamps. */
  readonly ppm: number;
  /** Records that it rests on; 0: the recording shows no clock, and any offset will do. */
  readonly records: number;
}

/** Below these a rate cannot be told from the scatter. */
const MIN_SPAN_NS = 4e8;
const MIN_RECORDS = 40;

/**
 * Fits sched_clock() to the time stamps by the records that show both: a record is made after its clock was read, so the
 * least of ts − clock is nearest to the offset. Both ends of the recording give the rate, which is rounded to whole ppm:
 * that is the grain with which a kernel calibrates its clock.
 */
export function fitClock(contents: BundleContents): ClockFit {
  const { decisions } = contents.tables;
  const { ts, clock_task: clock } = decisions.columns as Record<'ts' | 'clock_task', ArrayLike<number>>;
  // The model's clock counts from CLOCK_BASE: with an earlier one every CPU would seem busy.
  // Of calls that kprobes show no clock is known: -1 stands for it.
  const shown = Array.from({ length: decisions.rows }, (_, row) => row).filter((row) => clock[row] !== -1);
  if (shown.length === 0) return { offsetNs: -2 * CLOCK_BASE, ppm: 0, records: 0 };
  const start = ts[shown[0]!]!;
  const span = ts[shown.at(-1)!]! - start;
  const quarter = span / 4;
  let [least, first, last] = [Infinity, Infinity, Infinity];
  let [inFirst, inLast] = [0, 0];
  for (const row of shown) {
    const lag = ts[row]! - clock[row]!;
    least = Math.min(least, lag);
    if (ts[row]! < start + quarter) [first, inFirst] = [Math.min(first, lag), inFirst + 1];
    if (ts[row]! > start + span - quarter) [last, inLast] = [Math.min(last, lag), inLast + 1];
  }
  if (span < MIN_SPAN_NS || inFirst < MIN_RECORDS || inLast < MIN_RECORDS) {
    return { offsetNs: least, ppm: 0, records: shown.length };
  }
  const ppm = Math.round(((first - last) * 1e6) / (span - quarter));
  let offset = Infinity;
  for (const row of shown) offset = Math.min(offset, ts[row]! + (ts[row]! * ppm) / 1e6 - clock[row]!);
  return { offsetNs: offset, ppm, records: shown.length };
}

/** Ticks in a second of the stamps, for `hz` in one of the kernel's clock. */
export function tickRate({ ppm }: ClockFit, hz: number): number {
  return hz * (1 + ppm / 1e6);
}

/** sched_clock() at a time stamp, whole ns. */
export function clockAt(fit: ClockFit, ts: number): number {
  return Math.round(ts - fit.offsetNs + (ts * fit.ppm) / 1e6);
}
