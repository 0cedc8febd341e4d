import type { Matrix } from '../../libml/matrix.js';
import { crossEntropy, sigmoid } from '../../libml/logistic.js';
import { checkSamples, type Samples } from '../../libml/samples.js';
import { StatisticsCollector } from '../dataset/statistics.js';
import { scaled, type Scaling } from '../dataset/prepare.js';
import { classCounts, selectColumns } from '../dataset/select-rows.js';
import { solvePositive } from './linear.js';
import type { Predictor } from './predictor.js';

/** λ of λ/2 · Σ weight² beside the mean loss: little enough not to show, and enough for classes that a line parts. */
const RIDGE = 1e-5;
const MOST_STEPS = 50;
/** Newton's method has arrived where a step lowers the loss by less. */
const LEAST_FALL = 1e-10;

/**
 * A logistic regression on raw values, which it normalises itself (mean 0, deviation 1 over the training rows), with both
 * classes counting alike however rare one is. Newton's method, each step halved until the loss falls: the one minimum there
 * is, without a learning rate or a seed.
 *
 * @throws InputError where there are no rows, or one class only
 */
export function trainLogistic(samples: Samples): Predictor {
  checkSamples(samples, 'training');
  const features = samples.inputs.columns;
  const scaling = scalingOfRows(samples.inputs);
  const weights = newton({ inputs: scaled(samples.inputs, scaling), labels: samples.labels });
  return {
    name: 'logistic',
    features,
    predict(inputs: Matrix): Float64Array {
      const own = scaled(selectColumns(inputs, features, 'logistic'), scaling);
      return Float64Array.from({ length: own.rows }, (_, row) => sigmoid(logitOf(own, row, weights)));
    },
  };
}

/** Weights of the columns, then the bias. */
function newton({ inputs, labels }: Samples): Float64Array {
  const size = inputs.columns.length + 1;
  const [negatives, positives] = classCounts(labels);
  const share = [0.5 / negatives, 0.5 / positives] as const;
  let weights = new Float64Array(size);
  let loss = lossOf(inputs, labels, share, weights);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const direction = directionOf(inputs, labels, share, weights);
    let next = weights;
    let nextLoss = Infinity;
    for (let length = 1; length > 1e-6 && !(nextLoss < loss); length /= 2) {
      next = weights.map((weight, i) => weight - length * direction[i]!);
      nextLoss = lossOf(inputs, labels, share, next);
    }
    if (!(nextLoss < loss)) break;
    const fall = loss - nextLoss;
    weights = next;
    loss = nextLoss;
    if (fall < LEAST_FALL) break;
  }
  return weights;
}

/** Solves Hessian · direction = gradient. */
function directionOf(
  inputs: Matrix, labels: Uint8Array, share: readonly [number, number], weights: Float64Array,
): Float64Array {
  const size = weights.length;
  const width = size - 1;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const x = new Float64Array(size).fill(1);
  for (let row = 0; row < inputs.rows; row += 1) {
    for (let i = 0; i < width; i += 1) x[i] = inputs.values[row * width + i]!;
    const p = sigmoid(logitOf(inputs, row, weights));
    const own = share[labels[row] as 0 | 1];
    const off = own * (p - labels[row]!);
    const curve = own * p * (1 - p);
    for (let i = 0; i < size; i += 1) {
      gradient[i]! += off * x[i]!;
      const part = curve * x[i]!;
      for (let j = 0; j <= i; j += 1) hessian[i * size + j]! += part * x[j]!;
    }
  }
  for (let i = 0; i < size; i += 1) {
    // The bias too, by next to nothing: a Hessian of 0 could not be solved.
    const ridge = i < width ? RIDGE : 1e-12;
    gradient[i]! += i < width ? RIDGE * weights[i]! : 0;
    hessian[i * size + i]! += ridge;
  }
  return solvePositive(hessian, gradient);
}

function lossOf(inputs: Matrix, labels: Uint8Array, share: readonly [number, number], weights: Float64Array): number {
  let loss = 0;
  for (let row = 0; row < inputs.rows; row += 1) {
    loss += share[labels[row] as 0 | 1] * crossEntropy(logitOf(inputs, row, weights), labels[row]!);
  }
  for (let i = 0; i < weights.length - 1; i += 1) loss += (RIDGE / 2) * weights[i]! * weights[i]!;
  return loss;
}

function logitOf({ columns: { length }, values }: Matrix, row: number, weights: Float64Array): number {
  let z = weights[length]!;
  for (let i = 0; i < length; i += 1) z += weights[i]! * values[row * length + i]!;
  return z;
}

function scalingOfRows({ rows, columns, values }: Matrix): readonly Scaling[] {
  const collector = new StatisticsCollector(columns);
  for (let row = 0; row < rows; row += 1) collector.add(values.subarray(row * columns.length, (row + 1) * columns.length));
  return collector.finish().map(({ name, mean, deviation }) => ({ name, offset: mean, scale: deviation > 0 ? deviation : 1 }));
}
