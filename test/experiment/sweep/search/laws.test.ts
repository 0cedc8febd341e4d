import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask, startSearch, tell } from '../../../../src/experiment/sweep/search/ask-tell.js';
import { cmaEs } from '../../../../src/experiment/sweep/search/cma-es.js';
import { grid, latin, random, sobol } from '../../../../src/experiment/sweep/search/designs.js';
import { halving } from '../../../../src/experiment/sweep/search/halving.js';
import type { SearchMethod } from '../../../../src/experiment/sweep/search/types.js';
import { cube, drive } from './drive.js';

/** Every search, by its seed. A new one goes here and keeps the laws. */
const METHODS: Readonly<Record<string, (seed: number) => SearchMethod>> = {
  grid: () => grid() as SearchMethod,
  random: (seed) => random(40, seed) as SearchMethod,
  latin: (seed) => latin(40, seed) as SearchMethod,
  sobol: (seed) => sobol(40, seed) as SearchMethod,
  halving: (seed) => halving(27, 3, seed) as SearchMethod,
  cmaes: (seed) => cmaEs({ points: 60, sigma: 0.3, seed }) as SearchMethod,
};

const bowl = (point: readonly number[]): number => point.reduce((sum, x, i) => sum + (x - 0.3 - 0.1 * i) ** 2, 0);

describe.each(Object.entries(METHODS))('%s', (name, make) => {
  const dimensions = fc.integer({ min: 1, max: name === 'grid' ? 3 : 5 });
  const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

  it('asks for points of the cube, ids counted from 0, shares above 0 and at most 1', () => {
    fc.assert(fc.property(seeds, dimensions, (seed, n) => {
      const { questions } = drive(make(seed), cube(n), bowl);
      expect(questions.map(({ id }) => id)).toEqual(questions.map((_, i) => i));
      for (const { point, share } of questions) {
        expect(point).toHaveLength(n);
        for (const u of point) expect(u >= 0 && u <= 1).toBe(true);
        expect(share > 0 && share <= 1).toBe(true);
      }
    }), { numRuns: 10 });
  });

  it('is the same for the same seed, however many points are asked at a time and with its state through JSON', () => {
    fc.assert(fc.property(seeds, dimensions, fc.integer({ min: 1, max: 7 }), (seed, n, most) => {
      const all = drive(make(seed), cube(n), bowl);
      expect(drive(make(seed), cube(n), bowl, most)).toEqual(all);
    }), { numRuns: 8 });
  });

  it('runs to its end where nothing has a value', () => {
    expect(drive(make(1), cube(2), () => null).questions.length).toBeGreaterThan(20);
  });

  it('refuses answers to what it did not ask, and to the same twice', () => {
    const method = make(1);
    const start = startSearch(method, cube(2));
    const { state } = ask(start, 2);
    const answer = (id: number) => [{ id, value: 1 }];
    expect(() => tell(method, cube(2), state, answer(2), 'x')).toThrow(/x: answers.0.id: expected the id of a question/);
    expect(() => tell(method, cube(2), state, answer(-1), 'x')).toThrow(/found -1/);
    const once = tell(method, cube(2), state, answer(1), 'x');
    expect(() => tell(method, cube(2), once, answer(1), 'x')).toThrow(/not answered yet/);
  });
});

describe('different seeds', () => {
  it.each(['random', 'latin', 'sobol', 'halving', 'cmaes'])('give different points of %s', (name) => {
    const points = (seed: number) => drive(METHODS[name]!(seed), cube(2), bowl).questions.map(({ point }) => point);
    expect(points(1)).not.toEqual(points(2));
  });
});

describe('a Latin hypercube', () => {
  it('has one point in each slice of each dimension', () => {
    const { questions } = drive(latin(50, 3) as SearchMethod, cube(4), bowl);
    for (let d = 0; d < 4; d++) {
      const slices = questions.map(({ point }) => Math.floor(point[d]! * 50)).sort((a, b) => a - b);
      expect(slices).toEqual(Array.from({ length: 50 }, (_, i) => i));
    }
  });
});

describe('a grid', () => {
  it('has every combination once', () => {
    const { questions } = drive(grid() as SearchMethod, cube(3), bowl);
    expect(questions).toHaveLength(125);
    expect(new Set(questions.map(({ point }) => point.join(' '))).size).toBe(125);
    expect(questions[1]!.point).toEqual([0, 0, 0.25]);
  });
});
