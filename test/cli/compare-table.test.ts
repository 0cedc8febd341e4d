import { describe, expect, it } from 'vitest';
import { compareText } from '../../src/cli/compare-table.js';
import type { ComparedRun, Comparison } from '../../src/experiment/compare.js';
import { pairedDifferences } from '../../src/experiment/stats/paired.js';
import { METRIC_NAMES, type Metrics } from '../../src/sim/records/metrics.js';

function comparison(completion: Record<string, ReadonlyArray<number | null>>): Comparison {
  const results: ComparedRun[] = Object.entries(completion).flatMap(([policy, values]) =>
    values.map((value, i) => ({
      policy,
      workload: 'w',
      seed: i + 1,
      streamHash: '0',
      finished: value !== null,
      events: 1,
      simulatedNs: 1,
      metrics: {
        ...(Object.fromEntries(METRIC_NAMES.map((name) => [name, 0])) as Metrics),
        throughput: null,
        completion_ns: value,
      },
    })),
  );
  return {
    schema: 1,
    baseline: 'stock',
    policies: Object.keys(completion),
    scenarios: [
      {
        name: 'w', machine: 'm', changes: [
          { path: 'hz', value: 1000 },
        ], calibrationErrorPercent: null, throughputUnit: '', durationNs: 2e9, seeds: [1, 2, 3],
        notes: ['A note.'],
      },
    ],
    results,
    paired: pairedDifferences(results, 'stock', () => null),
  };
}

describe('the text of a comparison', () => {
  it('says means, differences, intervals and verdicts with their units', () => {
    const text = compareText(comparison({ stock: [100e6, 102e6, 101e6], fast: [50e6, 52e6, 51e6] }), false);
    expect(text).toContain('w on m: 3 seeds, at most 2 s simulated');
    expect(text).toContain('changed: hz = 1000');
    expect(text).toMatch(/^stock +101 /m);
    expect(text).toMatch(/^fast +completion +101 ms +−50 ms +−50 ms … −50 ms +−49\.50 % +better$/m);
    expect(text).toMatch(/^ +forced_migrations +0 +0 +0 … 0 +– +same$/m);
    expect(text).toContain('A note.');
    expect(text).not.toMatch(/^ +throughput/m);
  });

  it('says why a verdict is undecided', () => {
    expect(
      compareText(comparison({ stock: [100e6, 102e6, 101e6], b: [99e6, 101e6, 100e6] }), false),
    ).toContain('undecided (too small)');
    expect(
      compareText(comparison({ stock: [100e6, 102e6, 101e6], b: [80e6, 140e6, 100e6] }), false),
    ).toContain('undecided (0 is inside)');
    expect(compareText(comparison({ stock: [100e6], b: [80e6] }), false)).toMatch(
      /completion +100 ms +−20 ms +– +−20\.00 % +undecided \(too few pairs\)/,
    );
  });

  it('says which runs did not finish, and does not judge them', () => {
    const text = compareText(comparison({ stock: [100e6, 102e6, 101e6], b: [90e6, null, 91e6] }), false);
    expect(text).toContain('1 of 6 runs did not finish within the duration');
    expect(text).toMatch(/^b +–/m);
    expect(text).toContain('undecided (not in all runs)');
  });

  it('shows the rest of the metrics where they are asked for', () => {
    const two = comparison({ stock: [1e6, 2e6], b: [1e6, 2e6] });
    expect(compareText(two, true)).toContain('hot_refusals');
    expect(compareText(two, false)).not.toContain('hot_refusals');
  });

  it('has no differences for one policy', () => {
    expect(compareText(comparison({ stock: [1e6, 2e6] }), false)).not.toContain('against');
  });
});
