/**
 * The one-way ANOVA F of one feature against a label of two classes, as scikit-learn's `f_classif` computes it:
 *
 *     F = (between / 1) / (within / (n − 2)),   between = Σ_c n_c (mean_c − mean)²,   within = Σ (x − mean_of_its_class)²
 *
 * null where it has no value: a class is missing, there are fewer than three rows, or the feature is constant. Infinity,
 * where the classes differ and neither varies, is given as `Number.MAX_VALUE`, which JSON can hold.
 *
 * @param values of the feature, by row
 */
export function anovaF(values: ArrayLike<number>, labels: Uint8Array): number | null {
  const n = labels.length;
  const count = [0, 0];
  const mean = [0, 0];
  const squares = [0, 0];
  for (let row = 0; row < n; row += 1) {
    const own = labels[row]!;
    const off = values[row]! - mean[own]!;
    count[own]! += 1;
    mean[own]! += off / count[own]!;
    squares[own]! += off * (values[row]! - mean[own]!);
  }
  if (count[0] === 0 || count[1] === 0 || n < 3) return null;
  const difference = mean[1]! - mean[0]!;
  const between = ((count[0]! * count[1]!) / n) * difference * difference;
  const within = squares[0]! + squares[1]!;
  if (within === 0) return between === 0 ? null : Number.MAX_VALUE;
  return between / (within / (n - 2));
}
