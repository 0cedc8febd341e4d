import type { Residual } from '../../calibration/types.js';
import { interval, plusMinus, relative, unitOfMetric } from '../format.js';

/** `±10 %`; `−4.1 … +12 %` where the kernel's own spread reaches further on one side; the bounds where the kernel has 0. */
export function toleranceOf({ metric, kernel, tolerance, toleranceFrom, toleranceLo, toleranceHi }: Residual): string {
  const even = toleranceFrom === undefined || toleranceFrom === 'limit';
  if (even || toleranceLo === undefined || toleranceHi === undefined) return plusMinus(tolerance);
  if (kernel === 0) return interval(toleranceLo, toleranceHi, unitOfMetric(metric));
  const [below, above] = [toleranceLo, toleranceHi].map((bound) => relative((bound - kernel) / kernel));
  return below!.slice(1) === above!.slice(1) ? plusMinus((toleranceHi - kernel) / kernel) : `${below!} … ${above!}`;
}

/** `kernel 1 200 … 1 350 in 5 recordings`, or nothing where there is one. */
export function kernelRangeOf({ metric, kernelRange }: Residual): string {
  if (kernelRange === undefined || kernelRange === null) return '';
  const { lo, hi, recordings } = kernelRange;
  return `kernel ${interval(lo, hi, unitOfMetric(metric))} in ${recordings} recordings`;
}
