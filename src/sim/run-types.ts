import type { Metrics } from './records/metrics.js';
import type { Policy } from './policy/policy.js';
import type { MachineProfile } from './profile.js';
import type { Workload } from './programs/program.js';
import type { TableData, TableName } from './records/records.js';

/** Everything that determines a run. */
export interface RunOptions {
  readonly profile: MachineProfile;
  readonly workload: Workload;
  /** null: the stock kernel decides. */
  readonly policy: Policy | null;
  /** Root seed, an integer 0…2^32−1. */
  readonly seed: number;
  /** Where the run ends at the latest, ns of simulated time. */
  readonly durationNs: number;
  /**
   * false: dispatches every tick by itself, also those at which nothing can change. The outcome is the same, bit for
   * bit; this is there to show it. Default true.
   */
  readonly takeTicksTogether?: boolean;
  /** Keep the rows of a bundle's tables. */
  readonly record?: boolean;
}

export interface RunResult {
  /** 16 hexadecimal digits over the stream of events. */
  readonly streamHash: string;
  /** [number of records hashed, hash] at powers of two and the end. */
  readonly checkpoints: ReadonlyArray<readonly [number, string]>;
  /** Events that the engine dispatched. */
  readonly events: number;
  readonly simulatedNs: number;
  readonly metrics: Metrics;
  /** Whether every task had exited by the end. */
  readonly finished: boolean;
  /** Every task, in order of birth: CPU time, ns; nice value and rows of the workload's masks and groups at birth. */
  readonly tasks: ReadonlyArray<{
    readonly pid: number;
    readonly comm: string;
    readonly runNs: number;
    readonly nice: number;
    readonly mask: number;
    readonly group: number;
  }>;
  /** Rows of the bundle's tables where they were asked for. */
  readonly tables?: Readonly<Record<TableName, TableData>>;
  /** /proc/schedstat-like counters by name. */
  readonly counters: Readonly<Record<string, number>>;
}
