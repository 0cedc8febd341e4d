import { describe, expect, it } from 'vitest';
import { firstMet, nearLoads, UNEXPLAINED } from '../../../src/lockstep/agreement/causes.js';
import { Tally } from '../../../src/lockstep/agreement/tally.js';

describe('the cause of a disagreement', () => {
  it('is the first condition that the row meets, and never one that it does not', () => {
    expect(firstMet([['a', false], ['b', true], ['c', true]])).toBe('b');
    expect(firstMet([['a', false]])).toBe(UNEXPLAINED);
    expect(firstMet([])).toBe(UNEXPLAINED);
  });

  it('is asked of disagreements alone, each counted once, whether it is kept or not', () => {
    const tally = new Tally(1, null);
    const judge = (computed: number): unknown => tally.judge('lb_stage', 0, 0, 1, computed, () => [], () => (computed === 2 ? 'two' : UNEXPLAINED));
    [1, 2, 2, 3, 1].forEach(judge);
    expect(Object.fromEntries(tally.causes.get('lb_stage')!)).toEqual({ two: 2, unexplained: 1 });
    expect(tally.disagreements.map(({ cause }) => cause)).toEqual(['two']);
  });
});

describe('loads that are near to each other', () => {
  it('differ by a twentieth of the larger at most', () => {
    expect([nearLoads(1000, 950), nearLoads(950, 1000), nearLoads(1000, 949), nearLoads(0, 0), nearLoads(0, 1)]).toEqual([true, true, false, true, false]);
  });
});
