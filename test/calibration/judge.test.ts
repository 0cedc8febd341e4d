import { describe, expect, it } from 'vitest';
import { estimate, judge, shows, type Estimate } from '../../src/calibration/judge.js';

const kernel = { value: 100, events: 1000 };
const sim = (lo: number, hi: number, rest: Partial<Estimate> = {}): Estimate => ({
  mean: (lo + hi) / 2, lo, hi, runs: 5, events: 1000, ...rest,
});

describe('the verdict', () => {
  it.each([
    [sim(95, 105), 'pass'],
    [sim(90, 110), 'pass'],
    [sim(112, 130), 'fail'],
    [sim(50, 60), 'fail'],
    [sim(99, 111), 'undecided'],
    [sim(80, 130), 'undecided'],
    [sim(111, 111), 'fail'],
  ])('is on the interval: %j', (estimated, verdict) => {
    expect(judge(kernel, estimated, 0.1, false).verdict).toBe(verdict);
  });

  it('is never made on the mean alone', () => {
    const middle = sim(70, 130);
    expect(middle.mean).toBe(kernel.value);
    expect(judge(kernel, middle, 0.1, false).verdict).toBe('undecided');
    expect(judge(kernel, sim(100, 100, { runs: 1 }), 0.1, false)).toEqual({
      verdict: 'undecided',
      reason: 'one run has no interval',
    });
  });

  it('needs ten events: of a count on one side, of a quantile on both', () => {
    const few = { value: 3, events: 3 };
    expect(judge(few, sim(2, 3, { events: 2.5 }), 1, false).verdict).toBe('undecided');
    expect(judge(few, sim(28, 33, { events: 30 }), 1, false).verdict).toBe('fail');
    expect(judge({ value: 0, events: 0 }, sim(28, 33, { events: 30 }), 0.1, false).verdict).toBe('fail');
    expect(judge({ value: 100, events: 5 }, sim(99, 101), 0.1, true).verdict).toBe('undecided');
  });

  it('takes the mean of the runs, and 0 for a run that has not got the metric', () => {
    expect(estimate([kernel, kernel, kernel])).toEqual({ mean: 100, lo: 100, hi: 100, runs: 3, events: 1000 });
    expect(estimate([kernel, undefined]).mean).toBe(50);
  });
});

describe('the power check', () => {
  it('wants the metric outside its tolerance, and apart from where it was', () => {
    expect(shows(kernel, sim(95, 105), sim(150, 160), 0.1)).toBe(true);
    expect(shows(kernel, sim(95, 105), sim(106, 160), 0.1)).toBe(true);
    // It moves, and stays inside.
    expect(shows(kernel, sim(95, 105), sim(106, 109), 0.1)).toBe(false);
    // It may not have moved at all.
    expect(shows(kernel, sim(95, 105), sim(104, 160), 0.1)).toBe(false);
    // It straddles the edge, and the knob did nothing.
    expect(shows(kernel, sim(100, 125), sim(112, 118), 0.1)).toBe(false);
  });

  it('takes a metric that is outside already for one that can be', () => {
    expect(shows(kernel, sim(150, 160), sim(149, 161), 0.1)).toBe(true);
    expect(shows(kernel, sim(150, 160), sim(98, 102), 0.1)).toBe(true);
    expect(shows(kernel, sim(112, 130), sim(90, 125), 0.1)).toBe(false);
  });
});
