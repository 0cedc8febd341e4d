import { describe, expect, it } from 'vitest';
import { Stream } from '../../../src/sim/engine/rng.js';

function numbers(stream: Stream, n: number): number[] {
  return Array.from({ length: n }, () => stream.uint32());
}

describe('random streams', () => {
  it('give the same numbers for the same seed and key', () => {
    for (const seed of [0, 1, 42, 2 ** 31, 2 ** 32 - 1]) {
      for (const key of ['', 'kernel', 'task 17']) {
        expect(numbers(new Stream(seed, key), 100)).toEqual(numbers(new Stream(seed, key), 100));
      }
    }
  });

  it('give other numbers for another seed or another key', () => {
    const firsts = new Set<string>();
    let streams = 0;
    for (let seed = 0; seed < 200; seed++) {
      for (let task = 0; task < 100; task++) {
        firsts.add(numbers(new Stream(seed, `task ${task}`), 2).join());
        streams++;
      }
    }
    expect(firsts.size).toBe(streams);
  });

  it('do not depend on what another stream draws', () => {
    const alone = numbers(new Stream(7, 'kernel'), 50);
    const stream = new Stream(7, 'kernel');
    const other = new Stream(7, 'workload');
    expect(Array.from({ length: 50 }, () => (other.uint32(), stream.uint32()))).toEqual(alone);
  });

  it('are made of integers of 32 bits, each bit set half of the time', () => {
    const stream = new Stream(3, 'bits');
    const set = new Array<number>(32).fill(0);
    const n = 100_000;
    for (let i = 0; i < n; i++) {
      const x = stream.uint32();
      if (!Number.isInteger(x) || x < 0 || x >= 2 ** 32) throw new Error(`${x}`);
      for (let bit = 0; bit < 32; bit++) set[bit]! += (x >>> bit) & 1;
    }
    // Five standard deviations.
    for (const count of set) expect(Math.abs(count - n / 2)).toBeLessThan(5 * Math.sqrt(n / 4));
  });

  it('below(n) is in range, reaches every value and is roughly uniform', () => {
    const draws = 100_000;
    for (const n of [1, 2, 3, 7, 10, 64, 1000]) {
      const stream = new Stream(5, `below ${n}`);
      const seen = new Array<number>(n).fill(0);
      for (let i = 0; i < draws; i++) {
        const x = stream.below(n);
        if (!Number.isInteger(x) || x < 0 || x >= n) throw new Error(`below(${n}) = ${x}`);
        seen[x]!++;
      }
      const expected = draws / n;
      const chiSquare = seen.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // Mean n−1, variance 2(n−1): six standard deviations.
      expect(chiSquare).toBeLessThanOrEqual(n - 1 + 6 * Math.sqrt(2 * (n - 1)));
      expect(Math.min(...seen)).toBeGreaterThan(0);
    }
  });

  it('below(2^32) is all 32 bits', () => {
    const a = new Stream(9, 'wide');
    const b = new Stream(9, 'wide');
    for (let i = 0; i < 1000; i++) expect(a.below(2 ** 32)).toBe(b.uint32());
  });

  it('go on from a saved state', () => {
    const stream = new Stream(11, 'saved');
    numbers(stream, 17);
    const state = stream.save();
    const rest = numbers(stream, 20);
    const other = new Stream(99, 'other');
    other.load(state);
    expect(numbers(other, 20)).toEqual(rest);
    stream.load(state);
    expect(numbers(stream, 20)).toEqual(rest);
  });
});
