import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../src/calibration/bounds.js';
import { estimate, judge, shows, type Estimate } from '../../src/calibration/judge.js';

const kernel = { value: 100, events: 1000 };
/** The bounds of a tolerance around the kernel's figure. */
const within = (tolerance: number): Bounds => ({ lo: 100 - 100 * tolerance, hi: 100 + 100 * tolerance });
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
    expect(judge(kernel, estimated, within(0.1), false).verdict).toBe(verdict);
  });

  it('takes either bound for itself', () => {
    const uneven = { lo: 95, hi: 140 };
    expect(judge(kernel, sim(120, 135), uneven, false).verdict).toBe('pass');
    expect(judge(kernel, sim(80, 94), uneven, false).verdict).toBe('fail');
    expect(judge(kernel, sim(94, 96), uneven, false).verdict).toBe('undecided');
    expect(shows(sim(99, 101), sim(135, 139), uneven)).toBe(false);
    expect(shows(sim(99, 101), sim(90, 94), uneven)).toBe(true);
  });

  it('is never made on the mean alone', () => {
    const middle = sim(70, 130);
    expect(middle.mean).toBe(kernel.value);
    expect(judge(kernel, middle, within(0.1), false).verdict).toBe('undecided');
    expect(judge(kernel, sim(100, 100, { runs: 1 }), within(0.1), false)).toEqual({
      verdict: 'undecided',
      reason: 'one run has no interval',
    });
  });

  it('needs ten events: of a count on one side, of a quantile on both', () => {
    const few = { value: 3, events: 3 };
    expect(judge(few, sim(2, 3, { events: 2.5 }), { lo: 0, hi: 6 }, false).verdict).toBe('undecided');
    expect(judge(few, sim(28, 33, { events: 30 }), { lo: 0, hi: 6 }, false).verdict).toBe('fail');
    expect(judge({ value: 0, events: 0 }, sim(28, 33, { events: 30 }), { lo: 0, hi: 0 }, false).verdict).toBe('fail');
    expect(judge({ value: 100, events: 5 }, sim(99, 101), within(0.1), true).verdict).toBe('undecided');
  });

  it('takes the mean of the runs, and 0 for a run that has not got the metric', () => {
    expect(estimate([kernel, kernel, kernel])).toEqual({ mean: 100, lo: 100, hi: 100, runs: 3, events: 1000 });
    expect(estimate([kernel, undefined]).mean).toBe(50);
  });
});

describe('the power check', () => {
  it('wants the metric outside its tolerance, and apart from where it was', () => {
    expect(shows(sim(95, 105), sim(150, 160), within(0.1))).toBe(true);
    expect(shows(sim(95, 105), sim(106, 160), within(0.1))).toBe(true);
    // It moves, and stays inside.
    expect(shows(sim(95, 105), sim(106, 109), within(0.1))).toBe(false);
    // It may not have moved at all.
    expect(shows(sim(95, 105), sim(104, 160), within(0.1))).toBe(false);
    // It straddles the edge, and the knob did nothing.
    expect(shows(sim(100, 125), sim(112, 118), within(0.1))).toBe(false);
  });

  it('takes a metric that is outside already for one that can be', () => {
    expect(shows(sim(150, 160), sim(149, 161), within(0.1))).toBe(true);
    expect(shows(sim(150, 160), sim(98, 102), within(0.1))).toBe(true);
    expect(shows(sim(112, 130), sim(90, 125), within(0.1))).toBe(false);
  });
});
