import { describe, expect, it } from 'vitest';
import { logitsOf } from '../../src/libml/forward.js';
import type { Samples } from '../../src/libml/samples.js';
import { Training, train, type EpochReport } from '../../src/libml/training.js';
import { DEFAULT_TRAINING, type TrainingOptions } from '../../src/libml/training-options.js';
import { parseState } from '../../src/libml/training-state.js';
import { Stream } from '../../src/sim/engine/rng.js';

/** Points of a square, 1 where their coordinates have the same sign: no straight line parts them. */
function xor(rows: number, seed: number): Samples {
  const stream = new Stream(seed, 'xor');
  const values = new Float64Array(rows * 2).map(() => stream.uint32() / 2 ** 31 - 1);
  const labels = new Uint8Array(rows).map((_, row) => (values[2 * row]! * values[2 * row + 1]! > 0 ? 1 : 0));
  return { inputs: { rows, columns: ['x', 'y'], values }, labels };
}

const OPTIONS: TrainingOptions = { ...DEFAULT_TRAINING, hidden: [8], epochs: 30, learningRate: 0.01, batch: 8 };

function accuracy(samples: Samples, options: TrainingOptions, test: Samples): number {
  const logits = logitsOf(train(samples, null, options), test.inputs);
  return logits.filter((z, row) => z > 0 === (test.labels[row] === 1)).length / test.labels.length;
}

describe('training', () => {
  it('learns what no straight line can part, and a logistic regression does not', () => {
    const [samples, test] = [xor(2000, 1), xor(1000, 2)];
    expect(accuracy(samples, OPTIONS, test)).toBeGreaterThan(0.97);
    expect(accuracy(samples, { ...OPTIONS, hidden: [] }, test)).toBeLessThan(0.65);
  });

  it('learns with plain descent in batches of one, as the thesis does, and in larger ones', () => {
    const [samples, test] = [xor(2000, 1), xor(1000, 2)];
    const sgd: TrainingOptions = { ...OPTIONS, optimiser: 'sgd', learningRate: 0.1 };
    expect(accuracy(samples, { ...sgd, batch: 1 }, test)).toBeGreaterThan(0.95);
    expect(accuracy(samples, { ...sgd, batch: 4, weightDecay: 1e-6 }, test)).toBeGreaterThan(0.95);
  });

  it('gives the same bits for the same seed, others for another', () => {
    const samples = xor(300, 1);
    const options = { ...OPTIONS, epochs: 3 };
    const first = train(samples, null, options);
    expect(train(samples, null, options)).toEqual(first);
    expect(train(samples, null, { ...options, seed: 2 })).not.toEqual(first);
  });

  it.each(['adam', 'sgd'] as const)('taken up again through JSON gives the bits of one that ran through: %s', (optimiser) => {
    const [samples, validation] = [xor(300, 1), xor(100, 2)];
    const options = { ...OPTIONS, optimiser, epochs: 6, rateDecay: 0.9, weightDecay: 1e-4 };
    const whole = new Training(samples, validation, options);
    while (!whole.finished) whole.runEpoch();
    let part = new Training(samples, validation, options);
    for (let epoch = 0; epoch < 6; epoch++) {
      part = new Training(samples, validation, options, parseState(JSON.parse(JSON.stringify(part.state())), 'state'));
      part.runEpoch();
    }
    expect(part.finished).toBe(true);
    expect(part.state()).toEqual(whole.state());
    expect(part.bestNetwork()).toEqual(whole.bestNetwork());
  });

  it('driven in turns gives the bits of one that ran through', () => {
    const samples = xor(40_000, 1);
    const options: TrainingOptions = { ...OPTIONS, hidden: [2], epochs: 1, batch: 3 };
    const [whole, inTurns] = [new Training(samples, null, options), new Training(samples, null, options)];
    const report = whole.runEpoch();
    const epoch = inTurns.epochInTurns();
    let turns = 0;
    for (let turn = epoch.next(); ; turn = epoch.next()) {
      if (turn.done === true) {
        expect(turn.value).toEqual(report);
        break;
      }
      turns += 1;
    }
    expect(turns).toBe(2);
    expect(inTurns.state()).toEqual(whole.state());
  });

  it('refuses to go on from the state of another training, by name', () => {
    const samples = xor(50, 1);
    const training = new Training(samples, null, OPTIONS);
    training.runEpoch();
    const state = training.state();
    const resume = (change: object, options = OPTIONS): unknown =>
      new Training(samples, null, options, { ...state, ...change });
    expect(() => resume({})).not.toThrow();
    expect(() => resume({}, { ...OPTIONS, epochs: 99, patience: 1 })).not.toThrow();
    expect(() => resume({ rows: 51 })).toThrow('training state: rows: expected 50, found 51');
    expect(() => resume({ columns: ['x', 'z'] })).toThrow('training state: columns: expected x,y');
    expect(() => resume({}, { ...OPTIONS, seed: 5 })).toThrow('training state: options.seed: expected 5, found 1');
    expect(() => resume({ parameters: [1] })).toThrow('training state: parameters: expected 33 numbers, found 1');
    expect(() => parseState({ epoch: -1 }, 'f')).toThrow('f: epoch: expected at least 0');
  });

  it('stops when the validation loss no longer falls, and keeps the best weights', () => {
    const samples = xor(60, 1);
    const validation = xor(500, 2);
    const reports: EpochReport[] = [];
    const options = { ...OPTIONS, hidden: [32], epochs: 500, patience: 5, learningRate: 0.05 };
    const best = train(samples, validation, options, (report) => reports.push(report));
    expect(reports.length).toBeLessThan(500);
    const least = Math.min(...reports.map((report) => report.validationLoss!));
    const at = reports.find((report) => report.validationLoss === least)!;
    expect(at.improved).toBe(true);
    expect(reports.length).toBe(at.epoch + 5);
    expect(best).toEqual(train(samples, validation, { ...options, epochs: at.epoch }));
  });

  it('counts a class as its weight says', () => {
    const samples = xor(400, 1);
    const positives = (weights: readonly [number, number]): number => {
      const network = train(samples, null, { ...OPTIONS, hidden: [], epochs: 10, classWeights: weights });
      return logitsOf(network, samples.inputs).filter((z) => z > 0).length;
    };
    expect(positives([1, 20])).toBe(400);
    expect(positives([20, 1])).toBe(0);
  });

  it('weight decay pulls weights to 0', () => {
    const samples = xor(400, 1);
    const size = (weightDecay: number): number =>
      train(samples, null, { ...OPTIONS, epochs: 10, weightDecay }).parameters.reduce((sum, w) => sum + w * w, 0);
    expect(size(0.1)).toBeLessThan(size(0) / 2);
  });

  it('refuses samples that nothing can be learnt from, and options out of range, by name', () => {
    const good = xor(10, 1);
    const start = (samples: Samples, change: Partial<TrainingOptions> = {}): unknown =>
      new Training(samples, null, { ...OPTIONS, ...change });
    const values = good.inputs.values.slice();
    values[7] = NaN;
    expect(() => start({ ...good, inputs: { ...good.inputs, values } })).toThrow('training: row 3, y: expected a finite number, found NaN');
    expect(() => start({ ...good, labels: new Uint8Array(10) })).toThrow('training: labels: expected both 0 and 1, found 0 of 10');
    expect(() => start({ ...good, labels: new Uint8Array(9) })).toThrow('expected 10 rows of 2 inputs');
    expect(() => start({ inputs: { rows: 0, columns: ['x'], values: new Float64Array() }, labels: new Uint8Array() })).toThrow('expected rows');
    expect(() => start(good, { learningRate: NaN })).toThrow('training: learningRate: expected above 0');
    expect(() => start(good, { batch: 0 })).toThrow('training: batch: expected an integer from 1');
    expect(() => new Training(good, { ...good, inputs: { ...good.inputs, columns: ['y', 'x'] } }, OPTIONS)).toThrow(
      'validation: columns: expected x,y, found y,x',
    );
  });

  it('says that it diverged instead of going on with NaN', () => {
    const wild = xor(200, 1);
    const inputs = { ...wild.inputs, values: wild.inputs.values.map((value) => value * 1e200) };
    const training = new Training({ ...wild, inputs }, null, { ...OPTIONS, optimiser: 'sgd', batch: 1, learningRate: 10 });
    expect(() => {
      while (!training.finished) training.runEpoch();
    }).toThrow(/training: epoch \d+: expected a loss that is a number, found one that diverged with learning rate 10/);
  });
});
