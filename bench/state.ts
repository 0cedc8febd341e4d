import { built } from './built.js';

type Simulation = import('../src/sim/simulation.js').Simulation;

/** A simulation that has run for a while, so that its queues are as they are in the middle of a workload. */
export async function loaded(scenarioFile: string, policyText: string, untilNs: number): Promise<Simulation> {
  const { resolveScenario } = await built<typeof import('../src/experiment/resolve.js')>('experiment/resolve');
  const { buildWorkload } = await built<typeof import('../src/experiment/build-workload.js')>('experiment/build-workload');
  const { Simulation } = await built<typeof import('../src/sim/simulation.js')>('sim/simulation');
  const { createPolicy } = await built<typeof import('../src/policies/registry.js')>('policies/registry');
  const scenario = await resolveScenario(scenarioFile, {});
  const simulation = new Simulation({
    profile: scenario.profile,
    workload: buildWorkload(scenario, 1),
    policy: createPolicy(policyText),
    seed: 1,
    durationNs: scenario.durationNs,
  });
  simulation.runUntil(untilNs);
  return simulation;
}
