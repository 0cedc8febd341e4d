import type { Figure } from '../experiment/observe.js';
import { judgedInterval, mean } from '../experiment/stats/intervals.js';
import type { Bounds } from './bounds.js';
import type { Verdict } from './types.js';

/** Below this many events a figure says nothing to within any tolerance of use: the error of a count of 10 is some 30 %. */
export const FEW_EVENTS = 10;

/** The mean of runs with its 95 % interval; with one run there is no interval, and none can be told. */
export interface Estimate {
  readonly mean: number;
  readonly lo: number;
  readonly hi: number;
  readonly runs: number;
  /** Mean number of events behind a run's figure. */
  readonly events: number;
}

export interface Judged {
  readonly verdict: Verdict;
  /** Why it is neither pass nor fail; empty where it is. */
  readonly reason: string;
}

/** @param figures of the runs, one for each seed; a run that has not got the metric counts as 0 */
export function estimate(figures: ReadonlyArray<Figure | undefined>): Estimate {
  const values = figures.map((figure) => figure?.value ?? 0);
  const interval = judgedInterval(values, 0);
  const middle = mean(values);
  return {
    mean: middle,
    lo: interval?.lo ?? middle,
    hi: interval?.hi ?? middle,
    runs: values.length,
    events: mean(figures.map((figure) => figure?.events ?? 0)),
  };
}

/**
 * The verdict on a metric, from the interval of the runs' mean and never from the mean alone:
 *
 *                lower bound            kernel      upper bound of the tolerance
 *     pass               │        ├───────┼──┤          │
 *     fail      ├──────┤ │                │             │
 *     undecided          │                │        ├────┼──┤
 *
 * Undecided as well: one run, which has no interval; fewer than FEW_EVENTS events behind the figure, on both sides for a
 * count, on either for a quantile, whose samples are about the same on both.
 */
export function judge(kernel: Figure, sim: Estimate, bounds: Bounds, isQuantile: boolean): Judged {
  const events = isQuantile ? Math.min(kernel.events, sim.events) : Math.max(kernel.events, sim.events);
  if (events < FEW_EVENTS) return { verdict: 'undecided', reason: `fewer than ${FEW_EVENTS} events` };
  if (sim.runs < 2) return { verdict: 'undecided', reason: 'one run has no interval' };
  if (outside(sim, bounds)) return { verdict: 'fail', reason: '' };
  if (sim.lo >= bounds.lo && sim.hi <= bounds.hi) return { verdict: 'pass', reason: '' };
  return { verdict: 'undecided', reason: 'the interval straddles the tolerance' };
}

/**
 * Whether a metric can tell a wrong machine: with the knob turned it lies outside the kernel's tolerance, and its interval
 * is apart from where it was. Where it was outside before, either will do: a knob that takes it from outside to inside shows as
 * well that it can be on both sides.
 */
export function shows(sim: Estimate, wrong: Estimate, bounds: Bounds): boolean {
  const apart = wrong.lo > sim.hi || wrong.hi < sim.lo;
  const out = wrong.mean < bounds.lo || wrong.mean > bounds.hi;
  return outside(sim, bounds) ? out || apart : out && apart;
}

function outside({ lo, hi }: Estimate, bounds: Bounds): boolean {
  return hi < bounds.lo || lo > bounds.hi;
}
