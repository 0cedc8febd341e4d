import type { Rank, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { InputError } from '../../../input/error.js';
import type { Engine, EngineMaker } from '../../../libml/engine.js';
import { crossEntropy } from '../../../libml/logistic.js';
import type { Matrix } from '../../../libml/matrix.js';
import type { Network } from '../../../libml/network.js';
import type { OptimiserState } from '../../../libml/optimiser.js';
import type { Samples } from '../../../libml/samples.js';
import type { TrainingOptions } from '../../../libml/training-options.js';
import { TensorAdam } from './adam.js';
import { TensorLayers } from './layers.js';
import type { Tensorflow } from './load.js';

/** Steps between two moments at which a pass yields. */
const TURN_STEPS = 50;
/** Rows that are predicted at once. */
const CHUNK_ROWS = 4096;

/** TensorFlow.js as the engine of a training: single precision, Adam alone. */
export function tensorflowEngine(tf: Tensorflow): EngineMaker {
  return (network, samples, options, state) => new TensorflowEngine(tf, network, samples, options, state);
}

class TensorflowEngine implements Engine {
  private readonly layers: TensorLayers;
  private readonly variable: Variable<Rank.R1>;
  private readonly adam: TensorAdam;

  constructor(
    private readonly tf: Tensorflow,
    network: Network,
    private readonly samples: Samples,
    private readonly options: TrainingOptions,
    state: OptimiserState | undefined,
  ) {
    const { optimiser, weightDecay } = options;
    if (optimiser !== 'adam') throw new InputError('training', 'optimiser', 'adam, for the full form', optimiser);
    this.layers = new TensorLayers(tf, network.sizes);
    this.variable = tf.variable(tf.tensor1d(Float32Array.from(network.parameters)));
    this.adam = new TensorAdam(tf, this.variable, network.sizes, weightDecay, state);
  }

  *pass(order: Int32Array, rate: number): Generator<undefined, number> {
    const { batch } = this.options;
    let loss = 0;
    let weights = 0;
    for (let start = 0, step = 1; start < order.length; start += batch, step += 1) {
      const [lost, weight] = this.step(order.subarray(start, start + batch), rate);
      loss += lost;
      weights += weight;
      if (step % TURN_STEPS === 0) yield;
    }
    return loss / weights;
  }

  lossOf({ inputs, labels }: Samples): number {
    return ratio(this.sumsOf(chunkedLogits(this.tf, this.layers, this.variable, inputs), (row) => labels[row]!));
  }

  parameters(): Float64Array {
    return Float64Array.from(this.variable.dataSync());
  }

  optimiserState(): OptimiserState {
    return this.adam.state();
  }

  dispose(): void {
    this.variable.dispose();
    this.adam.dispose();
  }

  /** One step on these rows. @returns their weighted loss before it, and their weight, summed */
  private step(rows: Int32Array, rate: number): readonly [number, number] {
    const { tf, layers, variable } = this;
    const { inputs, labels } = this.samples;
    const width = inputs.columns.length;
    const values = new Float32Array(rows.length * width);
    rows.forEach((row, n) => {
      for (let i = 0; i < width; i += 1) values[n * width + i] = inputs.values[row * width + i]!;
    });
    const own = Float32Array.from(rows, (row) => labels[row]!);
    const scale = Float32Array.from(own, (label) => this.weightOf(label) / rows.length);
    const logits = tf.tidy(() => {
      const activations = layers.forward(variable, tf.tensor2d(values, [rows.length, width]));
      const wrong = tf.sub(tf.sigmoid(activations.logits), tf.tensor2d(own, [rows.length, 1]));
      const slopes: Tensor2D = tf.mul(wrong, tf.tensor2d(scale, [rows.length, 1]));
      this.adam.step(layers.backward(variable, activations, slopes), rate);
      return activations.logits.dataSync();
    });
    return this.sumsOf(logits, (n) => own[n]!);
  }

  private sumsOf(logits: ArrayLike<number>, label: (row: number) => number): readonly [number, number] {
    let loss = 0;
    let weights = 0;
    for (let row = 0; row < logits.length; row += 1) {
      const own = label(row);
      const weight = this.weightOf(own);
      loss += weight * crossEntropy(logits[row]!, own);
      weights += weight;
    }
    return [loss, weights];
  }

  private weightOf(label: number): number {
    return this.options.classWeights[label === 0 ? 0 : 1];
  }
}

/** The logits of all rows of a matrix whose columns are the network's inputs, scaled: as LibML's `logitsOf`. */
export function tensorflowLogits(tf: Tensorflow, network: Network, inputs: Matrix): Float64Array {
  const parameters = tf.variable(tf.tensor1d(Float32Array.from(network.parameters)));
  const logits = chunkedLogits(tf, new TensorLayers(tf, network.sizes), parameters, inputs);
  parameters.dispose();
  return logits;
}

function chunkedLogits(
  tf: Tensorflow, layers: TensorLayers, variable: Variable<Rank.R1>, { rows, columns, values }: Matrix,
): Float64Array {
  const width = columns.length;
  const logits = new Float64Array(rows);
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    const end = Math.min(start + CHUNK_ROWS, rows);
    const chunk = tf.tidy(() => {
      const samples = tf.tensor2d(Float32Array.from(values.subarray(start * width, end * width)), [end - start, width]);
      return layers.forward(variable, samples).logits.dataSync();
    });
    logits.set(chunk, start);
  }
  return logits;
}

function ratio([sum, weight]: readonly [number, number]): number {
  return sum / weight;
}
