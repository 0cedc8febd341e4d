import type { BundleContents } from '../bundle/tables/contents.js';
import { figureOf } from '../experiment/observe.js';
import { countIn, quantileOf, seriesOf, type Series } from '../experiment/series.js';
import { LEVEL, mean } from '../experiment/stats/intervals.js';
import { studentQuantile } from '../experiment/stats/student.js';

/**
 * How far a kernel's figure would be off if it were recorded again, as far as one recording tells.
 *
 * A scheduler is chaotic: the same workload under another seed gives another figure, and one recording is one sample.
 * Recordings under other seeds show the spread (seed-spread.ts). Where there are none or few, the recording is cut into
 * moving blocks, and each is compared with the one that follows it:
 *
 *     ├──── x(0) ────┤├──── x(10) ───┤
 *       ├──── x(1) ────┤├──── x(11) ───┤               length b = T/20, a new one every b/10
 *         ├──── x(2) ────┤├──── x(12) ───┤
 *
 * x is the number of events in a block. For a share p it is what the block has more than its part of them, events − p ·
 * attempts; for a quantile q the same of the share of samples up to q. The variance of a block's x is σ² = mean
 * (x(i+10) − x(i))² / 2, the standard error of the whole's √(20 σ²), and t(12) at 95 % times that is half an interval (12:
 * two thirds of 19, what the differences are worth). For a quantile it is an interval of its probability, and the samples at
 * both ends of that give the interval of the quantile (Woodruff's).
 *
 * A workload's phases come by design and are no chance: so neighbours are compared, which leaves the steps between phases,
 * and of their squares the largest tenth is left out (and the mean divided by what that takes off it where they are normal),
 * which leaves out two steps, such as the start and the end. Where blocks have fewer than 5 events they tell little, and the
 * error is at least that of as many events that come by chance, √n.
 */
const BLOCKS = 20;
const STEPS_PER_BLOCK = 10;
const DEGREES_OF_FREEDOM = 12;
const KEPT = 0.9;
/** E(z² | z² < c) of a standard normal z, c its 90 % quantile: P(χ²₃ < c) / 0.9. */
const MEAN_OF_KEPT = 0.623;
const RARE = 5 * BLOCKS;
/** What comes in bunches by design, and would be told wrongly by blocks: there is a spread between recordings only. */
const BUNCHED: ReadonlySet<string> = new Set(['migrations_fork']);

/** Half the relative 95 % interval of each metric's figure, from blocks of the recording; null where blocks cannot tell. */
export function blockSpreads(contents: BundleContents): Record<string, number | null> {
  const { durationNs } = contents.manifest;
  return Object.fromEntries(seriesOf(contents).map((series) => [series.metric, blockSpread(series, durationNs)]));
}

/** The same of one series. */
export function blockSpread(series: Series, durationNs: number): number | null {
  const figure = figureOf(series, durationNs);
  const unfit = series.kind === 'span' || BUNCHED.has(series.metric) || durationNs < BLOCKS;
  if (unfit || figure === null || figure.value === 0) return null;
  const { value } = figure;
  const t = studentQuantile(DEGREES_OF_FREEDOM, LEVEL);
  switch (series.kind) {
    case 'share': {
      const chance = rareError(series.ts.length, 1 - value);
      return (t * Math.max(chance, errorOf(series.ts, series.of, value, durationNs))) / series.ts.length;
    }
    case 'quantile': {
      const upTo = series.ts.filter((_, i) => series.values[i]! <= value);
      const n = series.ts.length;
      const chance = Math.sqrt(n * series.at * (1 - series.at));
      const reach = (t * Math.max(chance, errorOf(upTo, series.ts, series.at, durationNs))) / n;
      const sorted = Float64Array.from(series.values).sort((a, b) => a - b);
      const low = quantileOf(sorted, Math.max(0, series.at - reach))!;
      const high = quantileOf(sorted, Math.min(1, series.at + reach))!;
      return Math.max(value - low, high - value) / value;
    }
    default:
      return (t * Math.max(rareError(series.ts.length, 1), errorOf(series.ts, [], 0, durationNs))) / series.ts.length;
  }
}

/** Standard error of the number of events, beyond `share` of the number of `of`. */
function errorOf(ts: readonly number[], of: readonly number[], share: number, durationNs: number): number {
  const length = durationNs / BLOCKS;
  const blocks = Array.from({ length: (BLOCKS - 1) * STEPS_PER_BLOCK + 1 }, (_, i) => {
    const from = (i * length) / STEPS_PER_BLOCK;
    return countIn(ts, from, from + length) - share * countIn(of, from, from + length);
  });
  const squares = blocks.slice(STEPS_PER_BLOCK).map((x, i) => (x - blocks[i]!) ** 2);
  const kept = squares.sort((a, b) => a - b).slice(0, Math.ceil(squares.length * KEPT));
  return Math.sqrt((BLOCKS * mean(kept)) / MEAN_OF_KEPT / 2);
}

/** Standard error of a number of rare events, if they came by chance, each counted with probability `kept`. */
function rareError(events: number, kept: number): number {
  return events < RARE ? Math.sqrt(events * kept) : 0;
}
