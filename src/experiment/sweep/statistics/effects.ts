import { deviation, LEVEL, mean } from '../../stats/intervals.js';
import { studentQuantile } from '../../stats/student.js';

/** A factor of a sweep and the level that each observation has of it. */
export interface Factor {
  readonly name: string;
  /** Labels in order. */
  readonly levels: readonly string[];
  /** Index of the level, by observation. */
  readonly of: readonly number[];
}

/** A mean with its 95 % interval over the seeds; lo and hi are null for fewer than two of them. */
export interface Estimate {
  readonly mean: number;
  readonly lo: number | null;
  readonly hi: number | null;
}

/** What an axis does by itself. */
export interface MainEffect {
  /** Knob of the axis, or `scenario`. */
  readonly factor: string;
  /** Share of the gains' variation between cells that the axis alone explains, 0…1; the seeds' noise is taken off. */
  readonly share: Estimate;
  /** By level: the mean gain there, and how far it is from the mean of all. */
  readonly levels: ReadonlyArray<{ readonly level: string; readonly cells: number; readonly gain: Estimate; readonly effect: Estimate }>;
}

/** What two axes do together beyond what each does by itself. */
export interface Interaction {
  /** Two of them. */
  readonly factors: readonly [string, string];
  /** The same of both together, beyond what each does alone. */
  readonly share: Estimate;
  /** By pair of levels that occurs: the mean gain there, and what of it the two axes alone do not explain. */
  readonly cells: ReadonlyArray<{ readonly levels: readonly [string, string]; readonly gain: Estimate; readonly effect: Estimate }>;
}

/**
 * Main effects and interactions of the factors on the gains of cells. With y_s(c) the gain of cell c under seed s, and a mean over the
 * cells that have a level (or a pair of levels):
 *
 *     main         e_s(a)    = ȳ_s(a) − ȳ_s
 *     interaction  e_s(a, b) = ȳ_s(a, b) − ȳ_s(a) − ȳ_s(b) + ȳ_s
 *     variation    V = Σ_levels cells(level) · mean over s ≠ s′ of e_s e_s′
 *
 * Products of different seeds only: what is noise of one seed is on average nothing in them. Intervals are Student's t over the seeds,
 * and of shares over the seeds left out one by one (jackknife). In a full grid the parts add up to at most 1; where the levels
 * of an axis met other levels of the rest (random designs), an axis takes some of the others' effect.
 *
 * @param gains by cell, by seed: all cells have the same seeds
 */
export function effects(factors: readonly Factor[], gains: ReadonlyArray<readonly number[]>): { readonly main: MainEffect[]; readonly interactions: Interaction[] } {
  const seeds = gains[0]?.length ?? 0;
  const varying = factors.filter(({ levels }) => levels.length > 1);
  const grand = perSeed(seeds, gains);
  const total = variation([...gains.map((own) => ({ weight: 1, effects: own.map((value, s) => value - grand[s]!) }))], seeds);
  const byLevel = varying.map((factor) => levelMeans(factor.of, factor.levels.length, gains, seeds));
  const mainParts = byLevel.map((levels) => levels.map(({ cells, means }) => ({ weight: cells, effects: means.map((value, s) => value - grand[s]!) })));
  const main = varying.map((factor, f): MainEffect => ({
    factor: factor.name,
    share: shareOf(mainParts[f]!, total, seeds),
    levels: byLevel[f]!.flatMap(({ cells, means }, level) => (
      cells === 0 ? [] : [{ level: factor.levels[level]!, cells, gain: estimate(means), effect: estimate(mainParts[f]![level]!.effects) }]
    )),
  }));
  const interactions: Interaction[] = [];
  for (let f = 0; f < varying.length; f++) {
    for (let g = f + 1; g < varying.length; g++) {
      const [a, b] = [varying[f]!, varying[g]!];
      const width = b.levels.length;
      const pairs = levelMeans(a.of.map((level, c) => level * width + b.of[c]!), a.levels.length * width, gains, seeds);
      const parts = pairs.map(({ cells, means }, pair) => {
        const [x, y] = [byLevel[f]![Math.floor(pair / width)]!.means, byLevel[g]![pair % width]!.means];
        return { weight: cells, effects: means.map((value, s) => value - x[s]! - y[s]! + grand[s]!) };
      });
      interactions.push({
        factors: [a.name, b.name],
        share: shareOf(parts, total, seeds),
        cells: pairs.flatMap(({ cells, means }, pair) => {
          const levels = [a.levels[Math.floor(pair / width)]!, b.levels[pair % width]!] as const;
          return cells === 0 ? [] : [{ levels, gain: estimate(means), effect: estimate(parts[pair]!.effects) }];
        }),
      });
    }
  }
  return { main, interactions };
}

interface Part {
  readonly weight: number;
  /** By seed. */
  readonly effects: readonly number[];
}

function levelMeans(of: readonly number[], levels: number, gains: ReadonlyArray<readonly number[]>, seeds: number): Array<{ readonly cells: number; readonly means: number[] }> {
  const members = Array.from({ length: levels }, (): Array<readonly number[]> => []);
  of.forEach((level, cell) => members[level]!.push(gains[cell]!));
  return members.map((own) => ({ cells: own.length, means: perSeed(seeds, own) }));
}

function perSeed(seeds: number, cells: ReadonlyArray<readonly number[]>): number[] {
  return Array.from({ length: seeds }, (_, s) => (cells.length === 0 ? 0 : mean(cells.map((own) => own[s]!))));
}

/** Σ weight · mean over s ≠ s′ of e_s e_s′, over all seeds and with each one left out. */
interface Variation {
  readonly all: number;
  readonly without: readonly number[];
}

function variation(parts: readonly Part[], seeds: number): Variation {
  const sums = parts.map(({ weight, effects: own }) => {
    const sum = own.reduce((total, value) => total + value, 0);
    const squares = own.reduce((total, value) => total + value * value, 0);
    return { weight, own, sum, squares };
  });
  const over = (n: number, left: number | null): number => {
    if (n < 1) return 0;
    let total = 0;
    for (const { weight, own, sum, squares } of sums) {
      const value = left === null ? 0 : own[left]!;
      const [s, q] = [sum - value, squares - value * value];
      total += weight * (n === 1 ? s * s : (s * s - q) / (n * (n - 1)));
    }
    return Math.max(0, total);
  };
  return { all: over(seeds, null), without: Array.from({ length: seeds }, (_, s) => over(seeds - 1, s)) };
}

function shareOf(parts: readonly Part[], total: Variation, seeds: number): Estimate {
  const own = variation(parts, seeds);
  const share = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);
  const all = share(own.all, total.all);
  if (seeds < 3) return { mean: all, lo: null, hi: null };
  const left = own.without.map((part, s) => share(part, total.without[s]!));
  const centre = mean(left);
  const error = Math.sqrt(((seeds - 1) / seeds) * left.reduce((sum, value) => sum + (value - centre) * (value - centre), 0));
  const half = studentQuantile(seeds - 1, LEVEL) * error;
  return { mean: all, lo: Math.max(0, all - half), hi: Math.min(1, all + half) };
}

/** Mean over the seeds with Student's interval. */
export function estimate(values: readonly number[]): Estimate {
  const centre = mean(values);
  if (values.length < 2) return { mean: centre, lo: null, hi: null };
  const half = (studentQuantile(values.length - 1, LEVEL) * deviation(values)) / Math.sqrt(values.length);
  return { mean: centre, lo: centre - half, hi: centre + half };
}
