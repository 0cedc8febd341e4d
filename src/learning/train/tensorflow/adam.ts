import type { Rank, Tensor1D, Variable } from '@tensorflow/tfjs-core';
import { BETA1, BETA2, EPSILON, decaysOf, type OptimiserState } from '../../../libml/optimiser.js';
import type { Tensorflow } from './load.js';

/** LibML's Adam step for step, in tensors. */
export class TensorAdam {
  private readonly first: Variable<Rank.R1>;
  private readonly second: Variable<Rank.R1>;
  private readonly decays: Tensor1D | null;
  private power1 = 1;
  private power2 = 1;

  /** @param state as `state()` gave it, to go on from there */
  constructor(
    private readonly tf: Tensorflow,
    private readonly parameters: Variable<Rank.R1>,
    sizes: readonly number[],
    decay: number,
    state: OptimiserState | undefined,
  ) {
    const zeros = new Float32Array(parameters.size);
    this.first = tf.variable(tf.tensor1d(state === undefined ? zeros : Float32Array.from(state.first)));
    this.second = tf.variable(tf.tensor1d(state === undefined ? zeros : Float32Array.from(state.second)));
    this.decays = decay === 0 ? null : tf.tensor1d(Float32Array.from(decaysOf(sizes, decay)));
    if (state !== undefined) [this.power1, this.power2] = state.powers;
  }

  /** Changes the parameters by one step. To be called within `tf.tidy`. @param gradient mean over the batch */
  step(gradient: Tensor1D, rate: number): void {
    const { tf, parameters, first, second } = this;
    this.power1 *= BETA1;
    this.power2 *= BETA2;
    const g = this.decays === null ? gradient : tf.add(gradient, tf.mul(this.decays, parameters));
    first.assign(tf.add(tf.mul(first, BETA1), tf.mul(g, 1 - BETA1)));
    second.assign(tf.add(tf.mul(second, BETA2), tf.mul(tf.mul(g, g), 1 - BETA2)));
    const root = tf.add(tf.sqrt(tf.mul(second, 1 / (1 - this.power2))), EPSILON);
    parameters.assign(tf.sub(parameters, tf.div(tf.mul(first, rate / (1 - this.power1)), root)));
  }

  state(): OptimiserState {
    return { first: [...this.first.dataSync()], second: [...this.second.dataSync()], powers: [this.power1, this.power2] };
  }

  dispose(): void {
    for (const held of [this.first, this.second, this.decays]) held?.dispose();
  }
}
