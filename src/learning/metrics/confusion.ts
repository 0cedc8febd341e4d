/** How many rows were told rightly and wrongly, by class. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** What a confusion matrix comes to. null where the quotient has nothing below the line: no positives, say. */
export interface Rates {
  readonly accuracy: number | null;
  /** Mean of the recalls of both classes; null where one is missing. */
  readonly balancedAccuracy: number | null;
  /** Of the rows called positive, those that are. */
  readonly precision: number | null;
  /** Of the positive rows, those called so. */
  readonly recall: number | null;
  /** Of the negative rows, those called so. */
  readonly specificity: number | null;
  /** Harmonic mean of precision and recall: 2TP / (2TP + FP + FN). */
  readonly f1: number | null;
}

/** A row is called positive where its score is at least the threshold. */
export function confusionOf(labels: Uint8Array, scores: Float64Array, threshold = 0.5): Confusion {
  let truePositives = 0;
  let falsePositives = 0;
  let trueNegatives = 0;
  let falseNegatives = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const called = scores[row]! >= threshold;
    if (labels[row] === 1) {
      if (called) truePositives += 1;
      else falseNegatives += 1;
    } else if (called) falsePositives += 1;
    else trueNegatives += 1;
  }
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

export function ratesOf({ truePositives, falsePositives, trueNegatives, falseNegatives }: Confusion): Rates {
  const positives = truePositives + falseNegatives;
  const negatives = trueNegatives + falsePositives;
  const recall = share(truePositives, positives);
  const specificity = share(trueNegatives, negatives);
  return {
    accuracy: share(truePositives + trueNegatives, positives + negatives),
    balancedAccuracy: recall === null || specificity === null ? null : (recall + specificity) / 2,
    precision: share(truePositives, truePositives + falsePositives),
    recall,
    specificity,
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}

/**
 * The rates if half of all rows were positive, each class being told as rightly as it is here: accuracy is then the balanced
 * accuracy, and precision is no longer a matter of how rare the positives are.
 */
export function evenRatesOf(confusion: Confusion): Rates {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusion;
  const positives = truePositives + falseNegatives;
  const negatives = trueNegatives + falsePositives;
  return ratesOf({
    truePositives: truePositives * negatives,
    falseNegatives: falseNegatives * negatives,
    trueNegatives: trueNegatives * positives,
    falsePositives: falsePositives * positives,
  });
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
