import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stream } from '../../../src/sim/engine/rng.js';
import { anovaF } from '../../../src/learning/scores/anova.js';
import { mutualInformation } from '../../../src/learning/scores/mutual-information.js';
import { selectFeatures, type SourceScores } from '../../../src/learning/scores/scores.js';

const labelled = fc
  .array(fc.record({ value: fc.integer({ min: -50, max: 50 }), label: fc.nat(1) }), { minLength: 4, maxLength: 80 })
  .map((rows) => ({ values: rows.map(({ value }) => value), labels: Uint8Array.from(rows, ({ label }) => label) }));

describe('ANOVA F', () => {
  it('is that computed by hand', () => {
    // Means 2 and 6, all 4: between 3 · 4 + 3 · 4 = 24; within 2 + 2 = 4 over 4 degrees of freedom.
    expect(anovaF([1, 2, 3, 5, 6, 7], Uint8Array.of(0, 0, 0, 1, 1, 1))).toBe(24);
  });

  it('has no value for one class, a constant, or two rows, and is as large as can be where nothing varies within', () => {
    expect(anovaF([1, 2, 3], Uint8Array.of(0, 0, 0))).toBeNull();
    expect(anovaF([5, 5, 5], Uint8Array.of(0, 1, 1))).toBeNull();
    expect(anovaF([5, 6], Uint8Array.of(0, 1))).toBeNull();
    expect(anovaF([5, 6, 6], Uint8Array.of(0, 1, 1))).toBe(Number.MAX_VALUE);
  });

  it('is the square of the two-sample t, and does not change with scale, shift, or which class is which', () => {
    fc.assert(
      fc.property(labelled, ({ values, labels }) => {
        const f = anovaF(values, labels);
        const groups = [0, 1].map((c) => values.filter((_, row) => labels[row] === c));
        fc.pre(f !== null && f < 1e6 && groups.every((group) => group.length > 0));
        const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
        const within = groups.reduce((sum, group) => sum + group.reduce((s, x) => s + (x - mean(group)) ** 2, 0), 0);
        const spread = (within / (values.length - 2)) * (1 / groups[0]!.length + 1 / groups[1]!.length);
        const close = (found: number | null, expected: number): void =>
          expect(Math.abs(found! - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, expected));
        close(f, (mean(groups[0]!) - mean(groups[1]!)) ** 2 / spread);
        close(anovaF(values.map((x) => 1e4 - 8 * x), labels), f!);
        close(anovaF(values, labels.map((label) => 1 - label)), f!);
      }),
    );
  });
});

describe('mutual information', () => {
  it('is a whole bit where the feature tells the label, none where it cannot', () => {
    expect(mutualInformation([1, 1, 9, 9], Uint8Array.of(0, 0, 1, 1))).toBeCloseTo(1, 14);
    expect(mutualInformation([1, 9, 1, 9], Uint8Array.of(0, 0, 1, 1))).toBe(0);
    expect(mutualInformation([3, 3], Uint8Array.of(0, 1))).toBe(0);
    expect(mutualInformation([], new Uint8Array(0))).toBe(0);
  });

  it('is that computed by hand', () => {
    // 3 of 4 rows in the first bin, one of them positive: H(1/2) − 3/4 · H(1/3).
    const third = (1 / 3) * Math.log2(3) + (2 / 3) * Math.log2(3 / 2);
    expect(mutualInformation([0, 0, 0, 1], Uint8Array.of(0, 0, 1, 1))).toBeCloseTo(1 - 0.75 * third, 12);
  });

  it('lies between 0 and what the label has to tell, and asks for the order of the values only', () => {
    fc.assert(
      fc.property(labelled, ({ values, labels }) => {
        const found = mutualInformation(values, labels);
        const p = labels.reduce((sum, label) => sum + label, 0) / labels.length;
        const entropy = p === 0 || p === 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(entropy + 1e-12);
        expect(mutualInformation(values.map((x) => x ** 3 + 7), labels)).toBe(found);
      }),
    );
  });

  it('finds a threshold among many values, whose bins are quantiles', () => {
    const values = Array.from({ length: 3200 }, (_, i) => (i * 1597) % 3200);
    expect(mutualInformation(values, Uint8Array.from(values, (x) => (x < 1600 ? 1 : 0)))).toBeCloseTo(1, 12);
    // Of a coin there is nothing to tell: what is left is the bias of 31 further bins, 31 / (2 · 3200 · ln 2) = 0.007 bits.
    const coin = new Stream(1, 'coin');
    expect(mutualInformation(values, Uint8Array.from(values, () => coin.below(2)))).toBeLessThan(0.014);
  });
});

describe('the selection of inputs', () => {
  const source = (name: string, scores: ReadonlyArray<number | null>): SourceScores => ({
    source: name, workload: name, rows: 10, positives: 5,
    scores: scores.map((f, i) => ({ feature: 'abcd'[i]!, anovaF: f, mutualInformation: 1 - (f ?? 0) / 10 })),
  });
  const all = [source('one', [4, 3, 2, null]), source('two', [1, 1, 5, 0])];

  it('merges the best of each recording, in the order of the columns', () => {
    expect(selectFeatures(all, 'anovaF', 1).map(({ feature }) => feature)).toEqual(['a', 'c']);
    expect(selectFeatures(all, 'anovaF', 2)).toEqual([
      { feature: 'a', ranks: [1, 2] }, { feature: 'b', ranks: [2, 3] }, { feature: 'c', ranks: [3, 1] },
    ]);
    expect(selectFeatures(all, 'mutualInformation', 1).map(({ feature }) => feature)).toEqual(['c', 'd']);
  });

  it('takes nothing from a recording without scores', () => {
    expect(selectFeatures([source('none', [null, null, null, null])], 'anovaF', 3)).toEqual([]);
  });
});
