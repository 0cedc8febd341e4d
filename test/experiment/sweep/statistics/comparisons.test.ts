import { describe, expect, it } from 'vitest';
import { compareAll, isOpen, pairingsOf } from '../../../../src/experiment/sweep/statistics/comparisons.js';
import { gains, together } from '../../../../src/experiment/sweep/statistics/gains.js';
import { paretoFront } from '../../../../src/experiment/sweep/statistics/pareto.js';
import type { ObjectiveSpec } from '../../../../src/experiment/sweep/spec/schema.js';
import type { StoredRun } from '../../../../src/experiment/sweep/store/run-store.js';
import { METRIC_NAMES, type Metrics } from '../../../../src/sim/records/metrics.js';

const runtime: ObjectiveSpec = { metric: 'throughput', scale: 'relative', weight: 1 };
const counted: ObjectiveSpec = { metric: 'forced_migrations', scale: 'absolute', weight: 1 };

/** Runs of seeds 1, 2, … whose metrics are all these values. */
function runs(values: ReadonlyArray<number | null>): Map<number, StoredRun> {
  return new Map(values.map((value, i) => [i + 1, {
    seed: i + 1, streamHash: '', events: 0, simulatedNs: 0, finished: true,
    metrics: Object.fromEntries(METRIC_NAMES.map((name) => [name, value])) as Metrics,
  }]));
}

const seeds = [1, 2, 3, 4, 5, 6];
const judge = (objective: ObjectiveSpec, own: number[], base: number[], errorPercent = 3, looks = 1) =>
  compareAll(pairingsOf(1, objective, [gains(objective, runs(own), runs(base), seeds)], [errorPercent]), looks)[0]!;

describe('gains', () => {
  it('are percent of the mean of the baseline, above 0 where it is better', () => {
    expect([...gains(runtime, runs([110, 99]), runs([100, 100]), seeds).bySeed]).toEqual([[1, 10], [2, -1]]);
    expect([...gains(counted, runs([7]), runs([10]), seeds).bySeed]).toEqual([[1, 3]]);
    expect([...gains({ ...counted, better: 'higher' }, runs([7]), runs([10]), seeds).bySeed]).toEqual([[1, -3]]);
  });

  it('are missing where a run lacks the metric, and where the baseline is 0 and the candidate is not', () => {
    expect(gains(runtime, runs([1, null]), runs([null, 2]), seeds)).toMatchObject({ missing: 2 });
    expect(gains(runtime, runs([0, 5]), runs([0, 0]), seeds)).toEqual({ bySeed: new Map([[1, 0]]), missing: 1, baselineMean: 0 });
  });

  it('over contexts are means of the seeds that all have', () => {
    const one = gains(counted, runs([1, 2, 3]), runs([0, 0, 0]), seeds);
    const other = gains(counted, runs([3, 4]), runs([0, 0]), seeds);
    expect([...together([one, other]).bySeed]).toEqual([[1, -2], [2, -3]]);
  });
});

describe('verdicts', () => {
  const base = [100, 101, 99, 100, 102, 98];

  it.each([
    ['better', base.map((value, i) => value * 1.1 + i / 10), ''],
    ['worse', base.map((value, i) => value * 0.9 + i / 10), ''],
    ['same', base, ''],
    ['undecided', base.map((value, i) => value + (i % 2 === 0 ? 9 : -8)), 'interval includes 0'],
    ['undecided', base.map((value, i) => value + 1 + i / 10), 'inside the calibration error'],
    ['undecided', [110], 'too few pairs'],
  ])('%s', (verdict, own, reason) => {
    expect(judge(runtime, own, base)).toMatchObject({ verdict, reason });
  });

  it('are stricter for more comparisons and for more looks', () => {
    // One candidate whose interval just excludes 0, among others that differ by noise.
    const close = base.map((value, i) => value + 5 + (i % 2 === 0 ? 4 : -4));
    expect(judge(runtime, close, base)).toMatchObject({ verdict: 'better' });
    expect(judge(runtime, close, base, 3, 3)).toMatchObject({ verdict: 'undecided', reason: 'not after correction' });
    const noise = [1, 2, 3, 4].map((k) => pairingsOf(k + 1, runtime, [gains(runtime, runs(base.map((value, i) => value + Math.sign(i - 2.5) * k)), runs(base), seeds)], [3]));
    const own = pairingsOf(1, runtime, [gains(runtime, runs(close), runs(base), seeds)], [3]);
    const all = compareAll([...own, ...noise.flat()], 1);
    expect(all[0]).toMatchObject({ verdict: 'undecided', reason: 'not after correction' });
    expect(isOpen(all[0]!)).toBe(true);
  });

  it('do not ask for more seeds where they cannot help', () => {
    expect(isOpen(judge(runtime, base, base))).toBe(false);
    expect(isOpen(judge(runtime, base.map((value, i) => value + i / 10), base))).toBe(false);
    expect(isOpen(judge(runtime, base.map((value, i) => value + (i % 2 === 0 ? 9 : -8)), base))).toBe(true);
  });
});

describe('the Pareto front', () => {
  it('is of those that nobody beats, and says how sure that is', () => {
    const sure = [[3, 3, 3, 3], [0, 0, 0, 0]];
    const other = [[0, 0, 0, 0], [3, 3, 3, 3]];
    const beaten = [[-1, -1, -1, -1], [2, 2, 2, 2]];
    const doubtful = [[4, 3, 1, 2], [0.5, -3, 1, 1]];
    const front = paretoFront([sure, other, beaten, doubtful]);
    expect(front.map(({ onFront }) => onFront)).toEqual([true, true, false, false]);
    expect(front.slice(0, 3).map(({ frequency }) => frequency)).toEqual([expect.closeTo(0.93, 1), 1, 0]);
    expect(front[3]!.frequency).toBeGreaterThan(0.2);
    expect(front[3]!.frequency).toBeLessThan(1);
  });
});
