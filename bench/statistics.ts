/** What several repetitions of a measurement come to. */
export interface Summary {
  readonly samples: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The median, for one disturbed repetition moves a mean, and the ends, so that a reader sees how noisy the machine was.
 * @param values at least one
 */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { samples: sorted.length, median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The summary of f(x) where f rises or falls all the way: the ends change places where it falls. */
export function mapSummary({ samples, median, min, max }: Summary, f: (value: number) => number): Summary {
  const [a, b] = [f(min), f(max)];
  return { samples, median: f(median), min: Math.min(a, b), max: Math.max(a, b) };
}

/** What must hold of a median. */
export interface Floor {
  readonly kind: 'at least' | 'at most';
  readonly value: number;
  /** What it should come to one day; says nothing about pass or fail. */
  readonly aim?: number;
}

/** Whether a summary keeps its floor; null where it has none. */
export function meets(summary: Summary, floor: Floor | undefined): boolean | null {
  if (floor === undefined) return null;
  return floor.kind === 'at least' ? summary.median >= floor.value : summary.median <= floor.value;
}
