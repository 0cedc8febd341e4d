import { describe, expect, it } from 'vitest';
import { claimOf, judgeMetric } from '../../../src/kernel-validation/confront/rule.js';
import type { SideDifference } from '../../../src/kernel-validation/confront/types.js';

/** Stock does 100; the interval of the difference is given in percent of that. */
function side(lo: number | null, hi: number | null, more: Partial<SideDifference> = {}): SideDifference {
  const middle = lo === null || hi === null ? 0 : (lo + hi) / 2;
  const part = (value: number | null): number | null => (value === null ? null : value / 100);
  return {
    stock: 100, policy: 100 + middle, difference: middle, lo, hi,
    relative: part(middle), relativeLo: part(lo), relativeHi: part(hi), runs: 5, paired: true, events: 100, ...more,
  };
}

const nothing = side(0, 0, { stock: 0, relative: null, relativeLo: null, relativeHi: null });

describe('claimOf', () => {
  it.each([
    [-1, 1, 'same'], [1, 2, 'same'], [-3, 3, 'same'], [1, 4, 'more'], [-4, -1, 'less'], [-1, 4, 'unclear'], [null, null, 'unclear'],
  ] as const)('%s … %s %% with a limit of 3 %% says %s', (lo, hi, claim) => {
    expect(claimOf(side(lo, hi), 0.03)).toBe(claim);
  });

  it('knows no limit where stock did none', () => {
    expect(claimOf(nothing, 0.1)).toBe('same');
    expect(claimOf({ ...nothing, lo: 1, hi: 3 }, 0.1)).toBe('more');
  });
});

describe('judgeMetric', () => {
  const judged = (p: SideDifference, m: SideDifference, fixed = false) => judgeMetric(p, m, 0.03, fixed);

  it.each([
    ['both more', side(5, 9), side(1, 20), 'confirmed'],
    ['both less', side(-9, -5), side(-4, -1), 'confirmed'],
    ['both the same', side(-1, 2), side(-2, 1), 'confirmed'],
    ['of opposite sign', side(5, 9), side(-9, -5), 'refuted'],
    ['none predicted, one measured', side(-1, 1), side(4, 8), 'refuted'],
    ['one predicted, none measured', side(-8, -4), side(-1, 1), 'refuted'],
    ['none predicted, one measured that may be below the limit', side(-1, 1), side(2, 8), 'undecided'],
    ['measured unclear', side(5, 9), side(-5, 9), 'undecided'],
    ['predicted unclear', side(-5, 9), side(5, 9), 'undecided'],
  ] as const)('%s', (_, p, m, verdict) => {
    expect(judged(p, m).verdict).toBe(verdict);
  });

  it('is undecided where there is too little, however clear', () => {
    const clear = side(5, 9);
    expect(judged({ ...clear, runs: 2 }, clear)).toEqual({ verdict: 'undecided', reason: '2 runs, fewer than 3' });
    expect(judged(clear, { ...clear, runs: 1 }).reason).toBe('1 run, fewer than 3');
    expect(judged(clear, { ...clear, events: 9 }).reason).toBe('fewer than 10 events');
    expect(judged(clear, { ...clear, events: null }).verdict).toBe('confirmed');
    expect(judged(clear, clear, true).reason).toBe('runs end when their time is up');
  });
});
