import type { MachineProfile } from '../sim/profile.js';
import type { Workload } from '../sim/programs/program.js';
import type { MachineSpec } from './machine.js';
import type { GroupRule, TaskRule } from './schema/scenario.js';

/** A generator's parameter as a user gives it; the generator checks it. */
export type ParamValue = number | string | boolean | readonly number[];

/**
 * A scenario with everything looked up: plain data that can be handed to a worker, which then needs no file. It holds
 * whatever decides a run but the policy and the seed.
 */
export interface ResolvedScenario {
  /** How its runs are labelled. */
  readonly name: string;
  /** File or generator that it came from, for errors. */
  readonly source: string;
  readonly profile: MachineProfile;
  /** What differs from the machine's profile. */
  readonly changes: ReadonlyArray<{ readonly path: string; readonly value: unknown }>;
  /** The machine as the user named it; absent or null where a recording brought its own. */
  readonly machineSpec?: MachineSpec | null;
  /** Calibration error of the machine in percent; null where it was never calibrated. */
  readonly errorPercent: number | null;
  readonly workload: WorkloadSource;
  readonly groups: readonly GroupRule[];
  readonly tasks: readonly TaskRule[];
  /** What its throughput counts, plural; empty where it counts nothing. */
  readonly unit: string;
  readonly durationNs: number;
  readonly seeds: readonly number[];
  /** Empty where the scenario names none. */
  readonly policies: readonly string[];
  /** What a reader of the results should know. */
  readonly notes: readonly string[];
}

/** `generator`: built anew for each seed. `fixed`: the same whatever the seed. */
export type WorkloadSource =
  | { readonly kind: 'generator'; readonly generator: string; readonly params: Readonly<Record<string, ParamValue>> }
  | { readonly kind: 'fixed'; readonly origin: 'rtapp' | 'capture'; readonly workload: Workload };
