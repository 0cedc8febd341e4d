import { describe, expect, it } from 'vitest';
import { pairedDifferences, type Measured } from '../../../src/experiment/stats/paired.js';
import { BETTER, judge } from '../../../src/experiment/stats/verdict.js';
import { METRIC_NAMES, type MetricName, type Metrics } from '../../../src/sim/records/metrics.js';

const NONE = Object.fromEntries(METRIC_NAMES.map((name) => [name, null])) as Metrics;

function run(policy: string, seed: number, values: Partial<Record<MetricName, number>>): Measured {
  return { policy, workload: 'w', seed, metrics: { ...NONE, ...values } };
}

function verdictOf(metric: MetricName, stock: number[], other: number[], error: number | null = null) {
  const runs = [
    ...stock.map((v, i) => run('stock', i, { [metric]: v })),
    ...other.map((v, i) => run('x', i, { [metric]: v })),
  ];
  return pairedDifferences(runs, 'stock', () => error).find((d) => d.metric === metric)!;
}

describe('verdicts', () => {
  it('know which way every metric is better', () => {
    expect(
      Object.keys(BETTER).sort((a, b) => a.localeCompare(b)),
    ).toEqual([...METRIC_NAMES].sort((a, b) => a.localeCompare(b)));
  });

  it('say better and worse according to the metric', () => {
    expect(verdictOf('completion_ns', [100, 101, 102], [80, 82, 81]).verdict).toBe('better');
    expect(verdictOf('completion_ns', [80, 82, 81], [100, 101, 102]).verdict).toBe('worse');
    expect(verdictOf('throughput', [80, 82, 81], [100, 101, 102]).verdict).toBe('better');
    expect(verdictOf('fairness_jain', [0.9, 0.91, 0.92], [0.8, 0.81, 0.79]).verdict).toBe('worse');
  });

  it('say same only where every pair is equal', () => {
    expect(verdictOf('lb_calls', [3, 4], [3, 4])).toMatchObject({ verdict: 'same', mean: 0, lo: 0, hi: 0 });
    expect(verdictOf('lb_calls', [3], [3]).verdict).toBe('same');
    expect(verdictOf('lb_calls', [3, 4], [4, 3]).verdict).toBe('undecided');
  });

  it('leave a single pair undecided', () => {
    expect(verdictOf('completion_ns', [100], [10])).toMatchObject(
      { verdict: 'undecided', reason: 'too few pairs', lo: null },
    );
  });

  it('leave an interval with 0 in it undecided', () => {
    expect(verdictOf('completion_ns', [100, 100, 100], [80, 130, 95])).toMatchObject({ reason: 'interval includes 0' });
  });

  it('take no difference of run time for a result inside the calibration error', () => {
    const stock = [1000, 1001, 1002, 1003];
    const two = stock.map((v) => v * 0.98);
    expect(verdictOf('completion_ns', stock, two)).toMatchObject(
      { verdict: 'undecided', reason: 'inside the calibration error' },
    );
    expect(verdictOf('completion_ns', stock, two, 1).verdict).toBe('better');
    expect(verdictOf('completion_ns', stock, two, 5).verdict).toBe('undecided');
    expect(verdictOf('forced_migrations', stock, two).verdict).toBe('better');
  });

  it('do not judge where runs lack the metric', () => {
    const runs = [
      run('stock', 1, { completion_ns: 5 }),
      run('stock', 2, { completion_ns: 5 }),
      run('x', 1, { completion_ns: 4 }),
      run('x', 2, {}),
    ];
    expect(pairedDifferences(runs, 'stock', () => null)).toEqual([
      expect.objectContaining(
        { metric: 'completion_ns', pairs: 1, missing: 1, verdict: 'undecided', reason: 'runs without this metric' },
      ),
    ]);
  });

  it('pair by seed, not by order', () => {
    const runs = [
      run('stock', 1, { lb_calls: 10 }),
      run('stock', 2, { lb_calls: 20 }),
      run('x', 2, { lb_calls: 21 }),
      run('x', 1, { lb_calls: 11 }),
    ];
    expect(pairedDifferences(runs, 'stock', () => null)[0]).toMatchObject({ mean: 1, lo: 1, hi: 1, verdict: 'worse' });
  });

  it('judge on the interval, not on the mean', () => {
    expect(judge('lb_calls', [1, 2], { lo: 0, hi: 3 }, 10, 0).verdict).toBe('undecided');
    expect(judge('lb_calls', [1, 2], { lo: 0.001, hi: 3 }, 10, 0).verdict).toBe('worse');
  });
});
