/** What `cfslab kernel cost` finds: plain data. */

/** What one decision takes. */
export interface CostRow {
  /** `user`: the kernel's C, compiled for user space; else where the run was measured. */
  readonly place: 'user' | 'lab' | 'kvm' | 'here';
  /** The kernel's own test alone, or the policy on top of it. */
  readonly what: 'stock' | 'policy';
  /** Name of the policy; empty where the model is one of a shape only. */
  readonly policy: string;
  /** Sizes of the network, `7-10-1`; empty where there is none. */
  readonly shape: string;
  /** `q16` and `s11` have weights of 32 bits, `int8` of 8. */
  readonly format: string;
  /** `ns` of CPU time; `instructions`, which a cycle of the laboratory is; `cycles`. */
  readonly unit: 'ns' | 'instructions' | 'cycles';
  /** Median of the repetitions, or mean over the calls of all runs. */
  readonly value: number;
  /** Least and greatest of the repetitions or runs. */
  readonly least: number;
  readonly most: number;
  /** Decisions that it rests on. */
  readonly calls: number;
  /** (stock + policy) / stock where both are known in this place; null where not. */
  readonly ratio: number | null;
}

export interface CostDocument {
  readonly schema: 1;
  readonly rows: readonly CostRow[];
  /** Those of the thesis and of what is asked, for comparison. */
  readonly notes: readonly string[];
}
