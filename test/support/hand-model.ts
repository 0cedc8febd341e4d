import { makeModel, networkOf, scalingOf, type Model } from '../../src/libml/index.js';
import { DEFAULT_TRAINING } from '../../src/libml/index.js';

/** A range of raw values by the feature's name. */
export type Ranges = Readonly<Record<string, readonly [number, number]>>;

/**
 * A model without hidden units, for tests that must know what it says: yes where Σ weight · x + bias ≥ 0, x the features'
 * values mapped from their ranges onto −1…1.
 */
export function handModel(task: 1 | 2 | 3, ranges: Ranges, weights: Readonly<Record<string, number>>, bias: number): Model {
  const inputs = Object.entries(ranges).map(([name, [lo, hi]]) => ({ name, scaling: scalingOf('linear', lo, hi) }));
  const network = networkOf([{ weights: [inputs.map(({ name }) => weights[name]!)], biases: [bias] }], 'hand');
  return makeModel(network, {
    task,
    inputs,
    probability: 0.5,
    quantisation: 'q16',
    dataset: { hash: '0'.repeat(64), rows: 2, positives: 1 },
    training: { library: 'libml', epochs: 0, options: { ...DEFAULT_TRAINING, hidden: [] } },
    metrics: {},
  });
}

/** Says yes from so many ns since the task ran on. */
export function yesFromDelta(task: 1 | 2 | 3, ns: number): Model {
  return handModel(task, { delta: [0, 2 * ns] }, { delta: 8 }, 0);
}
