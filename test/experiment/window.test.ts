import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../src/bundle/read.js';
import { captureSource } from '../../src/experiment/capture-source.js';
import { recordedMetrics } from '../../src/experiment/recorded-metrics.js';
import { createPolicy } from '../../src/policies/registry.js';
import { simulate } from '../../src/sim/simulation.js';

const directory = fileURLToPath(new URL('../../calibration/captures/threadpool-c8-mc5', import.meta.url));

describe('the shipped window on a thread pool', () => {
  it('is replayed for its time, and nobody runs out of work towards its end', async () => {
    const contents = await openBundle(directory);
    const { workload, durationNs, machine } = captureSource(directory, contents, null);
    const recorded = recordedMetrics(contents);
    const result = simulate({ profile: machine!, workload, policy: createPolicy('stock'), seed: 1, durationNs, record: false });
    expect([workload.ends, result.simulatedNs]).toEqual(['duration', durationNs]);
    const ratio = (metric: 'context_switches' | 'can_migrate_calls' | 'wakeup_latency_p50_ns'): number => result.metrics[metric]! / recorded[metric]!;
    for (const metric of ['context_switches', 'can_migrate_calls', 'wakeup_latency_p50_ns'] as const) {
      expect(Math.abs(ratio(metric) - 1), metric).toBeLessThan(0.15);
    }
    // With idle CPUs at the end, which take what wakes up, it was nine times the recorded 14.
    expect(result.metrics.migrations_wakeup!).toBeLessThan(50);
    // What the tasks of eight CPUs got done, in ms: the recording's own CPU time, less what the simulator charges.
    expect(result.metrics.throughput! * (durationNs / 1e9)).toBeGreaterThan(0.85 * 8 * (durationNs / 1e6));
  });
});
