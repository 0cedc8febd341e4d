import { describe, expect, it } from 'vitest';
import { effects, type Factor } from '../../../../src/experiment/sweep/statistics/effects.js';
import { Stream } from '../../../../src/sim/engine/rng.js';

/** A full grid of two factors, its gains by a formula and noise of each seed. */
function grid(formula: (a: number, b: number) => number, noise: number, seeds = 12): { factors: Factor[]; gains: number[][] } {
  const stream = new Stream(5, 'noise');
  const cells = [0, 1, 2].flatMap((a) => [0, 1, 2, 3].map((b) => [a, b] as const));
  const gains = cells.map(([a, b]) => Array.from({ length: seeds }, () => formula(a, b) + noise * (stream.uint32() / 2 ** 32 - 0.5)));
  const factors = [
    { name: 'a', levels: ['0', '1', '2'], of: cells.map(([a]) => a) },
    { name: 'b', levels: ['0', '1', '2', '3'], of: cells.map(([, b]) => b) },
  ];
  return { factors, gains };
}

const share = (found: ReturnType<typeof effects>): number[] => [...found.main, ...found.interactions].map((one) => one.share.mean);

describe('effects', () => {
  it('without noise add up, and are what the formula says', () => {
    const { factors, gains } = grid((a, b) => 2 * a + b, 0);
    const found = effects(factors, gains);
    // Variances of 2a and b over their levels: 4 · 2/3 and 5/4.
    expect(share(found)).toEqual([expect.closeTo(8 / 3 / (8 / 3 + 5 / 4), 9), expect.closeTo(5 / 4 / (8 / 3 + 5 / 4), 9), expect.closeTo(0, 9)]);
    expect(found.main[0]!.levels.map(({ effect }) => effect.mean)).toEqual([-2, 0, 2].map((value) => expect.closeTo(value, 9)));
    expect(found.main[1]!.levels.map(({ gain }) => gain.mean)).toEqual([2, 3, 4, 5].map((value) => expect.closeTo(value, 9)));
  });

  it('find an interaction where there is nothing else', () => {
    const { factors, gains } = grid((a, b) => (a - 1) * (b - 1.5), 0.1);
    const [a, b, both] = share(effects(factors, gains));
    expect(a).toBeLessThan(0.01);
    expect(b).toBeLessThan(0.01);
    expect(both).toBeGreaterThan(0.98);
  });

  it('take noise off: large noise of the seeds does not look like an interaction', () => {
    const { factors, gains } = grid((a) => a, 4, 40);
    const found = effects(factors, gains);
    expect(found.main[0]!.share.mean).toBeGreaterThan(0.7);
    expect(found.interactions[0]!.share.mean).toBeLessThan(0.2);
    // The raw sum of squares of the interaction would be the noise: 16/12 / 40 in each of 12 cells against 2/3 · 12 of a.
    const { effect } = found.main[0]!.levels[2]!;
    expect(effect.lo! < 1 && effect.hi! > 1 && effect.lo! > 0.5).toBe(true);
  });

  it('leave out factors of one level, and do without intervals for one seed', () => {
    const { factors, gains } = grid((a) => a, 0, 1);
    const found = effects([...factors, { name: 'c', levels: ['x'], of: gains.map(() => 0) }], gains);
    expect(found.main.map(({ factor }) => factor)).toEqual(['a', 'b']);
    expect(found.main[0]!.levels[0]!.gain).toEqual({ mean: 0, lo: null, hi: null });
  });
});
