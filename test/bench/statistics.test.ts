import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapSummary, meets, summarize } from '../../bench/statistics.js';

describe('summarize', () => {
  it('takes the middle of an odd number and the mean of the two middles of an even one', () => {
    expect(summarize([5, 1, 3])).toEqual({ samples: 3, median: 3, min: 1, max: 5 });
    expect(summarize([4, 1, 10, 2])).toEqual({ samples: 4, median: 3, min: 1, max: 10 });
  });

  it('compares numbers as numbers, and leaves what it was given alone', () => {
    const values = [100, 9, 20];
    expect(summarize(values).median).toBe(20);
    expect(values).toEqual([100, 9, 20]);
  });

  it('has nothing to say about nothing', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });

  it('has half of the values on either side of the median', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (values) => {
        const { median, min, max } = summarize(values);
        expect(values.filter((value) => value < median).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > median).length).toBeLessThanOrEqual(values.length / 2);
        expect(min).toBeLessThanOrEqual(median);
        expect(max).toBeGreaterThanOrEqual(median);
      }),
    );
  });
});

describe('mapSummary', () => {
  it('turns seconds a call into calls a second: the fastest becomes the most', () => {
    expect(mapSummary({ samples: 3, median: 0.5, min: 0.25, max: 1 }, (s) => 1 / s)).toEqual({ samples: 3, median: 2, min: 1, max: 4 });
  });
});

describe('meets', () => {
  const summary = { samples: 3, median: 10, min: 1, max: 100 };

  it('judges the median, and neither the best nor the worst', () => {
    expect(meets(summary, { kind: 'at least', value: 11 })).toBe(false);
    expect(meets(summary, { kind: 'at least', value: 10 })).toBe(true);
    expect(meets(summary, { kind: 'at most', value: 9 })).toBe(false);
    expect(meets(summary, { kind: 'at most', value: 10 })).toBe(true);
  });

  it('takes an aim for no floor', () => {
    expect(meets(summary, { kind: 'at least', value: 5, aim: 1000 })).toBe(true);
    expect(meets(summary, undefined)).toBeNull();
  });
});
