import { describe, expect, it } from 'vitest';
import { kernelRows } from '../../../src/kernel-validation/thesis/tables.js';
import { THESIS_LATENCY, THESIS_TIMES } from '../../../src/kernel-validation/thesis/thesis.js';
import { someRun } from '../confront/some-runs.js';

describe('our figures for the thesis’ tables', () => {
  it('are means over repetitions, by workload and deciding policy, stock first', () => {
    const runs = [1, 2, 3].flatMap((seed) => [
      someRun({ side: 'kernel', policy: 'neural-early', seed, completionNs: 9e8, facts: { stats: { calls: 10, cycles: 2000 }, latency: { calls: 10, cycles: 9000 } } }).facts,
      someRun({ side: 'kernel', policy: 'stock', seed, throughput: null, completionNs: 1e9 + 1e6 * seed, facts: { latency: { calls: 10, cycles: 7000 } } }).facts,
      someRun({ side: 'kernel', policy: 'neural-early', seed, facts: { mode: 'shadow' } }).facts,
      someRun({ side: 'sim', policy: 'stock', seed }).facts,
    ]);
    const [stock, early, ...more] = kernelRows(runs);
    expect(more).toEqual([]);
    expect(stock).toMatchObject({ workload: 'pool', policy: 'stock', latency: { value: 700, runs: 3 }, policyCycles: null, throughput: null });
    expect(stock!.completion.value).toBe(1.002e9);
    expect(stock!.completion.interval!.lo).toBeLessThan(1.001e9);
    expect(early).toMatchObject({ policy: 'neural-early', latency: { value: 900 }, policyCycles: { value: 200 }, throughput: { value: 1000, unit: 'jobs' } });
  });
});

describe('the thesis’ own', () => {
  it('say what its text says of them', () => {
    const mean = (row: Readonly<Record<string, number>>) => Object.values(row).reduce((a, b) => a + b, 0) / 5;
    const ratios = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) => Object.keys(a).map((name) => a[name]! / b[name]!);
    // "aproximadamente x27 mayor": the mean of the five ratios.
    const slower = ratios(THESIS_LATENCY.model, THESIS_LATENCY.stock);
    expect(slower.reduce((a, b) => a + b, 0) / 5).toBeGreaterThan(26);
    expect(slower.reduce((a, b) => a + b, 0) / 5).toBeLessThan(28.5);
    // "2 % menores en promedio", "2.3 % menor": of the sums of run times.
    expect(mean(THESIS_TIMES.model) / mean(THESIS_TIMES.stock)).toBeCloseTo(0.984, 2);
    expect(mean(THESIS_TIMES.prediction) / mean(THESIS_TIMES.stock)).toBeCloseTo(0.988, 2);
  });
});
