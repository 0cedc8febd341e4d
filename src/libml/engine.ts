import { Forward } from './forward.js';
import { Gradient } from './gradient.js';
import { crossEntropy, sigmoid, tailOf } from './logistic.js';
import type { Network } from './network.js';
import { Adam, Sgd, type Optimiser, type OptimiserState } from './optimiser.js';
import type { Samples } from './samples.js';
import type { TrainingOptions } from './training-options.js';

/** What does the arithmetic of a training: LibML itself, or another library. `Training` is the same for all. */
export interface Engine {
  /**
   * One pass over the training samples, a step after each batch. It yields now and then, so that whoever drives it can let
   * others have their turn; that changes no bit.
   *
   * @param order the rows, each once
   * @param rate learning rate
   * @returns the mean of the weighted cross-entropy, each sample as it was seen, before its step
   */
  pass(order: Int32Array, rate: number): Generator<undefined, number>;
  /** Mean weighted cross-entropy of other samples. */
  lossOf(samples: Samples): number;
  /** The parameters as they are now, in the order of `Network`. A copy. */
  parameters(): Float64Array;
  optimiserState(): OptimiserState;
}

/**
 * @param network where training begins; an engine may work on its parameters
 * @param state of the optimiser, to go on from there
 */
export type EngineMaker = (
  network: Network, samples: Samples, options: TrainingOptions, state: OptimiserState | undefined,
) => Engine;

/** Samples between two moments at which a pass yields. */
const TURN_SAMPLES = 16_384;

/** LibML's own arithmetic, in doubles: the same bits everywhere. */
export const libmlEngine: EngineMaker = (network, samples, options, state) =>
  new LibmlEngine(network, samples, options, state);

class LibmlEngine implements Engine {
  private readonly forward: Forward;
  private readonly gradient: Gradient;
  private readonly optimiser: Optimiser;

  constructor(
    private readonly network: Network,
    private readonly samples: Samples,
    private readonly options: TrainingOptions,
    state: OptimiserState | undefined,
  ) {
    this.forward = new Forward(network);
    this.gradient = new Gradient(this.forward);
    this.optimiser =
      options.optimiser === 'sgd'
        ? new Sgd(network, options.weightDecay)
        : new Adam(network, options.weightDecay, state);
  }

  *pass(order: Int32Array, rate: number): Generator<undefined, number> {
    const { batch } = this.options;
    const turn = batch * Math.ceil(TURN_SAMPLES / batch);
    const sums: LossSums = { loss: 0, weight: 0 };
    for (let start = 0; start < order.length; start += turn) {
      if (start > 0) yield;
      this.steps(order, start, Math.min(start + turn, order.length), rate, sums);
    }
    return sums.loss / sums.weight;
  }

  lossOf({ inputs, labels }: Samples): number {
    const width = inputs.columns.length;
    const [weight0, weight1] = this.options.classWeights;
    let loss = 0;
    let weights = 0;
    for (let row = 0; row < inputs.rows; row++) {
      const weight = labels[row] === 0 ? weight0 : weight1;
      loss += weight * crossEntropy(this.forward.logit(inputs.values, row * width), labels[row]!);
      weights += weight;
    }
    return loss / weights;
  }

  parameters(): Float64Array {
    return this.network.parameters.slice();
  }

  optimiserState(): OptimiserState {
    return this.optimiser.state();
  }

  /** The batches that begin from `first` up to and without `last`; adds what they lose to `sums`. */
  private steps(order: Int32Array, first: number, last: number, rate: number, sums: LossSums): void {
    const { forward, gradient, optimiser } = this;
    const { labels, inputs } = this.samples;
    const { batch, classWeights, weightDecay, optimiser: kind } = this.options;
    const width = inputs.columns.length;
    const isDirect = batch === 1 && kind === 'sgd' && weightDecay === 0;
    const [weight0, weight1] = classWeights;
    let { loss, weight: weights } = sums;
    for (let start = first; start < last; start += batch) {
      const end = start + batch < last ? start + batch : last;
      if (!isDirect) gradient.clear();
      for (let n = start; n < end; n++) {
        const row = order[n]!;
        const label = labels[row]!;
        const weight = label === 0 ? weight0 : weight1;
        const z = forward.logit(inputs.values, row * width);
        const tail = tailOf(z);
        loss += weight * crossEntropy(z, label, tail);
        weights += weight;
        const slope = weight * (sigmoid(z, tail) - label);
        if (isDirect) gradient.descend(slope, rate);
        else gradient.add(slope);
      }
      if (!isDirect) optimiser.step(gradient.sums, 1 / (end - start), rate);
    }
    sums.loss = loss;
    sums.weight = weights;
  }
}

interface LossSums {
  loss: number;
  weight: number;
}
