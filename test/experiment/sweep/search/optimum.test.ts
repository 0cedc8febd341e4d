import { describe, expect, it } from 'vitest';
import { cmaEs } from '../../../../src/experiment/sweep/search/cma-es.js';
import { random, sobol } from '../../../../src/experiment/sweep/search/designs.js';
import { halving } from '../../../../src/experiment/sweep/search/halving.js';
import type { SearchMethod } from '../../../../src/experiment/sweep/search/types.js';
import { Stream } from '../../../../src/sim/engine/rng.js';
import { cube, drive } from './drive.js';

/*
 * Objectives whose optimum is known, through the interface that a sweep drives a search by. For each search a budget and how near it
 * must come, in every one of 20 seeds; random search with the same budget must miss it in most.
 */
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

/** In how many of the seeds the search finds a value below the limit. */
function found(make: (seed: number) => SearchMethod, dimensions: number, objective: (point: readonly number[], share: number) => number, limit: number): number {
  return SEEDS.filter((seed) => drive(make(seed), cube(dimensions), objective).best.value < limit).length;
}

describe('CMA-ES', () => {
  /** A narrow, turned valley of six dimensions, 1000 times as steep across as along, with its bottom at 0.3 … 0.7. */
  const valley = (point: readonly number[]): number => {
    const x = point.map((u, i) => u - 0.3 - 0.08 * i);
    return x.reduce((sum, value, i) => sum + (i === 0 ? value * value : 1000 * (value - 0.5 * x[i - 1]!) ** 2), 0);
  };

  it('comes within 10^−6 of the bottom of a valley in 1800 points; random search not even within 1', () => {
    expect(found((seed) => cmaEs({ points: 1800, sigma: 0.3, seed }) as SearchMethod, 6, valley, 1e-6)).toBe(20);
    expect(found((seed) => random(1800, seed) as SearchMethod, 6, valley, 1)).toBe(0);
  });

  it('finds an optimum in a corner', () => {
    const corner = (point: readonly number[]): number => point.reduce((sum, u) => sum + 1 - u, 0);
    expect(found((seed) => cmaEs({ points: 400, sigma: 0.3, seed }) as SearchMethod, 4, corner, 0.05)).toBe(20);
    expect(found((seed) => random(400, seed) as SearchMethod, 4, corner, 0.05)).toBe(0);
  });
});

describe('Sobol', () => {
  it('with 64 points hits each of the 64 boxes of a plane, of which random search misses some', () => {
    // The optimum is anywhere: found where a point comes as near to it as the side of a box in both directions.
    const misses = (make: (seed: number) => SearchMethod): number => SEEDS.filter((seed) => {
      const { questions } = drive(make(seed), cube(2), () => 0);
      const boxes = new Set(questions.map(({ point }) => Math.floor(point[0]! * 8) * 8 + Math.floor(point[1]! * 8)));
      const stream = new Stream(seed, 'optimum');
      const target = stream.below(64);
      return !boxes.has(target);
    }).length;
    expect(misses((seed) => sobol(64, seed) as SearchMethod)).toBe(0);
    expect(misses((seed) => random(64, seed) as SearchMethod)).toBeGreaterThan(3);
  });
});

describe('halving', () => {
  /** A bowl whose short runs are noisy: the noise of a run of share s has the size 0.3 / √s times that of a full run. */
  const noisy = (seed: number) => (point: readonly number[], share: number): number => {
    const value = point.reduce((sum, u, i) => sum + (u - 0.35 - 0.15 * i) ** 2, 0);
    if (share === 1) return value;
    const stream = new Stream(seed, point.join(' '));
    const noise = (stream.uint32() / 2 ** 32 - 0.5) * 0.004;
    return value + noise / Math.sqrt(share);
  };

  it('of 243 points finds one within 0.03 of the bottom at the cost of 6 full runs, which 6 random points rarely do', () => {
    let hits = 0;
    let lucky = 0;
    for (const seed of SEEDS) {
      const driven = drive(halving(243, 3, seed) as SearchMethod, cube(3), noisy(seed));
      expect(driven.cost).toBeLessThanOrEqual(6 + 1e-9);
      if (driven.best.value < 0.03) hits += 1;
      if (drive(random(6, seed) as SearchMethod, cube(3), noisy(seed)).best.value < 0.03) lucky += 1;
    }
    expect(hits).toBeGreaterThanOrEqual(18);
    expect(lucky).toBeLessThanOrEqual(8);
  });

  it('runs fewer for longer, the last for the full duration', () => {
    const { questions } = drive(halving(27, 3, 1) as SearchMethod, cube(2), (point) => point[0]!);
    const shares = questions.map(({ share }) => share);
    expect(shares.filter((share) => share === 1)).toHaveLength(1);
    expect([27, 9, 3, 1].map((n, i) => shares.filter((share) => Math.abs(share - 3 ** (i - 3)) < 1e-9).length === n)).toEqual([true, true, true, true]);
    // The one that is left is the best of all: its value is the same however short the run is.
    const best = questions.slice(0, 27).reduce((most, one) => (one.point[0]! < most.point[0]! ? one : most));
    expect(questions.at(-1)!.point).toEqual(best.point);
  });
});
