import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Features } from '../../../src/lockstep/agreement/features.js';

describe('Features', () => {
  it('measures against the kernel’s value, or the scale where that is larger', () => {
    const features = new Features();
    features.compare('a', 200, 210, 1);
    features.compare('b', 0, 3, 1);
    features.compare('c', -5, 5, 1000);
    expect(features.summary()).toMatchObject({ a: { medianRelErr: 0.05 }, b: { medianRelErr: 3 }, c: { medianRelErr: 0.01 } });
  });

  it('counts how often the two sides differ', () => {
    const features = new Features();
    for (const model of [1, 2, 1, 3]) features.compare('a', 1, model, 1);
    expect([features.differing('a'), features.differing('b')]).toEqual([2, 0]);
  });

  it('has the median and the 99th of a hundred, of any number', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 700 }), (errors) => {
        const features = new Features();
        for (const error of errors) features.compare('x', 1000, 1000 + error, 1);
        const sorted = errors.map((error) => error / 1000).sort((a, b) => a - b);
        const below = (value: number): number => sorted.filter((error) => error <= value).length;
        const { count, exact, medianRelErr, p99RelErr } = features.summary()['x']!;
        expect([count, exact]).toEqual([errors.length, errors.filter((error) => error === 0).length]);
        expect(below(medianRelErr)).toBeGreaterThanOrEqual(0.5 * count);
        expect(below(p99RelErr)).toBeGreaterThanOrEqual(0.99 * count);
        expect(sorted).toContain(p99RelErr);
      }),
    );
  });

  it('of several recordings together has the quantiles of all rows, not means of theirs', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(1000), { maxLength: 300 }), { maxLength: 5 }), (parts) => {
        const [whole, total] = [new Features(), new Features()];
        for (const part of parts) {
          const one = new Features();
          for (const error of part) for (const to of [one, whole]) to.compare('x', 1000, 1000 + error, 1);
          total.add(one);
        }
        expect(total.summary()).toEqual(whole.summary());
      }),
    );
  });

  it('may be added to after others were taken in', () => {
    const [a, b] = [new Features(), new Features()];
    b.compare('x', 10, 11, 1);
    a.add(b);
    a.compare('x', 10, 10, 1);
    a.compare('y', 10, 10, 1);
    expect(a.summary()).toMatchObject({ x: { count: 2, exact: 1 }, y: { count: 1 } });
    expect(b.summary()).toMatchObject({ x: { count: 1, exact: 0 } });
  });

  it('keeps only what is asked for', () => {
    const features = new Features();
    for (const name of ['x', 'y']) features.compare(name, 1, 1, 1);
    features.keep(new Set(['y', 'z']));
    expect(Object.keys(features.summary())).toEqual(['y']);
  });
});
