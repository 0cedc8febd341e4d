import { byText } from './sameness.js';

/** A recording as far as the spread between recordings needs it. */
export interface Repetition {
  /** Of its workload on its machine, see sameness.ts. */
  readonly sameness: string;
  readonly name: string;
  /** Of the recording, see `hashOf` in recording.ts. */
  readonly hash: string;
  readonly seed: number | null;
  readonly durationNs: number;
  /** By metric, in its unit. */
  readonly figures: Readonly<Record<string, number>>;
}

/** What a metric was in recordings of one workload. */
export interface SeedSpread {
  /** The least and the greatest figure, in the metric's unit. */
  readonly lo: number;
  readonly hi: number;
  /** Recordings that have the metric. */
  readonly recordings: number;
}

/** With so many recordings their range is a spread by itself: it misses the kernel's median once in sixteen. */
export const ENOUGH = 5;
/** Recordings whose lengths differ by more than this factor are not taken for repetitions: one may have been cut. */
const SAME_LENGTH = 1.25;

/**
 * Between what figures the kernel was seen to be when the same workload was recorded again under other seeds, this recording
 * among them; null where it is alone.
 *
 * The range is what the figures span, as it stands, and no multiple of a deviation: a deviation of five figures is known to
 * within a factor of two, and the figures need not be normal. What it is worth follows from counting. A simulator that is
 * right has the kernel's own distribution, so that its mean over many runs is in the middle of that: it is outside the
 * range only where all n recordings fell on one side of the middle, and for a median that has probability 2^(1−n), whatever
 * the distribution:
 *
 *     recordings n                                  2      3      4      5      6      8
 *     the kernel's median is inside                50 %   75 %   88 %   94 %   97 %   99 %
 *     width in standard deviations, if normal      1.1    1.7    2.1    2.3    2.5    2.8
 *
 * For five normal figures that is as wide as the 95 % interval of their mean (2 · 2.78 · 0.94 σ / √5 = 2.3 σ). With fewer
 * it is too narrow to say that a figure is wrong, and blocks of the recording are heard as well (bounds.ts). It lies where
 * the figures lie, and not around this recording's, which is as likely as any to be at its end. A workload that draws from
 * the seed is another under each: its range holds the difference between the draws, too.
 */
export function seedSpread(own: Repetition, all: readonly Repetition[], metric: string): SeedSpread | null {
  const values = repetitionsOf(own, all)
    .map(({ figures }) => (Object.hasOwn(figures, metric) ? figures[metric] : undefined))
    .filter((value) => value !== undefined);
  if (values.length < 2) return null;
  const least = values.reduce((a, b) => Math.min(a, b));
  return { lo: least, hi: values.reduce((a, b) => Math.max(a, b)), recordings: values.length };
}

/** This recording, and those of the same workload that are about as long, each once. */
export function repetitionsOf(own: Repetition, all: readonly Repetition[]): Repetition[] {
  const alike = all.filter(
    ({ sameness, durationNs }) => sameness === own.sameness && closeTo(durationNs, own.durationNs),
  );
  return distinct([own, ...alike]);
}

/** Each recording once: the same trace compressed otherwise has another hash, but not other figures. */
function distinct(repetitions: readonly Repetition[]): Repetition[] {
  const seen = new Set<string>();
  return repetitions.filter(({ hash, durationNs, figures }) => {
    const names = [`hash ${hash}`, `figures ${durationNs} ${JSON.stringify(Object.entries(figures).sort(([a], [b]) => byText(a, b)))}`];
    const known = names.some((name) => seen.has(name));
    for (const name of names) seen.add(name);
    return !known;
  });
}

function closeTo(a: number, b: number): boolean {
  return a <= b * SAME_LENGTH && b <= a * SAME_LENGTH;
}
