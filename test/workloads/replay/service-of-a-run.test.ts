import { describe, expect, it } from 'vitest';
import { buildWorkload } from '../../../src/experiment/build-workload.js';
import { resolveScenario } from '../../../src/experiment/resolve.js';
import { runContents } from '../../../src/experiment/run-bundle.js';
import { createPolicy } from '../../../src/policies/registry.js';
import { simulate } from '../../../src/sim/simulation.js';
import { checkWorkload } from '../../../src/workloads/check.js';
import { extractWorkload } from '../../../src/workloads/replay/extract.js';

/** A run of the generator, which has one queue, recorded, taken for a workload and run again. */
async function again(clients: number, workers: number) {
  const scenario = await resolveScenario('reqresp', {
    machine: 'pvt8c', durationSeconds: 0.3, params: { clients: String(clients), workers: String(workers) }, settings: [],
  });
  const workload = buildWorkload(scenario, 1);
  const policy = createPolicy('stock');
  const { profile, durationNs } = scenario;
  const recorded = simulate({ profile, workload, policy, seed: 1, durationNs, record: true });
  // As a recording is replayed: what the simulator charges itself is not charged twice.
  const { costs } = profile;
  const extraction = extractWorkload(runContents(scenario, workload, policy, 1, recorded), {
    switchCostNs: costs.context_switch, scheduleCostNs: costs.schedule, dequeueCostNs: costs.dequeue,
    wakeupCostNs: costs.wakeup, activateCostNs: costs.activate, traceEventNs: costs.trace_event,
  });
  checkWorkload(extraction.workload, 8);
  const replayed = simulate({ profile, workload: extraction.workload, policy, seed: 2, durationNs: 2 * durationNs });
  return { recorded, extraction, replayed };
}

describe('a service that is recorded in the simulator', () => {
  it.each([
    [64, 6],
    [20, 24],
  ])('of %i clients and %i workers is found, and run again takes as long and switches as often', async (clients, workers) => {
    const { recorded, extraction, replayed } = await again(clients, workers);
    const { stats } = extraction;
    expect(stats.services).toBe(1);
    const served = recorded.metrics.throughput! * (recorded.simulatedNs / 1e9);
    // A request that was answered before its client waited is not seen, nor one whose round was not over.
    expect(stats.requests).toBeGreaterThan(0.8 * (served - clients));
    expect(stats.requests).toBeLessThanOrEqual(served + clients);
    expect(extraction.notes.join(' ')).toContain(`${stats.requests} requests to 1 groups of workers`);
    expect(replayed.finished).toBe(true);
    const ratio = replayed.metrics.context_switches! / recorded.metrics.context_switches!;
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
    // The last ones have the machine to themselves: every worker does all of its own jobs, and nobody ends the run before.
    const longer = replayed.simulatedNs / recorded.simulatedNs;
    expect(longer).toBeGreaterThan(0.95);
    expect(longer).toBeLessThan(1.15);
  });
});
