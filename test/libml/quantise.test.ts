import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/libml/compile.js';
import { Forward, logitsOf } from '../../src/libml/forward.js';
import { ONE } from '../../src/libml/integers.js';
import { Interpreter } from '../../src/libml/interpreter.js';
import { initialNetwork, networkOf } from '../../src/libml/network.js';
import { FORMATS, withThreshold, type NetworkProgram } from '../../src/libml/program.js';
import { prove } from '../../src/libml/proof.js';
import { quantise } from '../../src/libml/quantise.js';
import { scaled, scalingOf, type InputScaling, type ModelInput } from '../../src/libml/scaling.js';
import { train } from '../../src/libml/training.js';
import { DEFAULT_TRAINING } from '../../src/libml/training-options.js';
import { scaleMatrix } from '../../src/libml/scale-matrix.js';
import { fitScalings } from '../../src/libml/fit-scaling.js';
import { Stream } from '../../src/sim/engine/rng.js';
import { drawRaw, someInputs, someNetwork } from '../support/networks.js';

const SHAPES = [[3, 1], [7, 10, 1], [10, 16, 1], [4, 6, 5, 1]];

/** The formula of a program on integers without bounds. */
function reference(program: NetworkProgram, raw: Float64Array): bigint {
  let x = program.inputs.map(({ scaling }, i) => BigInt(scaled(scaling, raw[i]!)));
  program.layers.forEach((layer, l) => {
    x = layer.weights.map((row, j) => {
      const sum = row.reduce((total, w, i) => total + BigInt(w) * x[i]!, BigInt(layer.biases[j]!));
      if (l === program.layers.length - 1) return sum;
      return sum > 0n ? sum >> BigInt(layer.shifts[j]!) : 0n;
    });
  });
  return x[0]!;
}

describe.each(FORMATS)('a network as %s', (format) => {
  it('is evaluated alike by both interpreters and by the formula on integers without bounds', () => {
    for (const shape of SHAPES) {
      for (const seed of [1, 2, 3, 4, 5]) {
        const program = quantise(someNetwork(shape, seed), someInputs(shape[0]!), format);
        const [plain, compiled] = [new Interpreter(program), compile(program)];
        const stream = new Stream(seed, 'raw');
        const raw = new Float64Array(shape[0]!);
        for (let i = 0; i < 200; i++) {
          drawRaw(stream, program.inputs, raw);
          const expected = reference(program, raw);
          expect(BigInt(plain.logit(raw))).toBe(expected);
          expect(BigInt(compiled.logit(raw))).toBe(expected);
          expect(plain.decide(raw)).toBe(expected >= BigInt(program.threshold));
          expect(compiled.decide(raw)).toBe(plain.decide(raw));
        }
      }
    }
  });

  it('has a logit near that of the network', () => {
    const tolerance = { q16: 0.002, s11: 0.1, int8: 0.6 }[format];
    for (const shape of SHAPES) {
      const network = someNetwork(shape, 3);
      const inputs = someInputs(shape[0]!);
      const program = quantise(network, inputs, format);
      const [plain, forward] = [new Interpreter(program), new Forward(network)];
      const stream = new Stream(1, 'raw');
      const raw = new Float64Array(shape[0]!);
      let [error, largest] = [0, 0];
      for (let i = 0; i < 500; i++) {
        drawRaw(stream, inputs, raw);
        const exact = forward.logit(raw.map((value, k) => scaled(inputs[k]!.scaling, value) / ONE), 0);
        error = Math.max(error, Math.abs(plain.logit(raw) * program.logitUnit - exact));
        largest = Math.max(largest, Math.abs(exact));
      }
      expect(largest).toBeGreaterThan(1);
      expect(error, shape.join('-')).toBeLessThan(tolerance * Math.max(1, largest / 10));
    }
  });

  it('lies within what the proof says, sums included, whatever the raw values are', () => {
    for (const shape of SHAPES) {
      const program = quantise(someNetwork(shape, 4), someInputs(shape[0]!), format);
      const { inputs, layers } = prove(program);
      const output = layers.at(-1)![0]!.output;
      const plain = new Interpreter(program);
      const stream = new Stream(2, 'raw');
      const raw = new Float64Array(shape[0]!);
      for (let i = 0; i < 500; i++) {
        drawRaw(stream, program.inputs, raw);
        program.inputs.forEach(({ scaling }, k) => {
          const x = scaled(scaling, raw[k]!);
          expect(x >= inputs[k]!.lo && x <= inputs[k]!.hi).toBe(true);
        });
        const z = plain.logit(raw);
        expect(z >= output.lo && z <= output.hi).toBe(true);
      }
      for (const { sum } of layers.flat()) {
        expect(Math.max(-sum.lo, sum.hi)).toBeLessThan(2 ** (program.accumulatorBits === 32 ? 31 : 53));
      }
    }
  });

  it('survives JSON', () => {
    const program = quantise(someNetwork([7, 10, 1], 1), someInputs(7), format);
    expect(JSON.parse(JSON.stringify(program))).toEqual(program);
  });

  it('keeps its accuracy on a task with sharp edges: at most 0.2 points are lost', () => {
    const stream = new Stream(1, 'task');
    const columns = ['delta', 'failed', 'tries', 'util', 'idle'];
    const rows = 6000;
    const values = new Float64Array(rows * columns.length);
    const labels = new Uint8Array(rows);
    for (let row = 0; row < rows; row++) {
      const delta = Math.floor(2 ** (stream.uint32() / 2 ** 32 * 28));
      const sample = [delta, stream.below(6), 1 + stream.below(2), stream.below(1025), stream.below(2)];
      values.set(sample, row * columns.length);
      labels[row] = delta > 500_000 || sample[1]! > sample[2]! || (sample[3]! < 100 && sample[4] === 1) ? 1 : 0;
    }
    const raw = { rows, columns, values };
    const inputs = fitScalings(raw);
    const scaledRows = scaleMatrix(raw, inputs);
    const network = train({ inputs: scaledRows, labels }, null, { ...DEFAULT_TRAINING, epochs: 25 });
    const plain = new Interpreter(quantise(network, inputs, format));
    const accuracy = (yes: (row: number) => boolean): number => {
      let right = 0;
      for (let row = 0; row < rows; row++) if (yes(row) === (labels[row] === 1)) right += 1;
      return (100 * right) / rows;
    };
    const logits = logitsOf(network, scaledRows);
    const exact = accuracy((row) => logits[row]! >= 0);
    expect(exact).toBeGreaterThan(97);
    const found = accuracy((row) => plain.decide(values.subarray(row * columns.length, (row + 1) * columns.length)));
    expect(exact - found).toBeLessThanOrEqual(0.2);
  });

  it('the threshold is a probability, turned into an integer once', () => {
    const program = quantise(someNetwork([3, 4, 1], 2), someInputs(3), format, 0.5);
    expect(program.threshold).toBe(0);
    const sure = withThreshold(program, 0.9);
    expect(sure.threshold * program.logitUnit).toBeCloseTo(Math.log(9), 3);
    expect(quantise(someNetwork([3, 4, 1], 2), someInputs(3), format, 0.9)).toEqual(sure);
    expect(withThreshold(program, 1e-15).threshold).toBeLessThan(0);
    expect(() => quantise(someNetwork([3, 4, 1], 2), someInputs(3), format, 1)).toThrow('probability: expected above 0');
  });
});

describe('quantisation', () => {
  it('takes networks with units and inputs that do nothing, and large biases', () => {
    const zero = { ...initialNetwork([3, 4, 1], 1), parameters: new Float64Array(21) };
    const dead = networkOf([{ weights: [[0, 0, 0], [1, 0, 0]], biases: [5, -3000] }, { weights: [[0, 1]], biases: [0] }], 'm');
    for (const format of FORMATS) {
      for (const network of [zero, dead]) {
        const program = quantise(network, someInputs(3), format);
        const raw = Float64Array.of(5, 1, 7);
        expect(new Interpreter(program).logit(raw)).toBe(0);
        expect(compile(program).logit(raw)).toBe(0);
      }
    }
  });

  it('refuses inputs that are not the network’s', () => {
    expect(() => quantise(someNetwork([3, 1], 1), someInputs(2), 'q16')).toThrow('q16: inputs: expected 3, found 2');
  });

  it('refuses weights that fixed point has no room for, by layer and unit', () => {
    const network = networkOf([{ weights: [[1, 2], [3, 40_000]], biases: [0, 0] }, { weights: [[1, 1]], biases: [0] }], 'm');
    expect(() => quantise(network, someInputs(2), 'q16')).toThrow('q16: layer 1, unit 2: expected weights within ±32768, found 40000');
    expect(() => quantise(network, someInputs(2), 's11')).not.toThrow();
  });

  it('refuses what could overflow, by layer, unit and interval', () => {
    const network = networkOf([{ weights: [[30_000, 30_000]], biases: [30_000] }, { weights: [[30_000]], biases: [0] }], 'm');
    expect(() => quantise(network, someInputs(2), 'q16')).toThrow(
      /^q16: layer 1, unit 1: expected activations within -2147483648 to 2147483647, found 0 to \d+$/,
    );
    expect(() => quantise(network, someInputs(2), 'int8')).not.toThrow();
  });
});

describe('the proof', () => {
  const input = (change: Partial<InputScaling> = {}): ModelInput => ({
    name: 'delta',
    scaling: { ...scalingOf('linear', 0, 100), ...change },
  });
  const program = (weights: number[], bias: number, change: Partial<NetworkProgram> = {}): NetworkProgram => ({
    kind: 'network',
    format: 'int8',
    accumulatorBits: 32,
    inputs: weights.map(() => input()),
    layers: [{ weights: [weights], biases: [bias], shifts: [0] }],
    threshold: 0,
    logitUnit: 1,
    ...change,
  });

  it('passes what just fits, and refuses one more: s32', () => {
    // x is −65536…65536.
    expect(prove(program([32767], 65535)).layers[0]![0]!.sum).toEqual({ lo: -(32767 * 65536), hi: 2 ** 31 - 1 });
    expect(() => prove(program([32767], 65536))).toThrow(
      'program: layer 1, unit 1: expected sums within -2147483648 to 2147483647, found -2147418112 to 2147483648',
    );
  });

  it('passes what just fits, and refuses one more: 2^53', () => {
    const wide = { accumulatorBits: 64 } as const;
    const weights = new Array<number>(64).fill(2 ** 31 - 1);
    const room = Number.MAX_SAFE_INTEGER - 64 * (2 ** 31 - 1) * 65536;
    expect(() => prove(program(weights, room, wide))).not.toThrow();
    expect(() => prove(program([...weights, 1], room, wide))).toThrow(/unit 1: expected sums within -9007199254740991 to 9007199254740991/);
  });

  it('holds partial sums too, which the whole sum may hide', () => {
    const constant = { ...input(), scaling: { ...scalingOf('linear', 0, 1), lo: 1, hi: 1 } };
    const two = program([40_000, -40_000], 0, { inputs: [constant, constant] });
    expect(() => prove(two)).toThrow('unit 1: expected sums within');
  });

  it('looks at every step of an input', () => {
    const bad = (change: Partial<InputScaling>): unknown => prove(program([1], 0, { inputs: [input(change)] }), 'file');
    expect(() => bad({ multiplier: 2 ** 31, hi: 2 ** 40, preShift: 0 })).toThrow('file: input delta: expected products within');
    expect(() => bad({ base: -(2 ** 53) })).toThrow('file: input delta: expected differences within');
    expect(() => bad({ shift: 0, multiplier: 2 ** 30 })).toThrow('file: input delta: expected inputs within -2147483648');
  });

  it('bounds random networks by what their values really do', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -127, max: 127 }), { minLength: 1, maxLength: 6 }), fc.integer({ min: -9999, max: 9999 }), (weights, bias) => {
        const subject = program(weights, bias);
        const { lo, hi } = prove(subject).layers[0]![0]!.output;
        const plain = new Interpreter(subject);
        expect(plain.logit(weights.map((w) => (w < 0 ? 100 : 0)))).toBe(lo);
        expect(plain.logit(weights.map((w) => (w < 0 ? 0 : 100)))).toBe(hi);
      }),
    );
  });
});
