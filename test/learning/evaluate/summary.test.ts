import { describe, expect, it } from 'vitest';
import type { EvaluationRow } from '../../../src/learning/evaluate/rows.js';
import { meansOf } from '../../../src/learning/evaluate/summary.js';

const row = (workload: string, balancedAccuracy: number, more: Partial<EvaluationRow> = {}): EvaluationRow =>
  ({ model: 'compact', trainedOn: workload, workload, balancedAccuracy, verdict: 'decided', ...more }) as EvaluationRow;

describe('the mean of a model', () => {
  it('is over workloads, whatever the number of their recordings, without those that are undecided', () => {
    const rows = [row('x', 1), row('y', 0.9), row('y', 0.8), row('z', 0.1, { verdict: 'undecided' })];
    expect(meansOf(2, rows)).toEqual([
      { model: 'compact', trainedOn: 'own', workloads: ['x', 'y'], undecided: ['z'], balancedAccuracy: 0.925, target: 0.93, verdict: 'missed' },
    ]);
    expect(meansOf(2, [...rows, row('w', 0.94)])[0]!.verdict).toBe('reached');
  });

  it('parts what learnt from the workload, from all, and from nothing; what learnt from another is in none', () => {
    const means = meansOf(1, [row('x', 1), row('x', 0.5, { trainedOn: 'y' }), row('x', 0.6, { trainedOn: 'all' }), row('x', 0.7, { trainedOn: null })]);
    expect(means.map(({ trainedOn, balancedAccuracy }) => [trainedOn, balancedAccuracy])).toEqual([['own', 1], ['all', 0.6], [null, 0.7]]);
  });
});
