import { InputError } from '../input/error.js';
import { libmlEngine, type Engine, type EngineMaker } from './engine.js';
import { initialNetwork, type Network } from './network.js';
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
  private readonly sizes: readonly number[];
  private readonly engine: Engine;
  private readonly order: Int32Array;
  private epochs = 0;
  private rate: number;
  private best: { epoch: number; loss: number; parameters: Float64Array } | null = null;

  /**
   * @param validation samples that decide when to stop and which weights to keep; without them the training loss does
   * @param state as `state()` gave it, perhaps through JSON, to go on from there
   * @param makeEngine what does the arithmetic
   * @throws InputError where samples, options or state are wrong, or do not belong together
   */
  constructor(
    private readonly samples: Samples,
    private readonly validation: Samples | null,
    private readonly options: TrainingOptions,
    state?: TrainingState,
    makeEngine: EngineMaker = libmlEngine,
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
    this.sizes = sizes;
    const network = initialNetwork(sizes, options.seed);
    this.rate = options.learningRate;
    if (state !== undefined) {
      checkState(state, samples, options, network.parameters.length);
      this.epochs = state.epoch;
      this.rate = state.rate;
      network.parameters.set(state.parameters);
      const { best } = state;
      if (best !== null) this.best = { ...best, parameters: Float64Array.from(best.parameters) };
    }
    this.engine = makeEngine(network, samples, options, state?.optimiser);
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
    const epoch = this.epochInTurns();
    for (;;) {
      const turn = epoch.next();
      if (turn.done === true) return turn.value;
    }
  }

  /** As `runEpoch`, but yields now and then. An epoch that is not driven to its end leaves no training to go on with. */
  *epochInTurns(): Generator<undefined, EpochReport> {
    const epoch = this.epochs + 1;
    shuffle(this.order, this.options.seed, epoch);
    const loss = yield* this.engine.pass(this.order, this.rate);
    const validationLoss = this.validation === null ? null : this.engine.lossOf(this.validation);
    const judged = validationLoss ?? loss;
    const parameters = this.engine.parameters();
    if (!Number.isFinite(judged) || !Number.isFinite(loss) || !parameters.every(Number.isFinite)) {
      const rate = `learning rate ${this.options.learningRate}`;
      throw new InputError('training', `epoch ${epoch}`, 'a loss that is a number', `one that diverged with ${rate}`);
    }
    this.epochs = epoch;
    this.rate *= this.options.rateDecay;
    const improved = this.best === null || judged < this.best.loss;
    if (improved) this.best = { epoch, loss: judged, parameters };
    return { epoch, loss, validationLoss, improved };
  }

  /** The best network so far; the initial one before the first epoch. A copy. */
  bestNetwork(): Network {
    return { sizes: this.sizes, parameters: this.best?.parameters.slice() ?? this.engine.parameters() };
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
      parameters: [...this.engine.parameters()],
      optimiser: this.engine.optimiserState(),
      best: best === null ? null : { ...best, parameters: [...best.parameters] },
    };
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
