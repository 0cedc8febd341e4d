import { describe, expect, it } from 'vitest';
import { timeOf } from '../../bench/harness.js';

const SHORT = { minSamples: 5, seconds: 0.05 };

describe('timeOf', () => {
  it('calls the function, and takes no fewer samples than it was told', () => {
    let calls = 0;
    const { samples, median, min, max } = timeOf('count', () => void calls++, SHORT);
    expect(calls).toBeGreaterThan(samples);
    expect(samples).toBeGreaterThanOrEqual(5);
    expect(min).toBeGreaterThan(0);
    expect(min).toBeLessThanOrEqual(median);
    expect(median).toBeLessThanOrEqual(max);
  });

  it('hands on what the function throws', () => {
    const fail = (): void => {
      throw new Error('no such path');
    };
    expect(() => timeOf('fails', fail, SHORT)).toThrow('no such path');
  });
});
