import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancedPermille, DRIFT_DOUBLES, forget, hasFallen, judge, judged, MIN_SEEN } from '../../../src/policies/neural/drift.js';

const WINDOW = 256;

/** Judges so many outcomes of each class, right ones first in each round of ten. */
function feed(state: Float64Array, rounds: number, right0: number, right1: number, floor: number): number {
  for (let i = 0; i < rounds * 10; i++) {
    const a = judge(state, 1, i % 10 >= right0, false, WINDOW, floor);
    const b = judge(state, 1, i % 10 < right1, true, WINDOW, floor);
    if (a || b) return i;
  }
  return -1;
}

describe('the running comparison', () => {
  const fresh = (): Float64Array => new Float64Array(DRIFT_DOUBLES + 2);

  it('says nothing before a class has enough outcomes, and takes the other for right until it has', () => {
    const state = fresh();
    for (let i = 0; i < MIN_SEEN - 1; i++) expect(judge(state, 1, false, true, WINDOW, 1000)).toBe(false);
    for (let i = 0; i < MIN_SEEN - 1; i++) expect(judge(state, 1, true, false, WINDOW, 1000)).toBe(false);
    expect(balancedPermille(state, 1)).toBe(-1);
    expect(judge(state, 1, false, true, WINDOW, 501)).toBe(true);
    expect(balancedPermille(state, 1)).toBe(500);
    expect(hasFallen(state, 1)).toBe(true);
    judge(state, 1, true, false, WINDOW, 0);
    expect(balancedPermille(state, 1)).toBe(0);
  });

  it('measures balanced accuracy, whatever the share of the classes', () => {
    const state = fresh();
    for (let i = 0; i < 200; i++) judge(state, 1, i % 10 >= 9, false, WINDOW, 0);
    for (let i = 0; i < 40; i++) judge(state, 1, i % 10 < 7, true, WINDOW, 0);
    expect(balancedPermille(state, 1)).toBe(800);
    expect(judged(state, 1)).toBe(240);
  });

  it('falls back below the floor and not above it', () => {
    expect(feed(fresh(), 100, 9, 8, 800)).toBe(-1);
    expect(feed(fresh(), 100, 9, 6, 800)).toBeGreaterThanOrEqual(MIN_SEEN - 1);
    expect(feed(fresh(), 100, 0, 0, 0)).toBe(-1);
  });

  it('forgets old outcomes: a model that was right for long is found out within three windows', () => {
    const state = fresh();
    expect(feed(state, 1000, 10, 10, 700)).toBe(-1);
    const found = feed(state, 1000, 10, 0, 700);
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(3 * WINDOW);
  });

  it('writes its own doubles only, in integers, and never counts more right ones than it saw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 3000 }), (outcomes) => {
        const state = fresh();
        state[0] = 7;
        state[DRIFT_DOUBLES + 1] = 9;
        for (const [said, was] of outcomes) judge(state, 1, said, was, WINDOW, 500);
        expect([state[0], state[DRIFT_DOUBLES + 1]]).toEqual([7, 9]);
        expect(state.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
        expect(state[2]!).toBeLessThanOrEqual(state[3]!);
        expect(state[4]!).toBeLessThanOrEqual(state[5]!);
        expect(Math.max(state[3]!, state[5]!)).toBeLessThanOrEqual(WINDOW);
        forget(state, 1);
        expect(judged(state, 1)).toBe(0);
        expect(hasFallen(state, 1)).toBe(false);
      }),
    );
  });
});
