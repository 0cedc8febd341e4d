import type { Matrix } from './matrix.js';
import type { Network } from './network.js';

/**
 * A network at work, in floating point. Its buffers are made once: nothing is allocated for a sample.
 * The activations of all layers lie in one row, the inputs first.
 */
export class Forward {
  readonly activations: Float64Array;

  constructor(readonly network: Network) {
    this.activations = new Float64Array(network.sizes.reduce((sum, size) => sum + size, 0));
  }

  /**
   * The logit of a sample.
   *
   * @param values holds the sample's inputs, already scaled, from `offset` on
   */
  logit(values: Float64Array, offset: number): number {
    const { sizes, parameters } = this.network;
    const a = this.activations;
    const inputs = sizes[0]!;
    for (let i = 0; i < inputs; i++) a[i] = values[offset + i]!;
    const last = sizes.length - 2;
    let start = 0;
    let from = 0;
    for (let l = 0; l <= last; l++) {
      const count = sizes[l]!;
      const outputs = sizes[l + 1]!;
      const to = from + count;
      const biases = start + count * outputs;
      const floor = l < last ? 0 : -Infinity;
      let j = 0;
      // Four units at a time: an activation is read once for all of them, and their sums do not wait for each other.
      for (; j + 3 < outputs; j += 4) {
        let sum0 = parameters[biases + j]!;
        let sum1 = parameters[biases + j + 1]!;
        let sum2 = parameters[biases + j + 2]!;
        let sum3 = parameters[biases + j + 3]!;
        let w = start + j * count;
        for (let i = from; i < to; i++) {
          const x = a[i]!;
          sum0 += parameters[w]! * x;
          sum1 += parameters[w + count]! * x;
          sum2 += parameters[w + 2 * count]! * x;
          sum3 += parameters[w + 3 * count]! * x;
          w += 1;
        }
        a[to + j] = sum0 < floor ? floor : sum0;
        a[to + j + 1] = sum1 < floor ? floor : sum1;
        a[to + j + 2] = sum2 < floor ? floor : sum2;
        a[to + j + 3] = sum3 < floor ? floor : sum3;
      }
      for (; j < outputs; j++) {
        let sum = parameters[biases + j]!;
        let w = start + j * count;
        for (let i = from; i < to; i++) sum += parameters[w++]! * a[i]!;
        a[to + j] = sum < floor ? floor : sum;
      }
      start = biases + outputs;
      from = to;
    }
    return a[from]!;
  }
}

/** The logits of all rows of a matrix whose columns are the network's inputs, scaled. */
export function logitsOf(network: Network, inputs: Matrix): Float64Array {
  const forward = new Forward(network);
  const width = inputs.columns.length;
  const logits = new Float64Array(inputs.rows);
  for (let row = 0; row < inputs.rows; row++) logits[row] = forward.logit(inputs.values, row * width);
  return logits;
}
