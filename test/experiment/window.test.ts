import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../src/bundle/read.js';
import { buildWorkload } from '../../src/experiment/build-workload.js';
import { captureSource } from '../../src/experiment/capture-source.js';
import { recordedMetrics } from '../../src/experiment/recorded-metrics.js';
import { resolveScenario } from '../../src/experiment/resolve.js';
import { createPolicy } from '../../src/policies/registry.js';
import { simulate } from '../../src/sim/simulation.js';

const directory = fileURLToPath(new URL('../../calibration/captures/threadpool-c8-mc5', import.meta.url));

describe('the shipped window on a thread pool', () => {
  it('is replayed for its time, and nobody runs out of work towards its end', async () => {
    const contents = await openBundle(directory);
    const { workload, longestNs: durationNs, machine } = captureSource(directory, contents, null);
    expect(durationNs).toBeLessThanOrEqual(contents.manifest.durationNs);
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

  it('is all the work there is with ends=work, and may take longer then', async () => {
    const scenario = fileURLToPath(new URL('../../examples/replay-threadpool.json', import.meta.url));
    const [time, work] = await Promise.all(['time', 'work'].map((ends) => resolveScenario(scenario, { params: { ends } })));
    expect([time!.unit, work!.unit]).toEqual(['ms of recorded work', '']);
    expect([buildWorkload(time!, 1).ends, buildWorkload(work!, 1).ends]).toEqual(['duration', 'exit']);
    expect(work!.durationNs).toBe(5 * time!.durationNs);
    await expect(resolveScenario(scenario, { params: { ends: 'never' } })).rejects.toThrow('one of time, work');
  });
});
