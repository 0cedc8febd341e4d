import type { Forward } from './forward.js';

/**
 * Back-propagation: sums the gradient of the loss over the samples of a batch. With z the logit and p = σ(z), the loss'
 * derivative by z is p − label; from there it goes back layer by layer: a weight gets δ of its unit times its input, a
 * unit of the layer below gets the sum of weight · δ where its ReLU was open, and nothing where it was closed.
 */
export class Gradient {
  /** As the network's parameters. */
  readonly sums: Float64Array;
  /** δ of every unit, laid out as the activations. */
  private readonly deltas: Float64Array;

  constructor(private readonly forward: Forward) {
    this.sums = new Float64Array(forward.network.parameters.length);
    this.deltas = new Float64Array(forward.activations.length);
  }

  clear(): void {
    this.sums.fill(0);
  }

  /**
   * Adds the gradient of the sample that `forward` has just seen.
   *
   * @param slope derivative of that sample's loss by the logit
   */
  add(slope: number): void {
    this.back(slope, this.sums, 1);
  }

  /**
   * A step of gradient descent against that sample alone: what `add` would have added, times −rate, goes to the parameters
   * at once. For batches of one, where sums would only be cleared, written and read again.
   */
  descend(slope: number, rate: number): void {
    this.back(slope, this.forward.network.parameters, -rate);
  }

  private back(slope: number, into: Float64Array, scale: number): void {
    const { sizes, parameters } = this.forward.network;
    const a = this.forward.activations;
    const deltas = this.deltas;
    let to = a.length - 1;
    let end = parameters.length;
    deltas[to] = slope;
    for (let l = sizes.length - 2; l >= 0; l--) {
      const count = sizes[l]!;
      const outputs = sizes[l + 1]!;
      const from = to - count;
      const biases = end - outputs;
      const start = biases - outputs * count;
      if (l > 0) for (let i = from; i < to; i++) deltas[i] = 0;
      for (let j = 0; j < outputs; j++) {
        const delta = deltas[to + j]!;
        if (delta === 0) continue;
        const row = start + j * count;
        // Before the row changes, should `into` be the parameters.
        if (l > 0) for (let i = 0; i < count; i++) deltas[from + i]! += delta * parameters[row + i]!;
        const share = delta * scale;
        into[biases + j]! += share;
        for (let i = 0; i < count; i++) into[row + i]! += share * a[from + i]!;
      }
      if (l > 0) for (let i = from; i < to; i++) if (a[i]! <= 0) deltas[i] = 0;
      end = start;
      to = from;
    }
  }
}
