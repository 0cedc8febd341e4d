import type { KernelCosts, SchedFeatures, Sysctl } from '../../../sim/kernel/config.js';
import { build_topology } from '../../../sim/kernel/topology/build.js';
import { setFlagsOf, type DomainSettings } from '../../../sim/kernel/topology/tune.js';
import type { Policy } from '../../../sim/policy/policy.js';
import type { CacheProfile, MachineProfile } from '../../../sim/profile.js';
import { defaultsOf } from '../../../workloads/generators/params.js';
import { generatorNamed } from '../../../workloads/registry.js';
import { REPLAY_PARAMS } from '../../../workloads/replay/params.js';
import { topologyNumbers } from '../../machine.js';
import type { ParamValue, ResolvedScenario } from '../../resolved.js';

/**
 * Every knob that a sweep can turn, as it stands: plain data that variants are made of with immer. What a variant changes from its
 * base is known by its patches.
 */
export interface VariantState {
  readonly policy: { readonly name: string; readonly params: Readonly<Record<string, number | string>> };
  readonly sysctl: Sysctl;
  /** By level, the knobs of its domains as the kernel sets them at boot or a user has set them. */
  readonly domains: Readonly<Record<string, Required<DomainSettings>>>;
  readonly features: SchedFeatures;
  readonly costs: KernelCosts;
  readonly cache: CacheProfile;
  readonly machine: { readonly hz: number; readonly tickSkewNs: number; readonly timerSlackNs: number; readonly smtSpeed: number };
  /** Numbers of the compact topology; empty where the machine has none. */
  readonly topology: Readonly<Record<string, number>>;
  /** Parameters of the generator or of the replayed recording; empty for an rt-app file. */
  readonly workload: Readonly<Record<string, ParamValue>>;
}

/** The knobs of a scenario under a policy, before anything is varied. */
export function stateOf(scenario: ResolvedScenario, policy: Policy): VariantState {
  const { profile, workload } = scenario;
  const { sysctl, features, costs, cache, hz, tickSkewNs, timerSlackNs, smtSpeed } = profile;
  return {
    policy: policyState(policy),
    sysctl,
    domains: domainKnobs(profile),
    features,
    costs,
    cache,
    machine: { hz, tickSkewNs, timerSlackNs, smtSpeed },
    topology: scenario.machineSpec === undefined || scenario.machineSpec === null ? {} : (topologyNumbers(scenario.machineSpec) ?? {}),
    workload:
      workload.kind === 'generator'
        ? { ...defaultsOf(generatorNamed(workload.generator, scenario.source).params), ...workload.params }
        : workload.origin === 'capture' ? defaultsOf(REPLAY_PARAMS.params) : {},
  };
}

/** A policy with every parameter and the models it takes, as they are in force. */
export function policyState({ name, params, models = {} }: Policy): VariantState['policy'] {
  return { name, params: { ...params, ...Object.fromEntries(Object.entries(models).map(([role, { source }]) => [role, source])) } };
}

function domainKnobs(profile: MachineProfile): Record<string, Required<DomainSettings>> {
  const knobs: Record<string, Required<DomainSettings>> = {};
  for (const sd of build_topology(profile.topology, profile.domains).sds) {
    knobs[sd.name] ??= {
      cache_nice_tries: sd.cacheNiceTries,
      imbalance_pct: sd.imbalancePct,
      busy_factor: sd.busyFactor,
      min_interval: sd.minInterval,
      max_interval: sd.maxInterval,
      max_newidle_lb_cost: sd.maxNewidleLbCost,
      ...setFlagsOf(sd.flags),
    };
  }
  return knobs;
}
