import type { ConfrontVerdict, SideDifference } from '../../kernel-validation/confront/types.js';
import { interval, relative } from '../format.js';
import { VERDICT_MARKS, type VerdictMark } from '../verdict-marks.js';

/** How a verdict of a confrontation looks: as the one of a calibration that says as much. */
export const CONFRONT_MARKS: Readonly<Record<ConfrontVerdict, VerdictMark>> = {
  refuted: VERDICT_MARKS.fail,
  undecided: VERDICT_MARKS.undecided,
  confirmed: VERDICT_MARKS.pass,
};

/** `+4.2 %`, or where stock did none the difference as it is. */
export function differenceText(side: SideDifference, show: (value: number) => string): string {
  return side.relative === null ? show(side.difference) : relative(side.relative);
}

/** `+3.1 … +5.0 %` */
export function intervalText({ relative: share, relativeLo, relativeHi, lo, hi }: SideDifference, unit: string): string {
  if (share === null || relativeLo === null || relativeHi === null) return interval(lo, hi, unit);
  return `${relative(relativeLo)} … ${relative(relativeHi)}`;
}
