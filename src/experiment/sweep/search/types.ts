/**
 * The one interface of all searches: ask for points, tell what they are worth. A search is a pure function of its options and of
 * what it was told; its state is plain JSON, so it can be put away and taken up again.
 */

/** What is searched: a cube of so many sides, each [0, 1). */
export interface Space {
  /** For each dimension the points of a grid; null where there are none. */
  readonly levels: ReadonlyArray<readonly number[] | null>;
  /** For each dimension whether neighbouring values are alike. */
  readonly continuous: readonly boolean[];
}

export type Point = readonly number[];

/** A point to be tried. */
export interface Trial {
  readonly point: Point;
  /** Share of the full duration that it is run for, above 0 and at most 1. */
  readonly share: number;
}

export interface Question extends Trial {
  /** Counted from 0 in the order of asking. */
  readonly id: number;
}

export interface Answer {
  readonly id: number;
  /** The lower the better; null: it has no value, and is worse than any other. */
  readonly value: number | null;
}

/** What may be tried at once, and what the method keeps for itself. */
export interface Step<I> {
  readonly trials: readonly Trial[];
  readonly inner: I;
}

/**
 * A method goes in steps: all trials of one may be under way at once, and the next depends on their values alone, not on the order
 * in which they came.
 */
export interface SearchMethod<I = unknown> {
  readonly name: string;
  first(space: Space): Step<I>;
  /** @param values of the step's trials, in their order @returns null where the search is over */
  next(space: Space, step: Step<I>, values: ReadonlyArray<number | null>): Step<I> | null;
}

/** Values in order from the best; null comes last, and equal ones as they were. @returns indices */
export function ranking(values: ReadonlyArray<number | null>): number[] {
  const worth = values.map((value) => value ?? Infinity);
  return worth.map((_, i) => i).sort((a, b) => (worth[a]! < worth[b]! ? -1 : worth[a]! > worth[b]! ? 1 : a - b));
}
