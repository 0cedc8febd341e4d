import { describe, expect, it } from 'vitest';
import { confront } from '../../../src/kernel-validation/confront/confront.js';
import { agreed, pairsOfRuns, someRun } from './some-runs.js';

const POLICY = 'neural-early';
/** Predicted and measured gain of throughput over stock, n runs of each. */
const both = (predicted: number, measured: number, n = 6, workload = 'pool') => [
  ...pairsOfRuns('sim', POLICY, predicted, n, workload), ...pairsOfRuns('kernel', POLICY, measured, n, workload),
];

describe('confront', () => {
  it('confirms what was measured as predicted', () => {
    const found = confront(both(0.1, 0.12), agreed(10_000));
    expect(found.verdict).toBe('confirmed');
    const row = found.metrics.find(({ metric }) => metric === 'throughput')!;
    expect(row).toMatchObject({ objective: true, verdict: 'confirmed', reason: 'predicted more, measured more', limit: 0.03, unit: '1/s' });
    expect(row.predicted.paired).toBe(true);
    expect(row.predicted.relative).toBeCloseTo(0.1, 3);
    expect(row.measured.relativeLo).toBeGreaterThan(0.11);
    expect(row.measured.relativeHi).toBeLessThan(0.13);
    expect(found.tau).toEqual({ value: 1, lo: 1, hi: 1, n: 1 });
    expect(found.rankings).toMatchObject([{ workload: 'pool', metric: 'throughput', better: 'higher' }]);
    expect(found.rankings[0]!.measured.map(({ policy }) => policy)).toEqual([POLICY, 'stock']);
  });

  it('confirms that there is no difference where none was predicted', () => {
    expect(confront(both(0.01, -0.01), agreed(10)).verdict).toBe('confirmed');
  });

  it('refutes the opposite', () => {
    const found = confront(both(0.1, -0.1), agreed(10_000));
    expect(found.verdict).toBe('refuted');
    expect(found.reasons).toEqual(['refuted: throughput of neural-early on pool']);
    expect(found.tau).toMatchObject({ value: -1, lo: -1, hi: -1 });
  });

  it('is undecided with few runs, however clear', () => {
    const found = confront(both(0.1, 0.1, 2), agreed(10));
    expect(found.verdict).toBe('undecided');
    expect(found.reasons[0]).toContain('2 runs, fewer than 3');
    expect(found.tau).toEqual({ value: 1, lo: null, hi: null, n: 1 });
  });

  it('refutes where one decision differs, and decides nothing where none was recorded', () => {
    expect(confront(both(0.1, 0.1), agreed(100, 99))).toMatchObject({
      verdict: 'refuted', reasons: ['1 of 100 recorded decisions are not those of the integer program'],
    });
    expect(confront(both(0.1, 0.1), agreed(0))).toMatchObject({
      verdict: 'undecided', reasons: ['no decision of the kernel’s policy was recorded'],
    });
  });

  it('takes runs that have no partner by their means', () => {
    const sim = pairsOfRuns('sim', POLICY, 0.5, 6);
    const kernel = pairsOfRuns('kernel', POLICY, 0.5, 6).map((run) =>
      run.facts.policy === 'stock' ? run : { ...run, facts: { ...run.facts, repetition: 100 + run.facts.repetition } },
    );
    const row = confront([...sim, ...kernel], agreed(1)).metrics.find(({ objective }) => objective)!;
    expect([row.predicted.paired, row.measured.paired]).toEqual([true, false]);
    expect(row.measured.relativeLo!).toBeLessThan(row.predicted.relativeLo!);
    expect(row.verdict).toBe('confirmed');
  });

  it('ranks over workloads, best first, and by completion where there is no throughput', () => {
    const slow = both(0.1, -0.1, 4, 'build').map((run) => someRun({
      side: run.side, policy: run.facts.policy, seed: run.facts.seed, workload: 'build', throughput: null,
      completionNs: Math.round(1e12 / run.facts.throughput!.value),
    }));
    const found = confront([...both(0.1, 0.1), ...slow], agreed(1));
    expect(found.rankings.map(({ metric, better }) => [metric, better])).toEqual([['throughput', 'higher'], ['completion_ns', 'lower']]);
    expect(found.rankings[1]!.predicted[0]!.policy).toBe(POLICY);
    expect(found.rankings[1]!.measured[0]!.policy).toBe('stock');
    expect(found.tau).toMatchObject({ value: 0, n: 2 });
  });

  it('says that completion is nothing to go by where runs end when their time is up', () => {
    const fixed = both(0, 0).map((run) => someRun({ side: run.side, policy: run.facts.policy, seed: run.facts.seed, throughput: null, completionNs: 1e9 }));
    const row = confront(fixed, agreed(1)).metrics.find(({ metric }) => metric === 'completion_ns')!;
    expect(row).toMatchObject({ objective: true, verdict: 'undecided', reason: 'runs end when their time is up' });
  });

  it('leaves out what neither side did, and says what one side lacks', () => {
    const more = [
      someRun({ side: 'sim', policy: 'always', seed: 1, figures: { hot_refusals: { value: 0, events: 0 } } }),
      someRun({ side: 'kernel', policy: POLICY, seed: 1, workload: 'other' }),
    ];
    const found = confront([...both(0, 0), ...more], agreed(1));
    expect(found.metrics.map(({ metric }) => metric)).toEqual(['throughput', 'completion_ns']);
    expect(found.notes).toEqual([
      'always on pool was predicted and not measured: left out',
      'neural-early on other was measured and not predicted: left out',
      'other: without runs of stock on both sides nothing is compared',
    ]);
  });

  it('leaves out a run whose mode was changed in the middle, and says so', () => {
    const switched = someRun({ side: 'kernel', policy: POLICY, seed: 9, throughput: 1, facts: { mode: 'off', switched: { mode: 'decide', atNs: 5 } } });
    const [without, beside] = [confront(both(0.1, 0.1), agreed(1)), confront([...both(0.1, 0.1), switched], agreed(1))];
    expect(beside.metrics).toEqual(without.metrics);
    expect(beside.notes).toContain(`${switched.name}: its mode was changed while it ran: left out`);
  });

  it('counts a run in shadow neither as stock nor as the policy', () => {
    const shadow = someRun({ side: 'kernel', policy: POLICY, seed: 1, throughput: 1, facts: { mode: 'shadow' } });
    const [without, beside] = [confront(both(0.1, 0.1), agreed(1)), confront([...both(0.1, 0.1), shadow], agreed(1))];
    expect(beside.metrics).toEqual(without.metrics);
    expect(beside.runs).toHaveLength(without.runs.length + 1);
  });

  it('refuses a run that is there twice', () => {
    const runs = both(0, 0);
    expect(() => confront([...runs, runs[0]!], agreed(0))).toThrow('each run once');
  });

  it('is the same each time', () => {
    expect(JSON.stringify(confront(both(0.1, 0.05), agreed(5)))).toBe(JSON.stringify(confront(both(0.1, 0.05), agreed(5))));
  });
});
