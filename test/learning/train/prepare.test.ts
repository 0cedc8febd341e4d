import { describe, expect, it } from 'vitest';
import { classesOf, DEFAULT_PREPARE, prepareTraining, type PrepareOptions } from '../../../src/learning/train/prepare.js';
import { TEST } from '../../../src/learning/dataset/parts.js';
import { madeUp } from './made-up-data.js';

const all = (options: Partial<PrepareOptions>): PrepareOptions => ({ ...DEFAULT_PREPARE, ...options });

describe('the rows that are learnt from', () => {
  it('come before those that validate, in every recording, and share no series with them', () => {
    const data = madeUp({ rows: 1000, sources: 2 });
    const { training, validation, judged } = prepareTraining(data, all({ balance: 'natural' }));
    expect(judged.part).toBe('validation');
    // 500 rows a recording, the last 100 of each validate; series are 10 rows long and none lies across.
    expect([training.labels.length, validation!.labels.length]).toEqual([800, 200]);
    for (const row of judged.rows) expect(row % 500).toBeGreaterThanOrEqual(400);
    const straddling = madeUp({ rows: 1000, sources: 1, seriesRows: 30 });
    const cut = prepareTraining(straddling, all({ balance: 'natural' }));
    // The boundary, at 800, cuts the series of rows 780 to 809: its first 20 rows go.
    expect([cut.training.labels.length, cut.validation!.labels.length]).toEqual([780, 200]);
  });

  it('are half of each class by number or by weight, while judged rows keep their prevalence', () => {
    const data = madeUp({ rows: 1000 });
    const even = prepareTraining(data, all({ balance: 'even' }));
    const positives = even.training.labels.filter((label) => label === 1).length;
    expect(positives).toBeGreaterThan(50);
    expect(even.training.labels.length).toBe(2 * positives);
    expect(even.classWeights).toEqual([1, 1]);
    const weights = prepareTraining(data, all({ balance: 'weights' }));
    expect(weights.training.labels.length).toBe(800);
    const [negative, positive] = weights.classWeights;
    const own = weights.training.labels.filter((label) => label === 1).length;
    expect(own * positive).toBeCloseTo((800 - own) * negative, 9);
    expect(weights.judged.rows).toEqual(even.judged.rows);
    const [no, yes] = classesOf(data, even.judged.rows);
    expect(yes / (yes + no)).toBeLessThan(0.35);
  });

  it('are a seeded sample where there are too many', () => {
    const data = madeUp({ rows: 1000 });
    const take = (seed: number): Float64Array => prepareTraining(data, all({ maxRows: 100, seed })).training.inputs.values;
    expect(take(1).length).toBe(300);
    expect(take(1)).toEqual(take(1));
    expect(take(2)).not.toEqual(take(1));
  });

  it('are all where nothing can validate, and the test part judges where there is one', () => {
    const none = prepareTraining(madeUp({ rows: 100 }), all({ validation: 0, balance: 'natural' }));
    expect([none.validation, none.training.labels.length, none.judged.part]).toEqual([null, 100, 'training']);
    const data = madeUp({ rows: 1000 });
    data.origin.part.fill(TEST, 900);
    const { judged, training, validation } = prepareTraining(data, all({ balance: 'natural' }));
    expect([judged.part, judged.rows.length]).toEqual(['test', 100]);
    expect(training.labels.length + validation!.labels.length).toBe(900);
  });

  it('lose columns that say nothing, and are refused where nothing is left', () => {
    const data = madeUp({ rows: 200 });
    const constant = { ...data, inputs: { ...data.inputs, values: data.inputs.values.map((value, i) => (i % 3 === 1 ? 7 : value)) } };
    expect(prepareTraining(constant, DEFAULT_PREPARE).constant).toEqual(['nr_balance_failed']);
    const dull = { ...data, inputs: { ...data.inputs, values: data.inputs.values.map(() => 1) } };
    expect(() => prepareTraining(dull, DEFAULT_PREPARE)).toThrow('data set: features: expected one that varies, found none');
    const oneClass = { ...data, labels: new Uint8Array(200) };
    expect(() => prepareTraining(oneClass, DEFAULT_PREPARE)).toThrow('both 0 and 1 among the rows for training, found 0 of');
    expect(() => prepareTraining(madeUp({ rows: 0 }), DEFAULT_PREPARE)).toThrow('expected rows for training, found none');
  });
});
