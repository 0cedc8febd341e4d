import { describe, expect, it, vi } from 'vitest';
import { DECISIONS, Tally } from '../../../src/lockstep/agreement/tally.js';

describe('Tally', () => {
  it('has a count for every decision', () => {
    expect(Object.keys(new Tally(0, null).counts)).toEqual([...DECISIONS]);
  });

  it('counts, and says whether the two agree', () => {
    const tally = new Tally(0, null);
    expect(tally.judge('lb_stage', 1, 0, 3, 3, () => [])).toBe(true);
    expect(tally.judge('lb_stage', 2, 0, 3, 1, () => [])).toBe(false);
    expect(tally.judge('pick_next', 2, 0, 'a-1', 'a-1', () => [])).toBe(true);
    tally.undecided('lb_stage', 'why');
    expect(tally.counts.lb_stage).toEqual({ count: 3, decidable: 2, agree: 1 });
    expect(tally.counts.pick_next).toEqual({ count: 1, decidable: 1, agree: 1 });
  });

  it('takes a number and its digits for different answers', () => {
    expect(new Tally(0, null).judge('tick_resched', 1, 0, 1, '1', () => [])).toBe(false);
  });

  it('counts reasons apart', () => {
    const tally = new Tally(0, null);
    for (const why of ['a', 'b', 'a']) tally.undecided('wakeup_cpu', why);
    expect(tally.undecidable.get('wakeup_cpu')).toEqual(new Map([['a', 2], ['b', 1]]));
  });

  it('keeps the first disagreements of those asked for, and asks for the state of no others', () => {
    const state = vi.fn(() => ['a line']);
    const tally = new Tally(2, new Set(['lb_moved']));
    tally.judge('lb_stage', 1, 0, 0, 1, state);
    for (const ts of [2, 3, 4]) tally.judge('lb_moved', ts, 5, 0, 1, state);
    tally.judge('lb_moved', 5, 5, 1, 1, state);
    expect(tally.disagreements).toEqual(
      [2, 3].map((ts) => ({ decision: 'lb_moved', ts, cpu: 5, recorded: '0', computed: '1', cause: 'unexplained', state: ['a line'] })),
    );
    expect(state).toHaveBeenCalledTimes(2);
    expect(tally.counts.lb_moved).toEqual({ count: 4, decidable: 4, agree: 1 });
  });

  it('judges nothing that the recording lacks the means for, neither as right nor as wrong', () => {
    const tally = new Tally(9, null, new Map([['pick_next', 'no switches']]));
    expect(tally.judge('pick_next', 1, 0, 'x', 'x', () => [])).toBe(true);
    expect(tally.judge('pick_next', 1, 0, 'x', 'y', () => [])).toBe(false);
    tally.undecided('pick_next', 'another reason');
    expect(tally.counts.pick_next).toEqual({ count: 3, decidable: 0, agree: 0 });
    expect(tally.undecidable.get('pick_next')).toEqual(new Map([['no switches', 3]]));
    expect(tally.disagreements).toEqual([]);
  });
});
