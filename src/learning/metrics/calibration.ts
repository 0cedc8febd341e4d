/** A bin of the reliability diagram: rows whose score is in [from, to), in the last bin [from, to]. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean score, and share of positives, of the bin's rows; null where it has none. */
  readonly score: number | null;
  readonly positives: number | null;
}

/** How well scores are probabilities. */
export interface Calibration {
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error: Σ over the bins of rows / all · |share of positives − mean score|. null without rows. */
  readonly ece: number | null;
  /** Brier score: mean of (score − label)². null without rows. */
  readonly brier: number | null;
}

export const RELIABILITY_BINS = 10;

/** @param scores 0…1 */
export function calibrationOf(labels: Uint8Array, scores: Float64Array, count = RELIABILITY_BINS): Calibration {
  const rows = new Float64Array(count);
  const sums = new Float64Array(count);
  const positives = new Float64Array(count);
  let squares = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const score = scores[row]!;
    const bin = Math.min(count - 1, Math.floor(score * count));
    rows[bin]! += 1;
    sums[bin]! += score;
    positives[bin]! += labels[row]!;
    squares += (score - labels[row]!) * (score - labels[row]!);
  }
  let off = 0;
  for (let bin = 0; bin < count; bin += 1) off += Math.abs(positives[bin]! - sums[bin]!);
  return {
    bins: Array.from(rows, (n, bin) => ({
      from: bin / count,
      to: (bin + 1) / count,
      rows: n,
      score: n === 0 ? null : sums[bin]! / n,
      positives: n === 0 ? null : positives[bin]! / n,
    })),
    ece: labels.length === 0 ? null : off / labels.length,
    brier: labels.length === 0 ? null : squares / labels.length,
  };
}
