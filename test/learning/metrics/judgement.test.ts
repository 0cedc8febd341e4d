import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationOf } from '../../../src/learning/metrics/calibration.js';
import { confusionOf, evenRatesOf, ratesOf } from '../../../src/learning/metrics/confusion.js';
import { judge } from '../../../src/learning/metrics/judgement.js';
import { areasOf } from '../../../src/learning/metrics/ranking.js';

const labelled = fc
  .array(fc.record({ label: fc.nat(1), score: fc.nat(20).map((n) => n / 20) }), { maxLength: 60 })
  .map((rows) => ({
    labels: Uint8Array.from(rows, ({ label }) => label), scores: Float64Array.from(rows, ({ score }) => score),
  }));

describe('the confusion matrix', () => {
  // 3 positives, of which 2 are called so; 5 negatives, of which 1 is called positive.
  const labels = Uint8Array.of(1, 1, 1, 0, 0, 0, 0, 0);
  const scores = Float64Array.of(0.9, 0.5, 0.1, 0.7, 0.4, 0.3, 0.2, 0);

  it('and its rates are those counted by hand', () => {
    const confusion = confusionOf(labels, scores);
    expect(confusion).toEqual({ truePositives: 2, falsePositives: 1, trueNegatives: 4, falseNegatives: 1 });
    const rates = ratesOf(confusion);
    expect(rates.accuracy).toBe(6 / 8);
    expect(rates.precision).toBe(2 / 3);
    expect(rates.recall).toBe(2 / 3);
    expect(rates.specificity).toBe(4 / 5);
    expect(rates.balancedAccuracy).toBeCloseTo((2 / 3 + 4 / 5) / 2, 15);
    expect(rates.f1).toBe(4 / 6);
    const even = evenRatesOf(confusion);
    expect(even.accuracy).toBeCloseTo(rates.balancedAccuracy!, 15);
    expect(even.precision).toBeCloseTo(2 / 3 / (2 / 3 + 1 / 5), 15);
  });

  it('gives null where there is nothing to divide by', () => {
    const none = ratesOf(confusionOf(Uint8Array.of(0, 0), Float64Array.of(0, 0.2)));
    expect(none).toEqual({
      accuracy: 1, balancedAccuracy: null, precision: null, recall: null, specificity: 1, f1: null,
    });
    expect(Object.values(ratesOf(confusionOf(new Uint8Array(0), new Float64Array(0))))).toEqual(Array(6).fill(null));
  });

  it('counts every row once', () => {
    fc.assert(
      fc.property(labelled, fc.double({ min: 0, max: 1, noNaN: true }), ({ labels: own, scores: given }, threshold) => {
        const c = confusionOf(own, given, threshold);
        expect(c.truePositives + c.falseNegatives).toBe(own.reduce((sum, label) => sum + label, 0));
        expect(c.truePositives + c.falsePositives + c.trueNegatives + c.falseNegatives).toBe(own.length);
      }),
    );
  });
});

describe('areas under curves', () => {
  it('are those computed by hand', () => {
    // Order: 1 0 1 0. Pairs in order: 2 + 1 of 4. Average precision: 1/2 · 1 + 1/2 · 2/3.
    const areas = areasOf(Uint8Array.of(1, 0, 1, 0), Float64Array.of(0.9, 0.8, 0.7, 0.1));
    expect(areas.rocAuc).toBe(3 / 4);
    expect(areas.prAuc).toBeCloseTo(5 / 6, 15);
  });

  it('do not depend on the order of rows with equal scores', () => {
    const areas = areasOf(Uint8Array.of(1, 0, 0, 1), Float64Array.of(0.5, 0.5, 0.5, 0.5));
    expect(areas).toEqual(areasOf(Uint8Array.of(0, 1, 1, 0), Float64Array.of(0.5, 0.5, 0.5, 0.5)));
    expect(areas).toEqual({ rocAuc: 0.5, prAuc: 0.5 });
  });

  it('are null where a class is missing', () => {
    expect(areasOf(Uint8Array.of(0, 0), Float64Array.of(0, 1))).toEqual({ rocAuc: null, prAuc: null });
    expect(areasOf(Uint8Array.of(1), Float64Array.of(1))).toEqual({ rocAuc: null, prAuc: 1 });
  });

  it('of ROC is the share of pairs in right order, and turns around with the scores', () => {
    fc.assert(
      fc.property(labelled, ({ labels, scores }) => {
        let right = 0;
        let pairs = 0;
        labels.forEach((a, i) => labels.forEach((b, j) => {
          if (a !== 1 || b !== 0) return;
          pairs += 1;
          right += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
        }));
        const { rocAuc } = areasOf(labels, scores);
        if (pairs === 0) return void expect(rocAuc).toBeNull();
        expect(rocAuc).toBeCloseTo(right / pairs, 12);
        expect(areasOf(labels, scores.map((score) => 1 - score)).rocAuc).toBeCloseTo(1 - rocAuc!, 12);
      }),
    );
  });

  it('of precision lie between the prevalence of the last place and 1', () => {
    fc.assert(
      fc.property(labelled, ({ labels, scores }) => {
        const { prAuc } = areasOf(labels, scores);
        if (prAuc === null) return;
        expect(prAuc).toBeGreaterThan(0);
        expect(prAuc).toBeLessThanOrEqual(1 + 1e-12);
        const perfect = areasOf(labels, Float64Array.from(labels));
        expect(perfect.prAuc).toBe(1);
      }),
    );
  });
});

describe('calibration', () => {
  it('is that computed by hand', () => {
    const found = calibrationOf(Uint8Array.of(0, 1, 1, 1), Float64Array.of(0.25, 0.25, 0.75, 1), 2);
    expect(found.bins).toEqual([
      { from: 0, to: 0.5, rows: 2, score: 0.25, positives: 0.5 },
      { from: 0.5, to: 1, rows: 2, score: 0.875, positives: 1 },
    ]);
    expect(found.ece).toBe((0.5 + 0.25) / 4);
    expect(found.brier).toBe((0.0625 + 0.5625 + 0.0625 + 0) / 4);
  });

  it('has nothing to say of no rows, and of empty bins', () => {
    const found = calibrationOf(new Uint8Array(0), new Float64Array(0), 1);
    expect(found).toEqual({ bins: [{ from: 0, to: 1, rows: 0, score: null, positives: null }], ece: null, brier: null });
  });

  it('of certain and right answers is perfect', () => {
    fc.assert(
      fc.property(labelled, ({ labels }) => {
        if (labels.length === 0) return;
        const { ece, brier } = calibrationOf(labels, Float64Array.from(labels));
        expect([ece, brier]).toEqual([0, 0]);
      }),
    );
  });
});

describe('a judgement', () => {
  const of = (positives: number, negatives: number) =>
    judge(
      Uint8Array.from({ length: positives + negatives }, (_, i) => (i < positives ? 1 : 0)),
      Float64Array.from({ length: positives + negatives }, (_, i) => (i < positives ? 1 : 0)),
    );

  it('is undecided below fifty rows of a class', () => {
    expect(of(50, 50).verdict).toBe('decided');
    expect(of(49, 500).verdict).toBe('undecided');
    expect(of(500, 49).verdict).toBe('undecided');
    expect(of(0, 500)).toMatchObject({ verdict: 'undecided', rocAuc: null, prAuc: null, positives: 0 });
  });

  it('refuses scores that are none', () => {
    expect(() => judge(Uint8Array.of(1), Float64Array.of(NaN))).toThrow('score of row 0: NaN');
    expect(() => judge(Uint8Array.of(1), new Float64Array(0))).toThrow('1 labels, 0 scores');
  });

  it('holds no NaN whatever it is given', () => {
    fc.assert(
      fc.property(labelled, ({ labels, scores }) => {
        expect(JSON.stringify(judge(labels, scores), (_, value: unknown) => (Number.isNaN(value) ? 'NaN' : value))).not.toContain('NaN');
      }),
    );
  });
});
