import { createHash } from 'node:crypto';
import type { Policy } from '../../../sim/policy/policy.js';
import { readParams } from '../../../workloads/generators/params.js';
import { generatorNamed } from '../../../workloads/registry.js';
import type { ResolvedScenario } from '../../resolved.js';
import { workloadHash } from '../../workload-hash.js';
import { modelVersion } from './model-version.js';

/** Of fixed workloads the hash is taken once: recordings have millions of operations. */
const fixedHashes = new WeakMap<object, string>();

/**
 * The sha256 of everything that determines the runs of a scenario under a policy but the seed: machine, workload, groups, duration,
 * policy with parameters and contents of its models, and the version of the model's code. Names and descriptions do not count.
 */
export function cellKey(scenario: ResolvedScenario, policy: Policy): string {
  // Names, and what is known of a machine's errors, decide nothing.
  const machine = { ...scenario.profile, name: '', description: '', calibration: undefined, calibrationErrorPercent: undefined };
  const models = Object.fromEntries(Object.entries(policy.models ?? {}).map(([role, { hash }]) => [role, hash]));
  return sha256(canonical({
    schema: 1,
    code: modelVersion(),
    machine,
    workload: workloadIdentity(scenario),
    groups: scenario.groups,
    tasks: scenario.tasks,
    durationNs: scenario.durationNs,
    policy: { name: policy.name, params: policy.params, models },
  }));
}

/** The identity of one run. */
export function runKey(cell: string, seed: number): string {
  return sha256(`${cell} ${seed}`);
}

function workloadIdentity({ workload, profile, source }: ResolvedScenario): unknown {
  if (workload.kind === 'fixed') {
    let hash = fixedHashes.get(workload.workload);
    if (hash === undefined) fixedHashes.set(workload.workload, (hash = workloadHash(workload.workload)));
    return { fixed: hash };
  }
  const { generator, params } = workload;
  const machine = { cpus: profile.topology.cpus.length, seed: 0 };
  return { generator, params: readParams(generatorNamed(generator, source), params, machine, source) };
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
