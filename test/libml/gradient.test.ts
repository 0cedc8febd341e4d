import { describe, expect, it } from 'vitest';
import { Forward } from '../../src/libml/forward.js';
import { Gradient } from '../../src/libml/gradient.js';
import { crossEntropy, sigmoid } from '../../src/libml/logistic.js';
import { initialNetwork, type Network } from '../../src/libml/network.js';
import { Stream } from '../../src/sim/engine/rng.js';

const STEP = 1e-6;

/** A network with biases too, and a sample. */
function scene(sizes: readonly number[], seed: number): { network: Network; x: Float64Array } {
  const network = initialNetwork(sizes, seed);
  const stream = new Stream(seed, 'scene');
  const draw = (): number => stream.uint32() / 2 ** 31 - 1;
  for (let i = 0; i < network.parameters.length; i++) network.parameters[i]! += 0.3 * draw();
  return { network, x: new Float64Array(sizes[0]!).map(draw) };
}

describe('back-propagation', () => {
  it.each([[[3, 1]], [[4, 5, 1]], [[10, 16, 1]], [[3, 4, 5, 1]], [[2, 3, 3, 3, 3, 1]]])(
    'is the slope that finite differences show, for every parameter of %j',
    (sizes) => {
      for (const seed of [1, 2, 3]) {
        const { network, x } = scene(sizes, seed);
        const forward = new Forward(network);
        const gradient = new Gradient(forward);
        const label = seed % 2;
        gradient.add(sigmoid(forward.logit(x, 0)) - label);
        const found = gradient.sums.slice();
        expect(found.some((value) => value !== 0)).toBe(true);
        for (let i = 0; i < network.parameters.length; i++) {
          const held = network.parameters[i]!;
          network.parameters[i] = held + STEP;
          const above = crossEntropy(forward.logit(x, 0), label);
          network.parameters[i] = held - STEP;
          const below = crossEntropy(forward.logit(x, 0), label);
          network.parameters[i] = held;
          expect(Math.abs(found[i]! - (above - below) / (2 * STEP)), `parameter ${i}`).toBeLessThan(1e-7);
        }
      }
    },
  );

  it('sums over samples until it is cleared', () => {
    const { network, x } = scene([4, 5, 1], 1);
    const forward = new Forward(network);
    const gradient = new Gradient(forward);
    forward.logit(x, 0);
    gradient.add(0.25);
    const once = gradient.sums.slice();
    gradient.add(0.25);
    expect(gradient.sums).toEqual(once.map((value) => 2 * value));
    gradient.clear();
    expect(gradient.sums.every((value) => value === 0)).toBe(true);
  });

  it('a step against one sample alone is the step that its gradient asks for', () => {
    const { network, x } = scene([4, 5, 3, 1], 2);
    const forward = new Forward(network);
    const gradient = new Gradient(forward);
    forward.logit(x, 0);
    gradient.add(-0.7);
    const expected = network.parameters.map((value, i) => value - 0.1 * gradient.sums[i]!);
    gradient.descend(-0.7, 0.1);
    expected.forEach((value, i) => expect(network.parameters[i]).toBeCloseTo(value, 14));
  });
});

describe('the forward pass', () => {
  it('is the formula, for any number of units', () => {
    for (const sizes of [[3, 1], [5, 7, 1], [2, 4, 9, 1]]) {
      const { network, x } = scene(sizes, 9);
      let values = [...x];
      let at = 0;
      for (let l = 0; l + 1 < sizes.length; l++) {
        const count = values.length;
        const biases = at + count * sizes[l + 1]!;
        const last = l + 2 === sizes.length;
        const start = at;
        values = Array.from({ length: sizes[l + 1]! }, (_, j) => {
          const sum = values.reduce((s, v, i) => s + v * network.parameters[start + j * count + i]!, network.parameters[biases + j]!);
          return last ? sum : Math.max(0, sum);
        });
        at = biases + sizes[l + 1]!;
      }
      expect(new Forward(network).logit(x, 0)).toBeCloseTo(values[0]!, 12);
    }
  });
});
