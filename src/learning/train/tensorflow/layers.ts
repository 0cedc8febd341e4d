import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tensorflow } from './load.js';

/** Where a layer's weights (outputs × inputs, row-major) and biases lie in the row of all parameters. */
interface LayerPlace {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly biases: number;
}

/** What a forward pass leaves for the backward one. */
export interface Activations {
  /** Inputs of each layer: the samples, then the hidden units. */
  readonly inputs: readonly Tensor2D[];
  /** One for each sample. */
  readonly logits: Tensor2D;
}

/**
 * The dense layers of a `Network` in tensors: the same sums as LibML's `Forward` and `Gradient`, in single precision and for
 * a batch at once. Whoever calls disposes of the tensors, by `tf.tidy`.
 */
export class TensorLayers {
  private readonly places: readonly LayerPlace[];

  constructor(private readonly tf: Tensorflow, sizes: readonly number[]) {
    let at = 0;
    this.places = sizes.slice(1).map((outputs, l) => {
      const inputs = sizes[l]!;
      const place = { inputs, outputs, weights: at, biases: at + inputs * outputs };
      at = place.biases + outputs;
      return place;
    });
  }

  /** @param samples batch × inputs */
  forward(parameters: Tensor1D, samples: Tensor2D): Activations {
    const { tf } = this;
    const inputs = [samples];
    let units = samples;
    this.places.forEach((place, l) => {
      const sums = tf.add(tf.matMul(units, this.weights(parameters, place), false, true), this.biases(parameters, place));
      units = (l < this.places.length - 1 ? tf.relu(sums) : sums) as Tensor2D;
      inputs.push(units);
    });
    return { inputs, logits: units };
  }

  /**
   * The gradient by all parameters, summed over the batch.
   *
   * @param slopes derivative of the loss by the logit, for each sample
   */
  backward(parameters: Tensor1D, { inputs }: Activations, slopes: Tensor2D): Tensor1D {
    const { tf } = this;
    const parts: Tensor1D[] = [];
    let deltas = slopes;
    for (let l = this.places.length - 1; l >= 0; l -= 1) {
      const place = this.places[l]!;
      const units = inputs[l]!;
      parts.unshift(tf.reshape(tf.matMul(deltas, units, true, false), [-1]), tf.sum(deltas, 0));
      if (l === 0) break;
      const open = tf.step(units);
      deltas = tf.mul(tf.matMul(deltas, this.weights(parameters, place)), open);
    }
    return tf.concat1d(parts);
  }

  private weights(parameters: Tensor1D, { weights, inputs, outputs }: LayerPlace): Tensor2D {
    return this.tf.reshape(this.tf.slice1d(parameters, weights, inputs * outputs), [outputs, inputs]);
  }

  private biases(parameters: Tensor1D, { biases, outputs }: LayerPlace): Tensor1D {
    return this.tf.slice1d(parameters, biases, outputs);
  }
}
