import type { Dataset } from '../dataset/dataset.js';
import { sourceOf } from '../dataset/select-rows.js';
import { anovaF } from './anova.js';
import { mutualInformation } from './mutual-information.js';

/** What one feature alone tells of the label. */
export interface FeatureScore {
  readonly feature: string;
  /** null where it has none: a class is missing, or the feature is constant. */
  readonly anovaF: number | null;
  /** Bits. */
  readonly mutualInformation: number;
}

/** The scores of all features in one recording. */
export interface SourceScores {
  readonly source: string;
  readonly workload: string;
  readonly rows: number;
  readonly positives: number;
  /** In the order of the columns. */
  readonly scores: readonly FeatureScore[];
}

/** Scores every column of a data set in every recording by itself, as the thesis does for its tables 5.4, 5.6 and 5.7. */
export function scoreSources(data: Dataset): readonly SourceScores[] {
  return data.manifest.sources.map(({ name, workload }, i) => {
    const own = sourceOf(data, i);
    const { rows, columns, values } = own.inputs;
    const scores = columns.map((feature, c) => {
      const column = Float64Array.from({ length: rows }, (_, row) => values[row * columns.length + c]!);
      return { feature, anovaF: anovaF(column, own.labels), mutualInformation: mutualInformation(column, own.labels) };
    });
    const positives = own.labels.reduce((sum, label) => sum + label, 0);
    return { source: name, workload, rows, positives, scores };
  });
}

export const SCORES = ['anovaF', 'mutualInformation'] as const;
export type Score = (typeof SCORES)[number];

/** A feature that the selection took, with where it stands in each recording, from 1; null where it has no score. */
export interface Selected {
  readonly feature: string;
  readonly ranks: ReadonlyArray<number | null>;
}

/**
 * The selection of the thesis (section 5.1.1): the `top` best features of each recording, merged. Of equal scores the feature
 * that comes first in the columns is the better one. Recordings without positives choose none.
 *
 * @returns the features in the order of the columns
 */
export function selectFeatures(all: readonly SourceScores[], by: Score, top: number): readonly Selected[] {
  const ranks = all.map(({ scores }) => ranksOf(scores.map((score) => score[by]), scores.map((score) => score.anovaF !== null)));
  const features = all[0]?.scores.map(({ feature }) => feature) ?? [];
  return features
    .map((feature, i) => ({ feature, ranks: ranks.map((own) => own[i]!) }))
    .filter(({ ranks: own }) => own.some((rank) => rank !== null && rank <= top));
}

function ranksOf(values: ReadonlyArray<number | null>, scored: readonly boolean[]): Array<number | null> {
  const order = values
    .map((value, i) => ({ value, i }))
    .filter(({ i }) => scored[i]!)
    .sort((a, b) => b.value! - a.value! || a.i - b.i);
  const ranks: Array<number | null> = values.map(() => null);
  order.forEach(({ i }, rank) => (ranks[i] = rank + 1));
  return ranks;
}
