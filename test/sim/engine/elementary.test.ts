import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, ln, normalQuantile, root } from '../../../src/sim/engine/elementary.js';

const relative = (found: number, right: number): number => Math.abs(found - right) / Math.max(Math.abs(right), 1e-300);

describe('elementary functions', () => {
  it('ln is within 1e-9 of Math.log', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(Math.log(x)), 1e-6));
      }),
    );
    for (let i = 1; i < 2048; i++) expect(relative(ln(i / 1024 + 1e-7), Math.log(i / 1024 + 1e-7))).toBeLessThan(1e-9);
    expect(ln(1)).toBe(0);
  });

  it('exp is within 1e-9 of Math.exp', () => {
    fc.assert(fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => relative(exp(x), Math.exp(x)) < 1e-9));
    expect(exp(0)).toBe(1);
  });

  it('root is within 1e-12 of Math.sqrt', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e200, noNaN: true }), (x) => {
        expect(Math.abs(root(x) - Math.sqrt(x))).toBeLessThanOrEqual(1e-12 * Math.sqrt(x));
      }),
    );
  });

  it('normalQuantile inverts the distribution function', () => {
    // Integral of the density from 0 to x by Simpson's rule.
    const below = (x: number): number => {
      const steps = 20_000;
      const h = x / steps;
      let sum = 0;
      for (let i = 0; i <= steps; i++) {
        const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
        sum += weight * Math.exp(-((i * h) ** 2) / 2);
      }
      return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
    };
    for (const p of [1e-7, 1 / 1024, 1 / 256, 0.05, 0.0749, 0.0751, 0.3, 0.5, 0.77, 0.925, 0.99, 1023 / 1024, 1 - 1e-7]) {
      expect(Math.abs(below(normalQuantile(p)) - p)).toBeLessThan(1e-9 * Math.max(p, 0.01));
    }
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 12);
  });

  it('refuses what lies outside', () => {
    for (const x of [0, -1, NaN, Infinity]) expect(() => ln(x)).toThrow('ln');
    for (const x of [701, -701, NaN]) expect(() => exp(x)).toThrow('exp');
    for (const x of [-1, NaN, Infinity]) expect(() => root(x)).toThrow('root');
    for (const p of [0, 1, NaN]) expect(() => normalQuantile(p)).toThrow('normalQuantile');
  });
});
