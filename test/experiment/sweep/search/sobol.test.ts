import { describe, expect, it } from 'vitest';
import { DIRECTIONS } from '../../../../src/experiment/sweep/search/direction-numbers.js';
import { sobolBits, sobolPoint, sobolScrambles, SOBOL_DIMENSIONS } from '../../../../src/experiment/sweep/search/sobol.js';
import { MAX_AXES } from '../../../../src/experiment/sweep/spec/schema.js';

describe('direction numbers', () => {
  it('are odd, small enough, and enough of them', () => {
    expect(SOBOL_DIMENSIONS).toBeGreaterThanOrEqual(MAX_AXES);
    for (const { s, m } of DIRECTIONS) {
      expect(m).toHaveLength(s);
      m.forEach((number, k) => expect(number % 2 === 1 && number < 2 ** (k + 1)).toBe(true));
    }
  });

  it('have polynomials that are primitive, each of them once: x has the order 2^s − 1', () => {
    const seen = new Set<number>();
    for (const { s, a } of DIRECTIONS) {
      const polynomial = (1 << s) | (a << 1) | 1;
      expect(seen.has(polynomial)).toBe(false);
      seen.add(polynomial);
      let x = 1;
      let order = 0;
      do {
        x <<= 1;
        if ((x & (1 << s)) !== 0) x ^= polynomial;
        order += 1;
      } while (x !== 1);
      expect(order, `degree ${s}, a ${a}`).toBe(2 ** s - 1);
    }
  });
});

describe('the Sobol sequence', () => {
  it('begins as published (Joe and Kuo: the first points in five dimensions)', () => {
    const points = [1, 2, 3].map((i) => Array.from({ length: 5 }, (_, d) => sobolBits(i, d) / 2 ** 32));
    expect(points[0]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
    // Points are numbered in plain binary here, in Gray code there: 2 and 3 change places.
    expect(points[1]).toEqual([0.25, 0.75, 0.75, 0.75, 0.25].map((_, d) => sobolBits(2, d) / 2 ** 32));
    expect(points[1]!.slice(0, 3).map((u, d) => Math.abs(u - points[2]![d]!))).toEqual([0.5, 0.5, 0.5]);
  });

  it.each([false, true])('has one of the first 2^k points in every interval of length 2^−k, in every dimension (scrambled: %s)', (scrambled) => {
    const keys = sobolScrambles(SOBOL_DIMENSIONS, 7);
    for (let d = 0; d < SOBOL_DIMENSIONS; d++) {
      const own = Array.from({ length: 256 }, (_, i) => (scrambled ? sobolPoint(i, keys)[d]! : sobolBits(i, d) / 2 ** 32));
      expect(new Set(own.map((u) => Math.floor(u * 256))).size, `dimension ${d}`).toBe(256);
    }
  });

  it('has, scrambled, one point of 16 in every elementary box of the first two dimensions', () => {
    for (let seed = 0; seed < 50; seed++) {
      const keys = sobolScrambles(2, seed);
      const points = Array.from({ length: 16 }, (_, i) => sobolPoint(i, keys));
      for (const [a, b] of [[1, 16], [2, 8], [4, 4], [8, 2], [16, 1]] as const) {
        expect(new Set(points.map(([x, y]) => `${Math.floor(x! * a)} ${Math.floor(y! * b)}`)).size).toBe(16);
      }
    }
  });

  it('integrates a smooth function much better than random points do', () => {
    const f = (point: readonly number[]): number => point.reduce((product, u) => product * (1 + (u - 0.5)), 1);
    const errors = Array.from({ length: 20 }, (_, seed) => {
      const keys = sobolScrambles(5, seed);
      let sum = 0;
      for (let i = 0; i < 1024; i++) sum += f(sobolPoint(i, keys));
      return Math.abs(sum / 1024 - 1);
    });
    // Random points: a standard deviation of √((13/12)^5 − 1) / √1024 = 0.022.
    expect(Math.max(...errors)).toBeLessThan(0.002);
  });
});
