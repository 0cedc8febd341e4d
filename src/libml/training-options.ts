import { InputError } from '../input/error.js';

/** How a network is trained: all that its weights depend on beside the samples. Plain data. */
export interface TrainingOptions {
  /** Units of each hidden layer; none is a logistic regression. */
  readonly hidden: readonly number[];
  /** Root seed of initial weights and shuffling, 0…2^32−1. */
  readonly seed: number;
  readonly optimiser: 'sgd' | 'adam';
  /** Above 0. */
  readonly learningRate: number;
  /** The learning rate is multiplied by it after each epoch: above 0, up to 1. */
  readonly rateDecay: number;
  /** L2: λ of λ/2 · Σ weight², biases apart. 0 or more. */
  readonly weightDecay: number;
  /** Samples of a step. */
  readonly batch: number;
  /** The most epochs. */
  readonly epochs: number;
  /** Stops when the loss has not fallen for so many epochs; 0 never does. */
  readonly patience: number;
  /** How much a sample of class 0, and of class 1, counts. Above 0. */
  readonly classWeights: readonly [number, number];
}

/** LibML's column of table 5.8 of the NeuralCFS thesis asks for sgd, learning rate 0.1 and batch 1 instead. */
export const DEFAULT_TRAINING: TrainingOptions = {
  hidden: [16],
  seed: 1,
  optimiser: 'adam',
  learningRate: 0.003,
  rateDecay: 1,
  weightDecay: 0,
  batch: 32,
  epochs: 50,
  patience: 10,
  classWeights: [1, 1],
};

/** @throws InputError naming the option that is out of its range */
export function checkTrainingOptions(options: TrainingOptions): void {
  const { seed, learningRate, rateDecay, weightDecay, batch, epochs, patience, classWeights } = options;
  const refuse = (name: string, expected: string, found: number): never => {
    throw new InputError('training', name, expected, String(found));
  };
  const whole = (name: string, value: number, min: number, max: number): void => {
    if (!Number.isInteger(value) || value < min || value > max) refuse(name, `an integer from ${min} to ${max}`, value);
  };
  whole('seed', seed, 0, 2 ** 32 - 1);
  whole('batch', batch, 1, 2 ** 20);
  whole('epochs', epochs, 1, 100_000);
  whole('patience', patience, 0, 100_000);
  if (!(learningRate > 0 && learningRate <= 10)) refuse('learningRate', 'above 0, at most 10', learningRate);
  if (!(rateDecay > 0 && rateDecay <= 1)) refuse('rateDecay', 'above 0, at most 1', rateDecay);
  if (!(weightDecay >= 0 && weightDecay <= 1)) refuse('weightDecay', '0 to 1', weightDecay);
  for (const weight of classWeights) {
    if (!(weight > 0 && weight <= 1e6)) refuse('classWeights', 'above 0, at most 1000000', weight);
  }
}
