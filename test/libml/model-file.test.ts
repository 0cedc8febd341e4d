import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeModel, modelHash, type Model, type ModelFacts } from '../../src/libml/model.js';
import { loadModel, parseModel, saveModel, textOf } from '../../src/libml/model-file.js';
import { networkOf } from '../../src/libml/network.js';
import { DEFAULT_TRAINING } from '../../src/libml/training-options.js';
import { someInputs, someNetwork } from '../support/networks.js';

const KNOWN = someInputs(5).map(({ name, scaling: { lo, hi } }) => ({ name, min: lo, max: hi }));

const FACTS: ModelFacts = {
  task: 1,
  inputs: someInputs(4),
  probability: 0.6,
  quantisation: 'int8',
  dataset: { hash: 'a'.repeat(64), rows: 1000, positives: 400 },
  training: { library: 'libml', epochs: 7, options: { ...DEFAULT_TRAINING, hidden: [6] } },
  metrics: { 'balanced accuracy': 0.97, auc: null },
};

const MODEL = makeModel(someNetwork([4, 6, 1], 1), FACTS);

/** What JSON gives, to be spoilt. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = Record<string, any>;

/** The model with something changed somewhere, as a file would hold it; the hash made to fit again. */
function changed(change: (model: Loose) => void): unknown {
  const copy = JSON.parse(textOf(MODEL)) as Loose;
  change(copy);
  copy['hash'] = modelHash(copy as unknown as Model);
  return copy;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfslab-model-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a model file', () => {
  it('comes back as it was written, and as the same text', () => {
    const file = join(folder, 'm.json');
    saveModel(file, MODEL);
    expect(loadModel(file, KNOWN)).toEqual(MODEL);
    expect(textOf(loadModel(file, KNOWN))).toBe(readFileSync(file, 'utf8'));
    expect(readdirSync(folder)).toEqual(['m.json']);
  });

  it('has the hash of its content, whatever the order of names', () => {
    const reversed = Object.fromEntries(Object.entries(MODEL).reverse()) as unknown as Model;
    expect(modelHash(reversed)).toBe(MODEL.hash);
    expect(parseModel(JSON.parse(JSON.stringify(reversed)), KNOWN, 'm').hash).toBe(MODEL.hash);
    expect(makeModel(someNetwork([4, 6, 1], 1), FACTS).hash).toBe(MODEL.hash);
    expect(makeModel(someNetwork([4, 6, 1], 2), FACTS).hash).not.toBe(MODEL.hash);
    expect(makeModel(someNetwork([4, 6, 1], 1), { ...FACTS, metrics: {} }).hash).not.toBe(MODEL.hash);
  });

  it('has the forms that can be proven, and must have the one that decides', () => {
    expect(Object.keys(MODEL.programs)).toEqual(['q16', 's11', 'int8']);
    const wild = networkOf([{ weights: [[40_000, 1, 1, 1]], biases: [0] }], 'm');
    expect(Object.keys(makeModel(wild, FACTS).programs)).toEqual(['s11', 'int8']);
    expect(() => makeModel(wild, { ...FACTS, quantisation: 'q16' })).toThrow('q16: layer 1, unit 1: expected weights within');
  });

  it.each<[string, (m: Loose) => void, string]>([
    ['another schema', (m) => (m['schema'] = 2), 'm: schema: expected 1, found 2'],
    ['another kind', (m) => (m['kind'] = 'forest'), 'm: kind: expected network, found "forest"'],
    ['an unknown field', (m) => (m['extra'] = 1), 'm: extra: expected no such field'],
    ['an unknown feature', (m) => (m['inputs'][1].name = 'weather'), 'm: inputs.1.name: expected the name of a feature, found weather'],
    ['a feature twice', (m) => (m['inputs'][1].name = 'f0'), 'm: inputs.1.name: expected each feature once, found f0'],
    ['a clamp beyond the range', (m) => (m['inputs'][1].scaling.hi = 2), 'm: inputs.1.scaling: expected a clamp within 0 to 1 for f1, found 0 to 2'],
    ['a clamp of nothing', (m) => (m['inputs'][1].scaling.hi = 0), 'm: inputs.1.scaling: expected lo below hi for f1'],
    ['a scale that is not whole', (m) => (m['inputs'][1].scaling.multiplier = 0.5), 'm: inputs.1.scaling.multiplier: expected an integer'],
    ['a shift too far', (m) => (m['inputs'][1].scaling.shift = 64), 'm: inputs.1.scaling.shift: expected at most 63'],
    ['an input too few', (m) => m['inputs'].pop(), 'm: layers.0.weights: expected 3 weights a unit'],
    ['a weight that is no number', (m) => (m['layers'][0].weights[2][1] = null), 'm: layers.0.weights.2.1: expected a number, found null'],
    ['a row too short', (m) => m['layers'][0].weights[2].pop(), 'm: layers.0.weights.2: expected 4 weights, found 3'],
    ['a bias too few', (m) => m['layers'][0].biases.pop(), 'm: layers.0.weights: expected 5 rows'],
    ['a certain probability', (m) => (m['probability'] = 1), 'm: probability: expected less than 1'],
    ['no program that decides', (m) => delete m['programs'].int8, 'm: programs.int8: expected the program that quantisation names'],
    ['a program under a wrong name', (m) => (m['programs'].q16 = m['programs'].s11), 'm: programs.q16.format: expected q16, found s11'],
    ['a program of other inputs', (m) => m['programs'].q16.inputs.reverse(), 'm: programs.q16.inputs: expected those of the model'],
    ['a program of another size', (m) => m['programs'].int8.layers[0].biases.pop(), 'm: programs.int8.layers.0.biases: expected 6'],
    ['a weight beyond 8 bits', (m) => (m['programs'].int8.layers[0].weights[3][0] = 128), 'm: programs.int8.layers.0.weights.3: expected weights from -128 to 127, found 128'],
    ['accumulators of another width', (m) => (m['programs'].int8.accumulatorBits = 64), 'm: programs.int8.accumulatorBits: expected 32, found 64'],
    ['a shift of the output', (m) => (m['programs'].int8.layers[1].shifts[0] = 1), 'm: programs.int8.layers.1.shifts: expected 0 for the output'],
    ['a program that may overflow', (m) => (m['programs'].int8.layers[0].biases[4] = 2 ** 31), 'm: programs.int8, layer 1, unit 5: expected sums within'],
  ])('is refused, by name, with %s', (_, change, message) => {
    expect(() => parseModel(changed(change), KNOWN, 'm')).toThrow(message);
  });

  it('is refused where its content is not what the hash is of', () => {
    const model = changed(() => undefined) as Loose;
    expect(() => parseModel(model, KNOWN, 'm')).not.toThrow();
    model['programs'].int8.threshold += 1;
    expect(() => parseModel(model, KNOWN, 'm')).toThrow(/^m: hash: expected [0-9a-f]{64}, which is that of its content, found/);
  });

  it('is refused where the file is cut, or holds no number', () => {
    const file = join(folder, 'm.json');
    writeFileSync(file, textOf(MODEL).slice(0, -50));
    expect(() => loadModel(file, KNOWN)).toThrow('expected JSON');
    writeFileSync(file, textOf(MODEL).replace(/"biases": \[\s*[^,]+,/, '"biases": [ NaN,'));
    expect(() => loadModel(file, KNOWN)).toThrow('expected JSON, found "NaN');
    writeFileSync(file, textOf(MODEL).replace(/"biases": \[\s*[^,]+,/, '"biases": [ 1e999,'));
    expect(() => loadModel(file, KNOWN)).toThrow(/layers\.0\.biases\.0: expected a(n integer| number), found Infinity/);
  });
});
