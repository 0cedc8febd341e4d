/**
 * Areas under curves. Rows are taken in order of falling score; rows of equal score come together, so that no order among
 * them can show.
 *
 *     ROC   recall over the share of negatives called positive, straight between the points:
 *           the chance that a positive has the higher score than a negative, ties counting half (Mann and Whitney)
 *     PR    average precision: Σ (recall_i − recall_{i−1}) · precision_i, without interpolation (as in scikit-learn)
 */
export interface Areas {
  /** null where one class is missing. */
  readonly rocAuc: number | null;
  /** null where there are no positives. */
  readonly prAuc: number | null;
}

export function areasOf(labels: Uint8Array, scores: Float64Array): Areas {
  const order = Uint32Array.from(labels, (_, row) => row).sort((a, b) => scores[b]! - scores[a]! || a - b);
  let positives = 0;
  for (const label of labels) positives += label;
  const negatives = labels.length - positives;
  let above = 0;
  let called = 0;
  /** Pairs of a positive and a negative in right order, twice. */
  let pairs = 0;
  let averagePrecision = 0;
  for (let at = 0; at < order.length; ) {
    let own = 0;
    let count = 0;
    const score = scores[order[at]!]!;
    for (; at < order.length && scores[order[at]!] === score; at += 1, count += 1) own += labels[order[at]!]!;
    const otherNegatives = negatives - (called - above) - (count - own);
    pairs += own * (2 * otherNegatives + (count - own));
    above += own;
    called += count;
    if (positives > 0) averagePrecision += (own / positives) * (above / called);
  }
  return {
    rocAuc: positives === 0 || negatives === 0 ? null : pairs / 2 / positives / negatives,
    prAuc: positives === 0 ? null : averagePrecision,
  };
}
