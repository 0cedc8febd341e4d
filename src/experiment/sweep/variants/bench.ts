import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { createPolicy } from '../../../policies/registry.js';
import type { Policy } from '../../../sim/policy/policy.js';
import type { MachineProfile } from '../../../sim/profile.js';
import { withSettings } from '../../machine.js';
import { resolveScenario, type ScenarioRequest } from '../../resolve.js';
import type { ResolvedScenario } from '../../resolved.js';
import type { Patch } from '../../variant.js';
import type { Axis, Values } from '../axes/axes.js';
import type { SweepSpec } from '../spec/schema.js';
import { assign, difference, policyText } from './assign.js';
import { stateOf, type VariantState } from './state.js';

/** A scenario with some knobs turned: all that decides its runs but the seed. */
export interface Variant {
  /** Index of the base scenario. */
  readonly base: number;
  readonly scenario: ResolvedScenario;
  readonly policy: Policy;
  /** As `createPolicy` takes it. */
  readonly policyText: string;
  /** What differs from the base, as immer tells it. */
  readonly patches: readonly Patch[];
  /** The same in one line. */
  readonly difference: string;
}

/** The base scenarios of a sweep, and variants of them. What several variants have in common is made once. */
export class Bench {
  readonly scenarios: readonly ResolvedScenario[];
  private readonly states: readonly VariantState[];
  private readonly resolved = new Map<string, Promise<ResolvedScenario>>();
  private readonly machines = new Map<string, MachineProfile>();
  private readonly policies = new Map<string, Policy>();

  private constructor(private readonly spec: SweepSpec, private readonly file: string, scenarios: readonly ResolvedScenario[]) {
    this.scenarios = scenarios;
    const policy = createPolicy(spec.policy, `${file}: policy`);
    this.states = scenarios.map((scenario) => stateOf(scenario, policy));
  }

  /** @throws InputError for whatever is wrong with the scenarios and policies that the sweep names */
  static async open(spec: SweepSpec, file: string): Promise<Bench> {
    createPolicy(spec.baseline, `${file}: baseline`);
    const scenarios: ResolvedScenario[] = [];
    for (const name of spec.scenarios) scenarios.push(await resolveScenario(besides(name, file), requestOf(spec)));
    return new Bench(spec, file, scenarios);
  }

  /** The base of all variants of a scenario. */
  base(scenario: number): VariantState {
    return this.states[scenario]!;
  }

  /**
   * The variant of a scenario in which some axes have values.
   * @param baseline the policy is the sweep's baseline, whatever the axes say of policies
   * @throws InputError where a knob or its value is wrong
   */
  async variant(base: number, axes: readonly Axis[], values: Values, baseline = false): Promise<Variant> {
    const state = this.states[base]!;
    const own = axes.map((axis, i) => ({ axis, value: values[i]! })).filter(({ axis }) => !baseline || axis.part !== 'policy');
    const { state: turned, patches } = assign(state, own.map(({ axis }) => axis), own.map(({ value }) => value), this.file);
    const text = baseline ? this.spec.baseline : policyText(turned.policy);
    const scenario = await this.turned(base, own);
    return { base, scenario, policy: this.policy(text), policyText: text, patches, difference: difference(state, patches) };
  }

  private policy(text: string): Policy {
    let policy = this.policies.get(text);
    if (policy === undefined) this.policies.set(text, (policy = createPolicy(text, this.file)));
    return policy;
  }

  /** The scenario of a variant: topology and workload are resolved anew where an axis sets them, the rest is set after that. */
  private async turned(base: number, own: ReadonlyArray<{ readonly axis: Axis; readonly value: Values[number] }>): Promise<ResolvedScenario> {
    const valuesOf = (part: Axis['part']): Record<string, Values[number]> =>
      Object.fromEntries(own.filter(({ axis }) => axis.part === part).map(({ axis, value }) => [axis.knob.slice(part.length + 1), value]));
    const [topology, params] = [valuesOf('topology') as Record<string, number>, valuesOf('workload')];
    const scenario = await this.resolve(base, topology, params);
    const settings = own
      .filter(({ axis }) => !['policy', 'topology', 'workload'].includes(axis.part))
      .map(({ axis, value }) => ({ path: axis.knob, value, source: `${this.file}: ${axis.place}` }));
    if (settings.length === 0) return scenario;
    const key = JSON.stringify([base, topology, params, settings]);
    let profile = this.machines.get(key);
    if (profile === undefined) {
      profile = withSettings(scenario.profile, settings).profile;
      if (this.machines.size >= MOST_KEPT) this.machines.clear();
      this.machines.set(key, profile);
    }
    return { ...scenario, profile };
  }

  private resolve(base: number, topology: Record<string, number>, params: Record<string, Values[number]>): Promise<ResolvedScenario> {
    if (Object.keys(topology).length === 0 && Object.keys(params).length === 0) return Promise.resolve(this.scenarios[base]!);
    const key = JSON.stringify([base, topology, params]);
    let made = this.resolved.get(key);
    if (made === undefined) {
      const request = { ...requestOf(this.spec), topology, params };
      made = resolveScenario(besides(this.spec.scenarios[base]!, this.file), request);
      if (this.resolved.size >= MOST_KEPT) this.resolved.clear();
      this.resolved.set(key, made);
    }
    return made;
  }
}

/** Machines and scenarios that are kept for the next variant. */
const MOST_KEPT = 1000;

function requestOf(spec: SweepSpec): ScenarioRequest {
  return {
    machine: spec.machine,
    durationSeconds: spec.durationMs === undefined ? undefined : spec.durationMs / 1000,
    seeds: [1],
  };
}

/** A path in a sweep's file is relative to it; what is none there is a path from here, or the name of a generator. */
function besides(name: string, file: string): string {
  if (isAbsolute(name)) return name;
  const path = join(dirname(file), name);
  return existsSync(path) ? path : name;
}
