import { InputError } from '../input/error.js';
import { Forward } from './forward.js';
import { Gradient } from './gradient.js';
import { crossEntropy, sigmoid, tailOf } from './logistic.js';
import { initialNetwork, type Network } from './network.js';
import { Adam, Sgd, type Optimiser } from './optimiser.js';
import { checkSamples, type Samples } from './samples.js';
import { shuffle } from './shuffle.js';
import { checkTrainingOptions, type TrainingOptions } from './training-options.js';
import { checkState, type TrainingState } from './training-state.js';

/** What an epoch came to. Losses are means of the weighted cross-entropy, weight decay apart. */
export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  /** Over the training samples, each as it was seen, before its step. */
  readonly loss: number;
  /** Over the validation samples, after the epoch; null without them. */
  readonly validationLoss: number | null;
  /** Whether the network is the best so far. */
  readonly improved: boolean;
}

/**
 * The training of a network, epoch by epoch. The same samples, options and seed give the same bits, whether it runs
 * through or is taken up again from a state.
 */
export class Training {
  private readonly network: Network;
  private readonly forward: Forward;
  private readonly gradient: Gradient;
  private readonly optimiser: Optimiser;
  private readonly order: Int32Array;
  private epochs = 0;
  private rate: number;
  private best: { epoch: number; loss: number; parameters: Float64Array } | null = null;

  /**
   * @param validation samples that decide when to stop and which weights to keep; without them the training loss does
   * @param state as `state()` gave it, perhaps through JSON, to go on from there
   * @throws InputError where samples, options or state are wrong, or do not belong together
   */
  constructor(
    private readonly samples: Samples,
    private readonly validation: Samples | null,
    private readonly options: TrainingOptions,
    state?: TrainingState,
  ) {
    checkTrainingOptions(options);
    checkSamples(samples, 'training');
    if (validation !== null) {
      checkSamples(validation, 'validation');
      if (validation.inputs.columns.join() !== samples.inputs.columns.join()) {
        throw new InputError('validation', 'columns', samples.inputs.columns.join(), validation.inputs.columns.join());
      }
    }
    const sizes = [samples.inputs.columns.length, ...options.hidden, 1];
    this.network = initialNetwork(sizes, options.seed);
    this.rate = options.learningRate;
    if (state !== undefined) {
      checkState(state, samples, options, this.network.parameters.length);
      this.epochs = state.epoch;
      this.rate = state.rate;
      this.network.parameters.set(state.parameters);
      const { best } = state;
      if (best !== null) this.best = { ...best, parameters: Float64Array.from(best.parameters) };
    }
    this.forward = new Forward(this.network);
    this.gradient = new Gradient(this.forward);
    this.optimiser =
      options.optimiser === 'sgd'
        ? new Sgd(this.network, options.weightDecay)
        : new Adam(this.network, options.weightDecay, state?.optimiser);
    this.order = new Int32Array(samples.inputs.rows);
  }

  /** Whether all epochs were run, or no better network has been found for `patience` epochs. */
  get finished(): boolean {
    const { epochs, patience } = this.options;
    if (this.epochs >= epochs) return true;
    return patience > 0 && this.best !== null && this.epochs - this.best.epoch >= patience;
  }

  /** Runs one epoch. @throws InputError where the loss is no longer a number: the learning rate was too large */
  runEpoch(): EpochReport {
    const epoch = this.epochs + 1;
    shuffle(this.order, this.options.seed, epoch);
    const loss = this.pass();
    const validationLoss = this.validation === null ? null : this.lossOf(this.validation);
    const judged = validationLoss ?? loss;
    if (!Number.isFinite(judged) || !Number.isFinite(loss) || !this.network.parameters.every(Number.isFinite)) {
      const rate = `learning rate ${this.options.learningRate}`;
      throw new InputError('training', `epoch ${epoch}`, 'a loss that is a number', `one that diverged with ${rate}`);
    }
    this.epochs = epoch;
    this.rate *= this.options.rateDecay;
    const improved = this.best === null || judged < this.best.loss;
    if (improved) this.best = { epoch, loss: judged, parameters: this.network.parameters.slice() };
    return { epoch, loss, validationLoss, improved };
  }

  /** The best network so far; the initial one before the first epoch. A copy. */
  bestNetwork(): Network {
    const parameters = this.best?.parameters ?? this.network.parameters;
    return { sizes: this.network.sizes, parameters: parameters.slice() };
  }

  /** All that the next epochs depend on beside samples and options, as plain data: good for JSON. */
  state(): TrainingState {
    const { best } = this;
    return {
      epoch: this.epochs,
      rate: this.rate,
      rows: this.samples.inputs.rows,
      columns: [...this.samples.inputs.columns],
      options: this.options,
      parameters: [...this.network.parameters],
      optimiser: this.optimiser.state(),
      best: best === null ? null : { ...best, parameters: [...best.parameters] },
    };
  }

  /** One pass over the training samples; the mean loss. */
  private pass(): number {
    const { order, forward, gradient, optimiser, rate } = this;
    const { labels, inputs } = this.samples;
    const { batch, classWeights, weightDecay, optimiser: kind } = this.options;
    const width = inputs.columns.length;
    const isDirect = batch === 1 && kind === 'sgd' && weightDecay === 0;
    const [weight0, weight1] = classWeights;
    let loss = 0;
    let weights = 0;
    for (let start = 0; start < order.length; start += batch) {
      const end = start + batch < order.length ? start + batch : order.length;
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
    return loss / weights;
  }

  private lossOf({ inputs, labels }: Samples): number {
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
}

/**
 * Trains to the end.
 *
 * @param onEpoch called after each epoch, for a progress bar
 * @returns the best network
 * @throws InputError as `Training` does
 */
export function train(
  samples: Samples,
  validation: Samples | null,
  options: TrainingOptions,
  onEpoch?: (report: EpochReport) => void,
): Network {
  const training = new Training(samples, validation, options);
  while (!training.finished) {
    const report = training.runEpoch();
    onEpoch?.(report);
  }
  return training.bestNetwork();
}
