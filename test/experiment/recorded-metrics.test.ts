import { describe, expect, it } from 'vitest';
import type { BundleContents } from '../../src/bundle/tables/contents.js';
import { runContents } from '../../src/experiment/run-bundle.js';
import { recordedMetrics } from '../../src/experiment/recorded-metrics.js';
import { walkOf } from '../../src/experiment/series.js';
import { resolveScenario } from '../../src/experiment/resolve.js';
import { buildWorkload } from '../../src/experiment/build-workload.js';
import { createPolicy } from '../../src/policies/registry.js';
import { simulate } from '../../src/sim/simulation.js';

/** A simulated bundle knows both: what its rows tell, and what the run itself counted. */
async function both(generator: string, machine: string, seconds: number): Promise<[BundleContents, ReturnType<typeof simulate>]> {
  const scenario = await resolveScenario(generator, { machine, durationSeconds: seconds });
  const workload = buildWorkload(scenario, 1);
  const policy = createPolicy('stock');
  const { profile, durationNs } = scenario;
  const result = simulate({ profile, workload, policy, seed: 1, durationNs, record: true });
  return [runContents(scenario, workload, policy, 1, result), result];
}

describe('metrics of a recording', () => {
  it.each([
    ['oversub', 'pvt8c', 0.3],
    ['hogs', 'pvt8', 0.5],
    ['threadpool', 'i5-1035g1', 0.3],
  ])('of %s are those that the run counted itself', async (generator, machine, seconds) => {
    const [contents, { metrics, counters }] = await both(generator, machine, seconds);
    const counted = recordedMetrics(contents);
    for (const name of ['context_switches', 'migrations_wakeup', 'can_migrate_calls', 'hot_refusals', 'lb_calls', 'lb_failed'] as const) {
      expect([name, counted[name]]).toEqual([name, metrics[name]]);
    }
    expect(counters['nr_switches']).toBe(metrics.context_switches);
    expect(counted.migrations_balance).toBe(metrics.migrations_balance);
    // A recording does not tell a push for an affinity from one for balance: the stopper does both.
    const execs = walkOf(contents)!.migrations.exec.length;
    expect(counted.migrations_active! + execs).toBe(metrics.migrations_active! + counters['migrations_other']!);
    // The run keeps latencies in buckets of 1/64.
    for (const name of ['wakeup_latency_p50_ns', 'wakeup_latency_p99_ns'] as const) {
      if (metrics[name] === null) {
        expect(counted[name]).toBeNull();
        continue;
      }
      expect(counted[name]!).toBeGreaterThanOrEqual(metrics[name]);
      expect(counted[name]!).toBeLessThanOrEqual(metrics[name] * (1 + 1 / 64) + 1);
    }
  });
});
