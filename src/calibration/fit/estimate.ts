/** An estimate of a time from many observations of it, ns. */
export interface Estimate {
  readonly value: number;
  /** 95 % interval; null where there are too few observations to tell. */
  readonly lo: number | null;
  readonly hi: number | null;
  readonly n: number;
}

/** Fewer observations than this say nothing. */
export const FEWEST = 20;

/** Half the width of a 95 % interval of a quantile's rank, in standard deviations. */
const Z = 1.96;

/**
 * The quantile `q` of the samples with a 95 % interval from order statistics, which asks nothing of their distribution:
 * the rank of the true quantile among n samples is binomial. A median is not moved by the tail that interrupts and waits
 * for locks put on a kernel path; a low quantile is what the path takes when nothing gets in its way.
 *
 * @param samples sorted in place
 * @returns null with fewer than FEWEST samples
 */
export function quantile(samples: number[], q: number): Estimate | null {
  const n = samples.length;
  if (n < FEWEST) return null;
  samples.sort((a, b) => a - b);
  const rank = q * (n - 1);
  const half = Z * Math.sqrt(n * q * (1 - q));
  const at = (position: number): number => samples[Math.max(0, Math.min(n - 1, Math.round(position)))]!;
  return { value: at(rank), lo: at(rank - half), hi: at(rank + half), n };
}

/** The estimate moved by `ns`: what is left of a time once known parts are taken off; never below 0. */
export function less(estimate: Estimate, ns: number): Estimate {
  const off = (value: number | null): number | null => (value === null ? null : Math.max(0, Math.round(value - ns)));
  return { value: Math.max(0, Math.round(estimate.value - ns)), lo: off(estimate.lo), hi: off(estimate.hi), n: estimate.n };
}
