import { InputError } from '../input/error.js';
import { FRACTION, powerOfTwo } from './integers.js';
import { layersOf, type Network } from './network.js';
import type { IntegerLayer } from './program.js';
import { narrowed, type ModelInput } from './scaling.js';

/**
 * A network in fixed point with the same number of fraction bits f everywhere: weights are w · 2^f, and a product has 2 f
 * fraction bits, so biases are b · 2^2f and a hidden unit shifts right by f.
 *
 * @param f 11 or 16
 * @param where what is named in the error
 * @throws InputError where a weight does not fit s32
 */
export function quantiseFixed(
  network: Network,
  inputs: readonly ModelInput[],
  f: number,
  where: string,
): { readonly inputs: ModelInput[]; readonly layers: IntegerLayer[]; readonly logitUnit: number } {
  const one = powerOfTwo(f);
  const dense = layersOf(network);
  const layers = dense.map(({ weights, biases }, l) => {
    const isLast = l === dense.length - 1;
    return {
      weights: weights.map((row, j) =>
        row.map((weight) => {
          const value = Math.round(weight * one) + 0;
          if (Math.abs(value) < 2 ** 31) return value;
          throw new InputError(where, `layer ${l + 1}, unit ${j + 1}`, `weights within ±${2 ** 31 / one}`, String(weight));
        }),
      ),
      // Half a step, so that the shift rounds.
      biases: biases.map((bias) => Math.round(bias * one * one) + (isLast ? 0 : one / 2)),
      shifts: biases.map(() => (isLast ? 0 : f)),
    };
  });
  const narrow = inputs.map(({ name, scaling }) => ({ name, scaling: narrowed(scaling, FRACTION - f) }));
  return { inputs: narrow, layers, logitUnit: 1 / (one * one) };
}
