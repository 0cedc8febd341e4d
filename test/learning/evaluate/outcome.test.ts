import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../src/experiment/compare.js';
import type { PairedDifference } from '../../../src/experiment/stats/paired.js';
import { createPolicy } from '../../../src/policies/registry.js';
import { outcomeOf, outcomePolicies, PRICES_NS } from '../../../src/learning/evaluate/outcome.js';

const difference = (policy: string, mean: number, more: Partial<PairedDifference> = {}): PairedDifference => ({
  policy, baseline: 'stock', workload: 'w', metric: 'completion_ns', pairs: 3, missing: 0, baselineMean: 200, mean, lo: mean - 1, hi: mean + 2,
  verdict: mean < 0 ? 'better' : 'worse', reason: '', ...more,
});
const comparison = (paired: readonly PairedDifference[]): Comparison =>
  ({ scenarios: [{ name: 'w' }], paired }) as unknown as Comparison;

describe('the outcome of policies', () => {
  it('compares stock, the plain policies and every neural one at every price', () => {
    const policies = outcomePolicies();
    expect(policies).toHaveLength(4 + 3 * PRICES_NS.length);
    expect(policies[0]).toBe('stock');
    for (const policy of policies) createPolicy(policy);
    expect(createPolicy('neural-early:costNs=47000').costNs).toBe(47_000);
  });

  it('is a gain in percent of stock, above 0 where less time is taken, with the interval turned round', () => {
    const [row] = outcomeOf(comparison([difference('never', -20)])).rows;
    expect(row).toMatchObject({ policy: 'never', priceNs: null, gain: 10, lo: 9, hi: 10.5, verdict: 'better' });
    const more = difference('never', 20, { metric: 'throughput', verdict: 'better' });
    const rows = outcomeOf(comparison([difference('never', -20), more])).rows;
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ metric: 'throughput', gain: 10, lo: 9.5, hi: 11 });
    const none = outcomeOf(comparison([difference('never', 5, { metric: 'fairness_jain' })]));
    expect(none).toEqual({ rows: [], breakEven: [], unjudged: ['w'] });
  });

  it('pays up to the last price below which nothing is undecided or worse, and costs from the first that is worse', () => {
    const at = (price: number, verdict: PairedDifference['verdict']): PairedDifference =>
      difference(`neural-early:costNs=${price}`, 0, { verdict });
    const even = (...verdicts: PairedDifference['verdict'][]): unknown => {
      const { breakEven } = outcomeOf(comparison(verdicts.map((verdict, i) => at(PRICES_NS[i]!, verdict))));
      expect(breakEven).toHaveLength(1);
      return [breakEven[0]!.paysUpToNs, breakEven[0]!.costsFromNs];
    };
    expect(even('better', 'better', 'undecided', 'worse')).toEqual([100, 47_000]);
    expect(even('better', 'undecided', 'better', 'worse')).toEqual([0, 47_000]);
    expect(even('better', 'better', 'better', 'better')).toEqual([47_000, null]);
    expect(even('same', 'worse', 'worse', 'worse')).toEqual([null, 100]);
  });
});
