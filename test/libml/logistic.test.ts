import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossEntropy, logitOf, sigmoid } from '../../src/libml/logistic.js';

describe('the logistic function and its loss', () => {
  it('are what Math.exp and Math.log say, where these are exact enough', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), fc.constantFrom(0, 1), (z, label) => {
        expect(sigmoid(z)).toBeCloseTo(1 / (1 + Math.exp(-z)), 12);
        const wrong = label === 1 ? -z : z;
        expect(crossEntropy(z, label)).toBeCloseTo(Math.log1p(Math.exp(wrong)), 12);
      }),
    );
  });

  it('neither overflow nor fall to NaN far out; NaN stays NaN', () => {
    expect(sigmoid(1e9)).toBe(1);
    expect(sigmoid(-1e9)).toBeGreaterThanOrEqual(0);
    expect(sigmoid(-1e9)).toBeLessThan(1e-300);
    expect(crossEntropy(1e9, 0)).toBe(1e9);
    expect(crossEntropy(1e9, 1)).toBe(0);
    expect(sigmoid(Infinity)).toBe(1);
    expect(sigmoid(NaN)).toBeNaN();
    expect(crossEntropy(NaN, 1)).toBeNaN();
  });

  it('the logit is the inverse', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (p) => {
        expect(sigmoid(logitOf(p))).toBeCloseTo(p, 12);
      }),
    );
    expect(logitOf(0.5)).toBe(0);
  });
});
