/** Ends and step of an axis: round numbers that all values lie within. */
export interface NiceAxis {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/** @param steps about how many steps the axis has */
export function niceAxis(least: number, most: number, steps: number): NiceAxis {
  const interval = niceStep(most > least ? (most - least) / steps : Math.abs(most) / steps || 1);
  const min = Math.floor(least / interval) * interval;
  return { min, max: Math.max(Math.ceil(most / interval) * interval, min + interval), interval };
}

/** The least of 1, 2, 2.5, 5 times a power of ten that is no less than wanted. */
export function niceStep(wanted: number): number {
  const decade = 10 ** Math.floor(Math.log10(wanted));
  return decade * ([1, 2, 2.5, 5].find((step) => step * decade >= wanted) ?? 10);
}
