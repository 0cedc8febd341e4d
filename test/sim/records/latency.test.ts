import { describe, expect, it } from 'vitest';
import { Arena } from '../../../src/sim/kernel/state/arena.js';
import { Histogram } from '../../../src/sim/records/latency.js';
import { repeat } from '../../reference/draw.js';

const PERCENTS = [0, 0.1, 1, 25, 50, 90, 99, 99.9, 100];

/** The sample of that rank, counted from 1; the lowest for 0 %. */
function exact(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(1, Math.ceil((sorted.length * percent) / 100)) - 1]!;
}

describe('the latency histogram', () => {
  it('has percentiles at most 1/64 below the exact ones', () => {
    let samples = 0;
    repeat(600, 201, (draw) => {
      const histogram = new Histogram(new Arena());
      const magnitude = draw.pick([4, 8, 16, 30, 40, 53]);
      const values = Array.from({ length: 1 + draw.below(400) }, () => draw.bits(magnitude));
      for (const value of values) histogram.add(value);
      samples += values.length;
      values.sort((a, b) => a - b);
      expect(histogram.samples).toBe(values.length);
      for (const percent of PERCENTS) {
        const want = exact(values, percent);
        const got = histogram.percentile(percent)!;
        if (got > want || want - got > want / 64) throw new Error(`${percent} %: ${got}, exact ${want}`);
      }
    });
    expect(samples).toBeGreaterThan(100_000);
  });

  it('is exact below 128 ns and at powers of two', () => {
    for (let ns = 0; ns < 128; ns++) expect(only(ns)).toBe(ns);
    for (let bit = 7; bit < 53; bit++) expect(only(2 ** bit)).toBe(2 ** bit);
  });

  it('is within 1/64 at both sides of every power of two', () => {
    for (let bit = 7; bit <= 53; bit++) {
      const below = 2 ** bit - 1;
      expect(only(below)).toBeLessThanOrEqual(below);
      expect(only(below)).toBeGreaterThanOrEqual(below - below / 64);
    }
  });

  it('does not depend on the order of the samples', () => {
    repeat(50, 202, (draw) => {
      const values = Array.from({ length: 100 }, () => draw.bits(30));
      const forth = new Histogram(new Arena());
      const back = new Histogram(new Arena());
      for (const value of values) forth.add(value);
      for (const value of values.reverse()) back.add(value);
      for (const percent of PERCENTS) expect(forth.percentile(percent)).toBe(back.percentile(percent));
    });
  });

  it('has no percentile without samples', () => {
    expect(new Histogram(new Arena()).percentile(50)).toBeNull();
  });
});

function only(ns: number): number | null {
  const histogram = new Histogram(new Arena());
  histogram.add(ns);
  return histogram.percentile(50);
}
