import type { Matrix } from '../../libml/matrix.js';
import { checkSamples, type Samples } from '../../libml/samples.js';
import { classCounts, selectColumns } from '../dataset/select-rows.js';
import type { Predictor } from './predictor.js';
import { bestSplit, type Column } from './tree-split.js';

export interface TreeOptions {
  /** Decisions from the root to a leaf at the most, 0…30. */
  readonly maxDepth: number;
  /** Rows of a leaf at the least. */
  readonly minLeaf: number;
  /** Both classes weigh alike however rare one is; else every row does. */
  readonly evenClasses: boolean;
}

export const DEFAULT_TREE: TreeOptions = { maxDepth: 6, minLeaf: 20, evenClasses: true };

/** A decision tree in arrays: node i asks whether `feature[i]` ≤ `threshold[i]` (left) or not (right). */
export interface Tree {
  /** Index of a column, −1 for a leaf. */
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Weighted share of positives among the training rows that came here. */
  readonly share: readonly number[];
}

export interface TreePredictor extends Predictor {
  readonly tree: Tree;
}

interface Nodes {
  readonly feature: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  readonly share: number[];
}

/**
 * A CART classification tree: at each node the split that lowers the weighted Gini impurity most; equal splits go to the
 * column that comes first, then to the lowest threshold. Deterministic.
 *
 * @throws InputError where there are no rows, or one class only
 */
export function trainTree(samples: Samples, options: TreeOptions = DEFAULT_TREE): TreePredictor {
  checkSamples(samples, 'training');
  const { inputs, labels } = samples;
  const { rows, columns, values } = inputs;
  const [negatives, positives] = classCounts(labels);
  const weights = options.evenClasses ? ([rows / 2 / negatives, rows / 2 / positives] as const) : ([1, 1] as const);
  const table: Column[] = columns.map((_, i) => Float64Array.from({ length: rows }, (__, row) => values[row * columns.length + i]!));
  const nodes: Nodes = { feature: [], threshold: [], left: [], right: [], share: [] };
  const grow = (members: Uint32Array, depth: number): number => {
    const node = nodes.feature.length;
    const [own0, own1] = weightsOf(members, labels, weights);
    nodes.feature.push(-1);
    nodes.threshold.push(0);
    nodes.left.push(-1);
    nodes.right.push(-1);
    nodes.share.push(own1 / (own0 + own1));
    if (depth === options.maxDepth || own0 === 0 || own1 === 0) return node;
    const split = bestSplit(table, members, labels, weights, options.minLeaf);
    if (split === null) return node;
    const column = table[split.column]!;
    nodes.feature[node] = split.column;
    nodes.threshold[node] = split.threshold;
    nodes.left[node] = grow(members.filter((row) => column[row]! <= split.threshold), depth + 1);
    nodes.right[node] = grow(members.filter((row) => column[row]! > split.threshold), depth + 1);
    return node;
  };
  grow(Uint32Array.from({ length: rows }, (_, row) => row), 0);
  return treePredictor(nodes, columns);
}

/** A tree at work. @param columns that its nodes ask, by index */
export function treePredictor(tree: Tree, columns: readonly string[]): TreePredictor {
  return { name: 'tree', features: columns, tree, predict: (matrix) => predictTree(tree, selectColumns(matrix, columns, 'tree')) };
}

function predictTree({ feature, threshold, left, right, share }: Tree, { rows, columns, values }: Matrix): Float64Array {
  const scores = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let node = 0;
    while (feature[node]! >= 0) {
      node = values[row * columns.length + feature[node]!]! <= threshold[node]! ? left[node]! : right[node]!;
    }
    scores[row] = share[node]!;
  }
  return scores;
}

function weightsOf(members: Uint32Array, labels: Uint8Array, weights: readonly [number, number]): [number, number] {
  let positives = 0;
  for (const row of members) positives += labels[row]!;
  return [(members.length - positives) * weights[0], positives * weights[1]];
}
