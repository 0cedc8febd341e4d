import { beforeAll, describe, expect, it } from 'vitest';
import { tensorflowEngine, tensorflowLogits } from '../../../../src/learning/train/tensorflow/engine.js';
import { loadTensorflow, type Tensorflow } from '../../../../src/learning/train/tensorflow/load.js';
import { initialNetwork, logitsOf, networkOf, layersOf } from '../../../../src/libml/index.js';
import type { Matrix } from '../../../../src/libml/matrix.js';
import type { Samples } from '../../../../src/libml/samples.js';
import { Training } from '../../../../src/libml/training.js';
import { DEFAULT_TRAINING, type TrainingOptions } from '../../../../src/libml/training-options.js';
import { parseState } from '../../../../src/libml/training-state.js';
import { Stream } from '../../../../src/sim/engine/rng.js';

/** The tests run on plain JavaScript, whatever else is installed. */
let tf: Tensorflow;
beforeAll(async () => {
  ({ tf } = await loadTensorflow('cpu'));
});

function matrix(rows: number, width: number, seed: number): Matrix {
  const stream = new Stream(seed, 'matrix');
  const values = new Float64Array(rows * width).map(() => stream.uint32() / 2 ** 31 - 1);
  return { rows, columns: Array.from({ length: width }, (_, i) => `x${i}`), values };
}

/** 1 where the first two inputs have the same sign. */
function xor(rows: number, seed: number): Samples {
  const inputs = matrix(rows, 3, seed);
  return { inputs, labels: new Uint8Array(rows).map((_, r) => (inputs.values[3 * r]! * inputs.values[3 * r + 1]! > 0 ? 1 : 0)) };
}

const OPTIONS: TrainingOptions = {
  ...DEFAULT_TRAINING, hidden: [12], epochs: 4, learningRate: 0.02, weightDecay: 1e-5, rateDecay: 0.9, classWeights: [1, 2],
};

describe('TensorFlow.js', () => {
  it.each([[[7, 43, 1]], [[10, 61, 1]], [[10, 16, 1]], [[5, 8, 8, 1]], [[6, 1]]])(
    'predicts what LibML predicts from the same weights: %j',
    (sizes) => {
      const inputs = matrix(5000, sizes[0]!, 3);
      const start = initialNetwork(sizes, 7);
      // Biases begin at 0; here they have a value of their own.
      const network = { sizes, parameters: start.parameters.map((value, i) => (value === 0 ? ((i % 7) - 3) / 10 : value)) };
      const ours = logitsOf(network, inputs);
      const theirs = tensorflowLogits(tf, network, inputs);
      let most = 0;
      ours.forEach((z, row) => (most = Math.max(most, Math.abs(z - theirs[row]!))));
      expect(most).toBeLessThan(1e-5);
      expect(most).toBeGreaterThan(0);
    },
  );

  it('takes the steps that LibML takes: gradients, class weights, weight decay and Adam agree', () => {
    const samples = xor(500, 1);
    const [ours, theirs] = [
      new Training(samples, xor(100, 2), OPTIONS),
      new Training(samples, xor(100, 2), OPTIONS, undefined, tensorflowEngine(tf)),
    ];
    const [mine, its] = [ours.runEpoch(), theirs.runEpoch()];
    expect(its.loss).toBeCloseTo(mine.loss, 4);
    expect(its.validationLoss).toBeCloseTo(mine.validationLoss!, 3);
    const [a, b] = [ours.bestNetwork().parameters, theirs.bestNetwork().parameters];
    a.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 2));
    // Not because nothing was learnt.
    expect(a).not.toEqual(initialNetwork(ours.bestNetwork().sizes, OPTIONS.seed).parameters);
  });

  it('gives the same bits for the same seed, and others for another', () => {
    const train = (seed: number): Float64Array => {
      const training = new Training(xor(400, 1), null, { ...OPTIONS, seed }, undefined, tensorflowEngine(tf));
      while (!training.finished) training.runEpoch();
      return training.bestNetwork().parameters;
    };
    const first = train(1);
    expect(train(1)).toEqual(first);
    expect(train(2)).not.toEqual(first);
  });

  it('taken up again through JSON gives the bits of one that ran through', () => {
    const [samples, validation] = [xor(300, 1), xor(100, 2)];
    const engine = tensorflowEngine(tf);
    const whole = new Training(samples, validation, OPTIONS, undefined, engine);
    while (!whole.finished) whole.runEpoch();
    let part = new Training(samples, validation, OPTIONS, undefined, engine);
    while (!part.finished) {
      part = new Training(samples, validation, OPTIONS, parseState(JSON.parse(JSON.stringify(part.state())), 'state'), engine);
      part.runEpoch();
    }
    expect(part.state()).toEqual(whole.state());
  });

  it('learns, and what it learnt is a network of LibML', () => {
    const training = new Training(xor(2000, 1), null, { ...OPTIONS, epochs: 10 }, undefined, tensorflowEngine(tf));
    while (!training.finished) training.runEpoch();
    const network = networkOf(layersOf(training.bestNetwork()), 'trained');
    const test = xor(1000, 9);
    const right = logitsOf(network, test.inputs).filter((z, row) => z > 0 === (test.labels[row] === 1)).length;
    expect(right / 1000).toBeGreaterThan(0.95);
  });

  it('leaves no tensor behind with each step', () => {
    const training = new Training(xor(300, 1), null, OPTIONS, undefined, tensorflowEngine(tf));
    training.runEpoch();
    const held = tf.memory().numTensors;
    training.runEpoch();
    expect(tf.memory().numTensors).toBe(held);
  });

  it('refuses what it does not do, and a backend that is not there', async () => {
    const sgd: TrainingOptions = { ...OPTIONS, optimiser: 'sgd' };
    expect(() => new Training(xor(10, 1), null, sgd, undefined, tensorflowEngine(tf))).toThrow(
      'training: optimiser: expected adam, for the full form, found sgd',
    );
    await expect(loadTensorflow('gpu' as never)).rejects.toThrow('--backend: expected a backend of TensorFlow.js');
  });

  it('runs on WebAssembly too, with the same predictions', async () => {
    const network = initialNetwork([7, 43, 1], 1);
    const inputs = matrix(300, 7, 5);
    const { tf: wasm, backend } = await loadTensorflow('wasm');
    expect(backend).toBe('wasm');
    expect(wasm.getBackend()).toBe('wasm');
    const theirs = tensorflowLogits(wasm, network, inputs);
    logitsOf(network, inputs).forEach((z, row) => expect(Math.abs(z - theirs[row]!)).toBeLessThan(1e-5));
  });
});
