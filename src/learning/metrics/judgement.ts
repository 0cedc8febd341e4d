import { calibrationOf, type Calibration } from './calibration.js';
import { confusionOf, evenRatesOf, ratesOf, type Confusion, type Rates } from './confusion.js';
import { areasOf, type Areas } from './ranking.js';

/** Below so many positive rows (or negative ones) nothing is decided. */
export const FEWEST = 50;

/** Everything that is said of predictions against labels. */
export interface Judgement extends Areas {
  readonly rows: number;
  readonly positives: number;
  readonly threshold: number;
  readonly confusion: Confusion;
  /** At the prevalence of the rows, and as if half of them were positive. */
  readonly natural: Rates;
  readonly even: Rates;
  readonly calibration: Calibration;
  /** `undecided`: fewer than `FEWEST` rows of a class. */
  readonly verdict: 'decided' | 'undecided';
}

/**
 * @param labels 0 or 1
 * @param scores of the same rows, 0…1
 * @throws RangeError where the two differ in length or a score is no number from 0 to 1: a mistake of the caller
 */
export function judge(labels: Uint8Array, scores: Float64Array, threshold = 0.5): Judgement {
  if (labels.length !== scores.length) throw new RangeError(`${labels.length} labels, ${scores.length} scores`);
  scores.forEach((score, row) => {
    if (!(score >= 0 && score <= 1)) throw new RangeError(`score of row ${row}: ${score}`);
  });
  const confusion = confusionOf(labels, scores, threshold);
  const positives = confusion.truePositives + confusion.falseNegatives;
  const fewer = Math.min(positives, labels.length - positives);
  return {
    rows: labels.length,
    positives,
    threshold,
    confusion,
    natural: ratesOf(confusion),
    even: evenRatesOf(confusion),
    ...areasOf(labels, scores),
    calibration: calibrationOf(labels, scores),
    verdict: fewer < FEWEST ? 'undecided' : 'decided',
  };
}
