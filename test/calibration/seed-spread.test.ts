import { describe, expect, it } from 'vitest';
import { ENOUGH, repetitionsOf, seedSpread, type Repetition } from '../../src/calibration/seed-spread.js';
import { Stream } from '../../src/sim/engine/rng.js';

const T = 1e9;
let made = 0;
const recording = (value: number, rest: Partial<Repetition> = {}): Repetition => ({
  sameness: 'a', name: 'r', hash: String(++made), seed: made, durationNs: T, figures: { m: value }, ...rest,
});
const own = recording(100);

describe('the spread between recordings', () => {
  it('is what their figures span, this one’s among them', () => {
    expect(seedSpread(own, [recording(120), recording(80)], 'm')).toEqual({ lo: 80, hi: 120, recordings: 3 });
    expect(seedSpread(own, [recording(120), recording(105), own], 'm')).toEqual({ lo: 100, hi: 120, recordings: 3 });
    expect(seedSpread(recording(0), [recording(0, { durationNs: T + 1 })], 'm')).toEqual({ lo: 0, hi: 0, recordings: 2 });
  });

  it('leaves out other workloads, and recordings that are much longer or shorter', () => {
    expect(seedSpread(own, [own, recording(120, { sameness: 'b' })], 'm')).toBeNull();
    expect(seedSpread(own, [recording(200, { durationNs: 2 * T }), recording(50, { durationNs: T / 2 })], 'm')).toBeNull();
    expect(seedSpread(own, [recording(101, { durationNs: 1.2 * T })], 'm')?.recordings).toBe(2);
  });

  it('counts a recording once, compressed otherwise or not, and two that differ in one figure twice', () => {
    const again = recording(100, { hash: own.hash });
    const otherwise = { ...own, hash: 'of another compression', name: 'copy' };
    expect(repetitionsOf(own, [again, otherwise])).toEqual([own]);
    expect(seedSpread(own, [again, otherwise], 'm')).toBeNull();
    const [one, two] = [recording(1, { figures: { m: 1, n: 1 } }), recording(1, { figures: { n: 2, m: 1 } })];
    expect(seedSpread(own, [one, two], 'm')).toEqual({ lo: 1, hi: 100, recordings: 3 });
  });

  it('is that of the recordings that have the metric', () => {
    expect(seedSpread(own, [recording(120)], 'other')).toBeNull();
    expect(seedSpread(own, [recording(120)], 'toString')).toBeNull();
    expect(seedSpread(own, [recording(120), recording(1, { figures: {} })], 'm')?.recordings).toBe(2);
  });
});

/** How often the range of n recordings holds the middle of what they are drawn from. */
describe('what the range is worth', () => {
  const DRAWS = 4000;
  const BITS = 2 ** 24;
  const uniform = (stream: Stream): number => (stream.below(BITS) + 0.5) / BITS;
  /** A sum of twelve uniform numbers is next to normal, its middle 0. */
  const normal = (stream: Stream): number => Array.from({ length: 12 }, () => uniform(stream)).reduce((a, b) => a + b, -6);
  /** Most are small, some are ten times as large: 1/u has its middle at 2. */
  const skewed = (stream: Stream): number => 1 / uniform(stream);

  function covered(n: number, middle: number, draw: (stream: Stream) => number): number {
    let inside = 0;
    for (let i = 0; i < DRAWS; i++) {
      const stream = new Stream(i, `range of ${n}`);
      const all = Array.from({ length: n }, () => recording(draw(stream)));
      const { lo, hi } = seedSpread(all[0]!, all, 'm')!;
      if (lo <= middle && middle <= hi) inside++;
    }
    return inside / DRAWS;
  }

  it.each([2, 3, 4, ENOUGH, 6])('of %i recordings it misses the middle with probability 2^(1−n), whatever the distribution', (n) => {
    // Five standard errors of a share of so many draws are at most 0.04.
    expect(Math.abs(covered(n, 0, normal) - (1 - 2 ** (1 - n)))).toBeLessThan(0.04);
    expect(Math.abs(covered(n, 2, skewed) - (1 - 2 ** (1 - n)))).toBeLessThan(0.04);
  });

  it('is not wide: a middle two standard deviations away is seldom inside five', () => {
    expect(covered(ENOUGH, 2, normal)).toBeLessThan(0.15);
    expect(covered(ENOUGH, 3, normal)).toBeLessThan(0.02);
  });
});
