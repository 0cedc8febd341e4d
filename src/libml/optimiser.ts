import { layerStart, type Network } from './network.js';

/** What an optimiser remembers between steps, as plain data. */
export interface OptimiserState {
  /** Adam: running means of the gradient and of its square. Empty for SGD. */
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** Adam: β1 and β2 to the power of the steps made. */
  readonly powers: readonly [number, number];
}

export interface Optimiser {
  /**
   * Changes the parameters by one step against a gradient.
   *
   * @param sums sum of the gradients over a batch
   * @param scale what makes the sums a mean: 1 / samples
   * @param rate learning rate
   */
  step(sums: Float64Array, scale: number, rate: number): void;
  state(): OptimiserState;
}

/**
 * Which parameters weight decay pulls at: 1 for weights, 0 for biases, which only place a threshold.
 */
export function decaysOf(sizes: readonly number[], decay: number): Float64Array {
  const decays = new Float64Array(layerStart(sizes, sizes.length - 1));
  for (let l = 0; l + 1 < sizes.length; l++) {
    const start = layerStart(sizes, l);
    decays.fill(decay, start, start + sizes[l]! * sizes[l + 1]!);
  }
  return decays;
}

/** Plain gradient descent with L2 weight decay, which is added to the gradient. */
export class Sgd implements Optimiser {
  private readonly parameters: Float64Array;
  private readonly decays: Float64Array;

  constructor(network: Network, private readonly decay: number) {
    this.parameters = network.parameters;
    this.decays = decaysOf(network.sizes, decay);
  }

  step(sums: Float64Array, scale: number, rate: number): void {
    const { parameters, decays } = this;
    const factor = rate * scale;
    if (this.decay === 0) {
      for (let i = 0; i < parameters.length; i++) parameters[i]! -= factor * sums[i]!;
      return;
    }
    for (let i = 0; i < parameters.length; i++) {
      const value = parameters[i]!;
      parameters[i] = value - (factor * sums[i]! + rate * decays[i]! * value);
    }
  }

  state(): OptimiserState {
    return { first: [], second: [], powers: [1, 1] };
  }
}

export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPSILON = 1e-8;

/** Adam (Kingma and Ba 2015, algorithm 1) with the usual constants; L2 weight decay is added to the gradient. */
export class Adam implements Optimiser {
  private readonly parameters: Float64Array;
  private readonly decays: Float64Array;
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private power1 = 1;
  private power2 = 1;

  /** @param state as `state()` gave it, to go on from there */
  constructor(network: Network, decay: number, state?: OptimiserState) {
    this.parameters = network.parameters;
    this.decays = decaysOf(network.sizes, decay);
    this.first = new Float64Array(this.parameters.length);
    this.second = new Float64Array(this.parameters.length);
    if (state === undefined) return;
    this.first.set(state.first);
    this.second.set(state.second);
    [this.power1, this.power2] = state.powers;
  }

  step(sums: Float64Array, scale: number, rate: number): void {
    const { parameters, decays, first, second } = this;
    this.power1 *= BETA1;
    this.power2 *= BETA2;
    const size = rate / (1 - this.power1);
    const unbias = 1 / (1 - this.power2);
    for (let i = 0; i < parameters.length; i++) {
      const g = sums[i]! * scale + decays[i]! * parameters[i]!;
      const m = BETA1 * first[i]! + (1 - BETA1) * g;
      const v = BETA2 * second[i]! + (1 - BETA2) * g * g;
      first[i] = m;
      second[i] = v;
      parameters[i]! -= (size * m) / (Math.sqrt(v * unbias) + EPSILON);
    }
  }

  state(): OptimiserState {
    return { first: [...this.first], second: [...this.second], powers: [this.power1, this.power2] };
  }
}
