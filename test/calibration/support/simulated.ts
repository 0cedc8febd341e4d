import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { buildWorkload } from '../../../src/experiment/build-workload.js';
import { observe, type Observation } from '../../../src/experiment/observe.js';
import { resolveScenario } from '../../../src/experiment/resolve.js';
import { runContents } from '../../../src/experiment/run-bundle.js';
import { createPolicy } from '../../../src/policies/registry.js';
import { QUANTILES } from '../../../src/calibration/types.js';
import type { MachineProfile } from '../../../src/sim/profile.js';
import { simulate } from '../../../src/sim/simulation.js';

/** A run of a generator's workload, as the bundle that it would be kept as; `change` turns the machine, `params` the workload. */
export async function simulated(
  generator: string,
  machine: string,
  seconds: number,
  seed: number,
  change: (profile: MachineProfile) => MachineProfile = (profile) => profile,
  params: Readonly<Record<string, number>> = {},
): Promise<BundleContents> {
  const resolved = await resolveScenario(generator, { machine, durationSeconds: seconds, seeds: [seed], params });
  const scenario = { ...resolved, profile: change(resolved.profile) };
  const workload = buildWorkload(scenario, seed);
  const policy = createPolicy('stock');
  const { profile, durationNs } = scenario;
  const result = simulate({ profile, workload, policy, seed, durationNs, record: true });
  return runContents(scenario, workload, policy, seed, result);
}

export async function observed(...run: Parameters<typeof simulated>): Promise<Observation> {
  return observe(await simulated(...run), QUANTILES);
}
