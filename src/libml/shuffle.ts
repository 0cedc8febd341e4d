import { Stream } from '../sim/engine/rng.js';

/**
 * The order in which an epoch sees its samples, into `order`: every order equally likely (Fisher and Yates), and a
 * function of seed and epoch alone, so that training that was interrupted goes on as it would have.
 *
 * @param seed 0…2^32−1
 */
export function shuffle(order: Int32Array, seed: number, epoch: number): void {
  const stream = new Stream(seed, `order of epoch ${epoch}`);
  for (let i = 0; i < order.length; i++) order[i] = i;
  for (let i = order.length - 1; i > 0; i--) {
    const j = stream.below(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
}
