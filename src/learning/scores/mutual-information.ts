import { ln } from '../../sim/engine/elementary.js';

/** Bins of a feature at the most. */
export const BINS = 32;

/**
 * Mutual information of a feature and a label, in bits: how much the feature's bin tells of the label, 0…1.
 *
 * A feature of up to `BINS` different values has a bin for each. Another is cut at its quantiles into bins of about as many
 * rows; equal values are never parted, so there may be fewer bins. From the table of counts n(b, c), with no correction for
 * its size, which adds about (bins − 1) / (2 n ln 2) bits where there is nothing to tell:
 *
 *     I = Σ n(b, c) / n · log2( n(b, c) · n / (n(b) · n(c)) )
 */
export function mutualInformation(values: ArrayLike<number>, labels: Uint8Array): number {
  const n = labels.length;
  if (n === 0) return 0;
  const counts = binCounts(values, labels);
  const all = [0, 0];
  for (const label of labels) all[label]! += 1;
  let sum = 0;
  for (const bin of counts) {
    for (const c of [0, 1] as const) {
      if (bin[c] > 0) sum += (bin[c] / n) * ln((bin[c] * n) / ((bin[0] + bin[1]) * all[c]!));
    }
  }
  return Math.max(0, sum / ln(2));
}

/** Rows by bin and class. */
function binCounts(values: ArrayLike<number>, labels: Uint8Array): ReadonlyArray<readonly [number, number]> {
  const n = labels.length;
  const order = Uint32Array.from(labels, (_, row) => row).sort((a, b) => values[a]! - values[b]! || a - b);
  let distinct = 1;
  for (let at = 1; at < n; at += 1) if (values[order[at]!] !== values[order[at - 1]!]) distinct += 1;
  const counts: Array<[number, number]> = [[0, 0]];
  for (let at = 0; at < n; at += 1) {
    const isNew = at > 0 && values[order[at]!] !== values[order[at - 1]!];
    const isFull = distinct <= BINS || at >= (counts.length * n) / BINS;
    if (isNew && isFull) counts.push([0, 0]);
    counts.at(-1)![labels[order[at]!] as 0 | 1] += 1;
  }
  return counts;
}
