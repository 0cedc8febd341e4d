import { InputError } from '../input/error.js';
import { Stream } from '../sim/engine/rng.js';
import { MAX_PAGE_BYTES, MAX_WIDTH, pageBytes } from './page.js';

/**
 * A multilayer perceptron that answers yes or no: dense layers, ReLU between them, one output whose sigmoid is the
 * probability of yes. Without hidden units it is a logistic regression.
 *
 * The parameters lie in one row, layer by layer: the weights, row-major (outputs × inputs), then the biases.
 */
export interface Network {
  /** Inputs, hidden units of each layer, 1. */
  readonly sizes: readonly number[];
  readonly parameters: Float64Array;
}

/** A dense layer as a model file has it: `weights[output][input]`. */
export interface DenseLayer {
  readonly weights: readonly (readonly number[])[];
  readonly biases: readonly number[];
}

/** The most hidden layers of a network. */
export const MAX_HIDDEN_LAYERS = 4;

/** How many parameters the layers up to and without `layer` have: where that one's weights begin. */
export function layerStart(sizes: readonly number[], layer: number): number {
  let count = 0;
  for (let l = 0; l < layer; l++) count += (sizes[l]! + 1) * sizes[l + 1]!;
  return count;
}

/** How many parameters a network of these sizes has. */
export function parameterCount(sizes: readonly number[]): number {
  return layerStart(sizes, sizes.length - 1);
}

/**
 * Refuses sizes that are none, and networks that do not fit in the page that a kernel keeps a model in.
 *
 * @param where what is named in the error: the file or the option
 * @throws InputError
 */
export function checkSizes(sizes: readonly number[], where: string): void {
  const shape = sizes.join('-');
  if (sizes.length < 2 || sizes.length > MAX_HIDDEN_LAYERS + 2) {
    throw new InputError(where, 'sizes', `inputs, up to ${MAX_HIDDEN_LAYERS} hidden layers, one output`, shape);
  }
  if (sizes.some((size) => !Number.isInteger(size) || size < 1 || size > MAX_WIDTH)) {
    throw new InputError(where, 'sizes', `integers from 1 to ${MAX_WIDTH}`, shape);
  }
  if (sizes.at(-1) !== 1) throw new InputError(where, 'sizes', 'one output', shape);
  const bytes = pageBytes(sizes);
  if (bytes > MAX_PAGE_BYTES) {
    throw new InputError(where, 'sizes', `a model of at most one page, ${MAX_PAGE_BYTES} bytes`, `${shape}: ${bytes} bytes`);
  }
}

/**
 * A network before training. Weights are uniform in ±√(6 / inputs) for units with ReLU (He), in ±√(6 / (inputs + outputs))
 * for the output (Glorot); biases are 0.
 *
 * @param seed root seed, 0…2^32−1; the same gives the same bits
 * @throws InputError as `checkSizes` does
 */
export function initialNetwork(sizes: readonly number[], seed: number): Network {
  checkSizes(sizes, 'network');
  const parameters = new Float64Array(parameterCount(sizes));
  const stream = new Stream(seed, 'initial weights');
  let at = 0;
  for (let l = 0; l + 1 < sizes.length; l++) {
    const inputs = sizes[l]!;
    const outputs = sizes[l + 1]!;
    const isHidden = l + 2 < sizes.length;
    const bound = Math.sqrt(6 / (isHidden ? inputs : inputs + outputs));
    for (let i = 0; i < inputs * outputs; i++) parameters[at++] = bound * ((2 * stream.uint32() + 1) / 2 ** 32 - 1);
    at += outputs;
  }
  return { sizes: [...sizes], parameters };
}

/** The layers of a network as lists, for a file or another library. */
export function layersOf(network: Network): DenseLayer[] {
  const { sizes, parameters } = network;
  return sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l]!;
    const start = layerStart(sizes, l);
    const biases = start + inputs * outputs;
    return {
      weights: Array.from({ length: outputs }, (_, j) => [
        ...parameters.subarray(start + j * inputs, start + (j + 1) * inputs),
      ]),
      biases: [...parameters.subarray(biases, biases + outputs)],
    };
  });
}

/**
 * The network of these layers; the inverse of `layersOf`.
 *
 * @param where what is named in the error
 * @throws InputError where the layers do not fit each other, a parameter is not finite, or the network is too large
 */
export function networkOf(layers: readonly DenseLayer[], where: string): Network {
  const sizes = [layers[0]?.weights[0]?.length ?? 0, ...layers.map((layer) => layer.biases.length)];
  checkSizes(sizes, where);
  const parameters: number[] = [];
  layers.forEach(({ weights, biases }, l) => {
    if (weights.length !== biases.length) {
      throw new InputError(where, `layers.${l}.weights`, `${biases.length} rows, one for each bias`, `${weights.length}`);
    }
    weights.forEach((row, j) => {
      if (row.length === sizes[l]) return;
      throw new InputError(where, `layers.${l}.weights.${j}`, `${sizes[l]!} weights`, `${row.length}`);
    });
    for (const value of [...weights.flat(), ...biases]) {
      if (!Number.isFinite(value)) throw new InputError(where, `layers.${l}`, 'finite weights and biases', String(value));
      parameters.push(value);
    }
  });
  return { sizes, parameters: Float64Array.from(parameters) };
}
