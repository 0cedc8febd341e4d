import type { SweepSpec } from './schema.js';

/** How many seeds a cell gets at first, and at the most: 1…n. */
export interface SeedPlan {
  readonly first: number;
  readonly most: number;
}

export function seedPlan({ seeds }: Pick<SweepSpec, 'seeds'>): SeedPlan {
  return typeof seeds === 'number' ? { first: seeds, most: seeds } : seeds;
}

/**
 * How many seeds the cells whose verdict is open have after each look at the results: twice as many each time. The number of
 * looks is known beforehand, which is what the verdicts are corrected by.
 */
export function looksOf({ first, most }: SeedPlan): readonly number[] {
  const looks = [first];
  while (looks.at(-1)! < most) looks.push(Math.min(most, looks.at(-1)! * 2));
  return looks;
}
