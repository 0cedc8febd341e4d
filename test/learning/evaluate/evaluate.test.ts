import { describe, expect, it } from 'vitest';
import { DEFAULT_DATASET, type DatasetOptions } from '../../../src/learning/dataset/options.js';
import { evaluate, type EvaluatedSource, type EvaluationRequest } from '../../../src/learning/evaluate/evaluate.js';
import type { Candidate } from '../../../src/learning/evaluate/candidate.js';
import { DEFAULT_PREPARE } from '../../../src/learning/train/prepare.js';
import { stockSource } from './made-up.js';

const named = (workload: string, run: string, rows: number, seed: number, forced?: number): EvaluatedSource => ({
  workload, source: stockSource(`${workload}-${run}`, rows, seed, forced),
});
const request = (options: Partial<DatasetOptions>, more: Partial<EvaluationRequest> = {}): EvaluationRequest => ({
  options: { ...DEFAULT_DATASET, ...options },
  dataset: null,
  train: [named('x', 'a', 400, 1), named('y', 'a', 400, 2)],
  judge: [named('x', 'b', 600, 3), named('y', 'b', 600, 4), named('y', 'c', 90, 5, 90)],
  models: [],
  fit: { forms: ['compact', 'tree', 'rule'], prepare: DEFAULT_PREPARE, quantisation: 'q16', epochs: 30 },
  ...more,
});

describe('an evaluation', () => {
  it('trains on each workload and on all, judges on every recording, and marks what the inputs give away', async () => {
    const found = await evaluate(request({ task: 3 }));
    const place = ({ model, trainedOn, recording }: (typeof found.rows)[number]): string => `${model} ${trainedOn ?? '–'} ${recording}`;
    expect(found.rows.map(place)).toEqual([
      'compact x x-b', 'compact y y-b', 'compact y y-c', 'tree x x-b', 'tree y y-b', 'tree y y-c', 'rule – x-b', 'rule – y-b', 'rule – y-c',
    ]);
    expect(found.matrix.filter(({ model }) => model === 'compact').map(place)).toEqual([
      'compact x y-b', 'compact x y-c', 'compact y x-b', 'compact all x-b', 'compact all y-b', 'compact all y-c',
    ]);
    const rule = found.rows.filter(({ model }) => model === 'rule');
    expect(rule.map(({ balancedAccuracy, accuracy }) => [balancedAccuracy, accuracy])).toEqual([[1, 1], [1, 1], [1, 1]]);
    expect(rule.map(({ verdict, positives }) => [verdict, positives < 50])).toEqual([['decided', false], ['decided', false], ['undecided', true]]);
    const mean = found.means.find(({ model, trainedOn }) => model === 'compact' && trainedOn === 'own')!;
    expect(mean).toMatchObject({ workloads: ['x', 'y'], target: 0.98, verdict: 'reached' });
    expect(found.trivial).toMatchObject({ inputs: ['nr_balance_failed', 'cache_nice_tries'], rule: 1 });
    // Without the count of failed balances a hot call is forced by chance alone, and only cold ones can be told.
    expect(found.trivial!.without).toBeLessThan(0.9);
    expect(found.trivial!.rows.map(({ trainedOn }) => trainedOn)).toEqual(['x', 'y', 'y']);
  });

  it('judges the integer program by its own threshold, beside the network in floating point', async () => {
    const { rows } = await evaluate(request({ task: 1 }, { fit: { forms: ['compact'], prepare: DEFAULT_PREPARE, quantisation: 'int8', epochs: 5 } }));
    for (const row of rows) {
      const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = row.confusion;
      expect(row.program).toBe('int8');
      expect(tp + fp + tn + fn).toBe(row.rows);
      expect(tp + fn).toBe(row.positives);
      expect(row.balancedAccuracy).toBeCloseTo((tp / (tp + fn) + tn / (tn + fp)) / 2, 12);
      expect(Math.abs(row.balancedAccuracy! - row.floatBalancedAccuracy!)).toBeLessThan(0.05);
      expect(row.even.accuracy).toBeCloseTo(row.balancedAccuracy!, 12);
    }
  });

  it('puts task 2 three times: by waits, on calls that are not forced themselves, and by the key of the thesis', async () => {
    const { variants, series, trivial, rows } = await evaluate(request({ task: 2, censored: 'keep' }));
    expect(series).toBe('wait');
    expect(trivial).toBeNull();
    expect(variants.map(({ name }) => name)).toEqual(['wait, calls that are not themselves forced', 'thesis']);
    const count = (list: typeof rows, what: 'rows' | 'positives'): number =>
      list.filter(({ model }) => model === 'rule').reduce((sum, row) => sum + row[what], 0);
    // Every call here is a series of its own: positive are the forced calls, and no others.
    expect(count(rows, 'positives')).toBeGreaterThan(100);
    expect(count(variants[0]!.rows, 'positives')).toBe(0);
    expect(count(rows, 'rows') - count(variants[0]!.rows, 'rows')).toBe(count(rows, 'positives'));
    expect(variants[0]!.means.every(({ verdict, balancedAccuracy }) => verdict === 'undecided' && balancedAccuracy === null)).toBe(true);
  });

  it('says what could not be trained, and judges the rest', async () => {
    const cold = stockSource('cold-a', 60, 9, 1_000_000);
    const found = await evaluate(
      request({ task: 3 }, { train: [named('x', 'a', 400, 1), { workload: 'cold', source: cold }], fit: { forms: ['tree'], prepare: DEFAULT_PREPARE, quantisation: 'q16', epochs: null } }),
    );
    expect(found.notes).toHaveLength(1);
    expect(found.notes[0]).toContain('tree could not be trained on cold: ');
    expect(new Set([...found.rows, ...found.matrix].map(({ trainedOn }) => trainedOn))).toEqual(new Set(['x', 'all']));
  });

  it('judges models that are there already without training anything, recordings of one class too', async () => {
    const yes: Candidate = {
      model: 'yes', trainedOn: null, features: ['delta'], program: null, float: null,
      answers: { scores: ({ rows }) => new Float64Array(rows).fill(1), decisions: ({ rows }) => new Uint8Array(rows).fill(1) },
    };
    const { rows, means, trivial } = await evaluate(
      request({ task: 3 }, { train: [], judge: [named('cold', 'b', 60, 9, 1_000_000)], models: [yes], fit: { forms: ['rule'], prepare: DEFAULT_PREPARE, quantisation: 'q16', epochs: null } }),
    );
    expect(rows.map(({ model, accuracy, balancedAccuracy, positives, verdict }) => [model, accuracy, balancedAccuracy, positives, verdict])).toEqual([
      ['yes', 0, null, 0, 'undecided'], ['rule', 1, null, 0, 'undecided'],
    ]);
    expect(means.map(({ verdict, undecided }) => [verdict, undecided])).toEqual([['undecided', ['cold']], ['undecided', ['cold']]]);
    expect(trivial).toBeNull();
  });
});
