import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBaseline } from '../../../src/learning/train/baseline-model.js';
import { FORMS, trainingDefaults, isNetworkForm, type Form } from '../../../src/learning/train/forms.js';
import { Interrupted } from '../../../src/learning/train/interrupted.js';
import { DEFAULT_PREPARE } from '../../../src/learning/train/prepare.js';
import { trainModel, type Trained, type TrainRequest } from '../../../src/learning/train/train.js';
import { parseModel } from '../../../src/libml/model-file.js';
import type { Model } from '../../../src/libml/model.js';
import { FEATURES } from '../../../src/policies/features.js';
import { madeUp } from './made-up-data.js';

let root = '';
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), 'cfslab-train-'))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const DATA = madeUp({ rows: 1500, sources: 2 });

function request(form: Form, epochs = 6, change: Partial<TrainRequest> = {}): TrainRequest {
  const usual = trainingDefaults(isNetworkForm(form) ? form : 'compact', 1);
  const training = { ...usual, epochs, learningRate: form === 'full' ? 0.01 : usual.learningRate };
  return {
    form, data: DATA, prepare: DEFAULT_PREPARE, checkpoint: null,
    trainer: { training, probability: 0.5, quantisation: 'q16', backend: 'cpu' },
    ...change,
  };
}

function parsed({ model }: Trained): unknown {
  const value: unknown = JSON.parse(JSON.stringify(model));
  return model.kind === 'network' ? parseModel(value, FEATURES, 'model') : parseBaseline(value, 'model');
}

describe('training', () => {
  it.each(FORMS.filter((form) => form !== 'rule'))('learns the rule from rows, judges by rows not learnt from, and makes a model: %s', async (form) => {
    const trained = await trainModel(request(form, form === 'full' ? 8 : 20));
    const last = trained.judged.at(-1)!;
    expect(trained.judged.map(({ name, rows }) => [name, rows])).toEqual([['run-0', 150], ['run-1', 150], ['all', 300]]);
    expect(last.balancedAccuracy).toBeGreaterThan(form === 'logistic' ? 0.8 : 0.9);
    expect(parsed(trained)).toEqual(trained.model);
    expect(trained.model.metrics['validation.balancedAccuracy']).toBe(last.balancedAccuracy);
    if (form === 'tree') return;
    for (const format of ['q16', 's11', 'int8'] as const) {
      expect(Math.abs(trained.lost[format]!)).toBeLessThanOrEqual(format === 'int8' ? 1 : 0.2);
    }
    expect(trained.cost!.multiplyAdds).toBe({ compact: 64, full: 172, logistic: 3 }[form as 'compact']);
  });

  it('takes the rule as a form, which is right where its inputs are all it takes', async () => {
    const { inputs } = DATA;
    const values = new Float64Array(inputs.rows * 3);
    for (let row = 0; row < inputs.rows; row += 1) {
      // cache_nice_tries is constant, and is needed all the same.
      values.set([inputs.values[3 * row]! > 5e6 ? 0 : 1, inputs.values[3 * row + 1]!, 1], 3 * row);
    }
    const data = { ...DATA, inputs: { rows: inputs.rows, columns: ['hot', 'nr_balance_failed', 'cache_nice_tries'], values } };
    const trained = await trainModel(request('rule', 1, { data }));
    expect(trained.judged.at(-1)!.balancedAccuracy).toBe(1);
    expect(parsed(trained)).toEqual(trained.model);
    await expect(trainModel(request('rule'))).rejects.toThrow('rule: features: expected');
  });

  it('gives the same model for the same seed and data, another for another', async () => {
    const first = await trainModel(request('compact', 2));
    expect((await trainModel(request('compact', 2))).model.hash).toBe(first.model.hash);
    const other = request('compact', 2);
    const seeded = { ...other, trainer: { ...other.trainer, training: { ...other.trainer.training, seed: 2 } } };
    expect((await trainModel(seeded)).model.hash).not.toBe(first.model.hash);
  });

  it.each(['compact', 'full', 'logistic'] as const)('interrupted in an epoch and resumed, it gives the same bits: %s', async (form) => {
    const whole = await trainModel(request(form));
    const file = join(root, `${form}.json`);
    const controller = new AbortController();
    const stopped = trainModel(request(form, 6, { checkpoint: { file, resume: false } }), {
      signal: controller.signal,
      onEpoch: ({ epoch }) => void (epoch === 3 && controller.abort()),
    });
    await expect(stopped).rejects.toThrow(Interrupted);
    expect((JSON.parse(readFileSync(file, 'utf8')) as { state: { epoch: number } }).state.epoch).toBe(3);
    const resumed = await trainModel(request(form, 6, { checkpoint: { file, resume: true } }));
    expect(resumed).toEqual(whole);
    // What was finished is so when it is asked again.
    expect(await trainModel(request(form, 6, { checkpoint: { file, resume: true } }))).toEqual(whole);
  });

  it('refuses the checkpoint of another training, and one that is none', async () => {
    const file = join(root, 'refused.json');
    await trainModel(request('compact', 1, { checkpoint: { file, resume: false } }));
    const resume = { file, resume: true };
    const fails = (other: TrainRequest, message: string): Promise<void> => expect(trainModel(other)).rejects.toThrow(message);
    await fails(request('logistic', 1, { checkpoint: resume }), 'form: expected "logistic", found "compact"');
    await fails(request('compact', 1, { checkpoint: resume, prepare: { ...DEFAULT_PREPARE, seed: 5 } }), 'prepare: expected');
    const data = { ...DATA, manifest: { ...DATA.manifest, hash: 'd'.repeat(64) } };
    await fails(request('compact', 1, { checkpoint: resume, data }), 'dataset: expected "ddd');
    const { trainer } = request('compact');
    const batch = { ...trainer, training: { ...trainer.training, batch: 7 } };
    await fails(request('compact', 1, { checkpoint: resume, trainer: batch }), 'training state: options.batch: expected 7, found 32');
    writeFileSync(file, '{"schema":1,"kind":"model"}');
    await fails(request('compact', 1, { checkpoint: resume }), 'kind: expected checkpoint');
    writeFileSync(file, '{');
    await fails(request('compact', 1, { checkpoint: resume }), 'refused.json');
    await fails(request('tree', 1, { checkpoint: resume }), '--checkpoint: expected a form that is trained by epochs');
    // One that has not got to its first epoch begins.
    const fresh = join(root, 'fresh.json');
    await trainModel(request('compact', 1, { checkpoint: { file: fresh, resume: true } }));
    expect(existsSync(fresh)).toBe(true);
  });

  it('refuses rows that are no numbers, by row and name', async () => {
    const values = DATA.inputs.values.slice();
    values[3 * 5] = NaN;
    const data = { ...DATA, inputs: { ...DATA.inputs, values } };
    await expect(trainModel(request('compact', 1, { data }))).rejects.toThrow(/data set: row \d+, delta: expected a whole number/);
  });

  it('a model of another schema, or that was changed, is refused', async () => {
    const { model } = await trainModel(request('compact', 1));
    expect(() => parseModel({ ...model, schema: 2 }, FEATURES, 'm')).toThrow('m: schema: expected 1');
    expect(() => parseModel({ ...(model as Model), probability: 0.4 }, FEATURES, 'm')).toThrow();
    const { model: tree } = await trainModel(request('tree', 1));
    expect(() => parseBaseline({ ...tree, features: ['nope', 'delta', 'task_util'] }, 'm')).toThrow("m: features.0: expected the name of a feature");
    expect(() => parseBaseline({ ...tree, probability: 0.4 }, 'm')).toThrow('m: hash: expected');
    expect(() => parseBaseline({ ...tree, kind: 'rule' }, 'm')).toThrow('m: tree: expected');
  });
});
