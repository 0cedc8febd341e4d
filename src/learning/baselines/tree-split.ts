/** The values of one feature, by row. */
export type Column = Float64Array;

export interface Split {
  readonly column: number;
  /** Rows with a value up to it go left. Halfway between two values that occur. */
  readonly threshold: number;
}

/** Splits that gain less than this share of the whole weight are not worth a node. */
const LEAST_GAIN = 1e-12;

/**
 * The split of some rows that lowers the weighted Gini impurity most; the first column, then the lowest threshold, where
 * several do. With weights a and b of the two classes on a side its impurity times weight is 2ab / (a + b).
 *
 * @param members rows, ascending
 * @param weights of a row of class 0 and of class 1
 * @returns null where no split leaves `minLeaf` rows on both sides and gains anything
 */
export function bestSplit(
  table: readonly Column[], members: Uint32Array, labels: Uint8Array, weights: readonly [number, number], minLeaf: number,
): Split | null {
  let positives = 0;
  for (const row of members) positives += labels[row]!;
  const rows = members.length;
  const all0 = (rows - positives) * weights[0];
  const all1 = positives * weights[1];
  let best: Split | null = null;
  let lowest = impurity(all0, all1) - LEAST_GAIN * (all0 + all1);
  const order = new Uint32Array(rows);
  table.forEach((values, column) => {
    order.set(members);
    order.sort((a, b) => values[a]! - values[b]! || a - b);
    let ones = 0;
    for (let at = 1; at < rows; at += 1) {
      ones += labels[order[at - 1]!]!;
      const below = values[order[at - 1]!]!;
      const above = values[order[at]!]!;
      if (below === above || at < minLeaf || rows - at < minLeaf) continue;
      const left0 = (at - ones) * weights[0];
      const left1 = ones * weights[1];
      const sum = impurity(left0, left1) + impurity(all0 - left0, all1 - left1);
      if (sum >= lowest) continue;
      lowest = sum;
      best = { column, threshold: between(below, above) };
    }
  });
  return best;
}

function impurity(a: number, b: number): number {
  return a + b === 0 ? 0 : (2 * a * b) / (a + b);
}

/** Halfway, but never rounded up to the upper one. */
function between(below: number, above: number): number {
  const middle = below + (above - below) / 2;
  return middle < above ? middle : below;
}
