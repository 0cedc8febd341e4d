import { EXACT } from '../../src/libml/integers.js';
import { initialNetwork, type Network } from '../../src/libml/network.js';
import { scalingOf, type ModelInput } from '../../src/libml/scaling.js';
import { Stream } from '../../src/sim/engine/rng.js';

/** Ranges as features have them, in turn. */
const RANGES: ReadonlyArray<readonly ['linear' | 'log2', number, number]> = [
  ['log2', -1_000_000, 2_000_000_000],
  ['linear', 0, 1],
  ['linear', 0, 1024],
  ['log2', -EXACT, EXACT],
  ['linear', 0, EXACT],
  ['linear', -500, 3],
  ['linear', 1, 2 ** 31 - 1],
];

/** `count` inputs with the ranges of features, called `f0`, `f1`, … */
export function someInputs(count: number): ModelInput[] {
  return Array.from({ length: count }, (_, i) => ({ name: `f${i}`, scaling: scalingOf(...RANGES[i % RANGES.length]!) }));
}

/** A network with weights as training leaves them: some ten times as large as others, biases too. */
export function someNetwork(sizes: readonly number[], seed: number): Network {
  const network = initialNetwork(sizes, seed);
  const stream = new Stream(seed, 'network');
  const draw = (): number => stream.uint32() / 2 ** 31 - 1;
  network.parameters.forEach((value, i) => {
    network.parameters[i] = (value + 0.2 * draw()) * (stream.below(8) === 0 ? 10 : 2);
  });
  return network;
}

/** Fills in raw values for inputs: within the clamps, at and about their ends, and far out. */
export function drawRaw(stream: Stream, inputs: readonly ModelInput[], raw: Float64Array): void {
  inputs.forEach(({ scaling: { lo, hi } }, i) => {
    raw[i] = drawOne(stream, lo, hi);
  });
}

const EXTREMES = [0, -1, 1, EXACT, -EXACT, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 62, -(2 ** 62)];

function drawOne(stream: Stream, lo: number, hi: number): number {
  switch (stream.below(8)) {
    case 0:
      return EXTREMES[stream.below(EXTREMES.length)]!;
    case 1:
      return (stream.below(2) === 0 ? lo : hi) + stream.below(3) - 1;
    case 2:
    case 3:
      // About as many of each magnitude.
      return (stream.below(2) === 0 ? -1 : 1) * Math.floor((stream.uint32() * 2 ** stream.below(22)) / 2 ** stream.below(32));
    default:
      return lo + Math.floor(((hi - lo) * stream.uint32()) / 2 ** 32);
  }
}
