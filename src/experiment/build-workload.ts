import { InputError } from '../input/error.js';
import type { Workload } from '../sim/programs/program.js';
import { checkWorkload } from '../workloads/check.js';
import { buildGenerator } from '../workloads/registry.js';
import { applyMembership } from './membership.js';
import type { ResolvedScenario } from './resolved.js';

/** What of a scenario decides its workload. */
export type WorkloadPart = Pick<ResolvedScenario, 'name' | 'source' | 'workload' | 'groups' | 'tasks' | 'profile'>;

/**
 * Builds the workload of a scenario for a seed: with its groups and task rules, and checked against its machine.
 *
 * @throws InputError where the scenario asks for what its machine or workload does not have
 */
export function buildWorkload(scenario: WorkloadPart, seed: number): Workload {
  const cpus = scenario.profile.topology.cpus.length;
  const { workload: from, source } = scenario;
  const plain = from.kind === 'fixed' ? from.workload : buildGenerator(from.generator, from.params, { cpus, seed }, source);
  const workload = applyMembership(plain, scenario.groups, scenario.tasks, source);
  try {
    checkWorkload(workload, cpus);
  } catch (error) {
    const found = (error as Error).message.replace(/^workload: /, '');
    throw new InputError(source, 'workload', `one that ${scenario.profile.name} with its ${cpus} CPUs can run`, found);
  }
  const nodes = scenario.profile.topology.distance.length;
  const astray = workload.templates.find(({ preferredNode }) => preferredNode !== undefined && preferredNode >= nodes);
  if (astray !== undefined) {
    throw new InputError(source, 'tasks.preferredNode', `a node of ${scenario.profile.name}, 0…${nodes - 1}`, String(astray.preferredNode));
  }
  return workload;
}
