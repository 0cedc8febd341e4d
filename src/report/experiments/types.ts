/** What the page of the experiments is made of. Shares are 0…1. */
export type Origin = 'real' | 'simulated';

/** The models of one workload on another run of it. */
export interface ExperimentAccuracy {
  readonly experiment: 1 | 2 | 3;
  readonly origin: Origin;
  readonly workload: string;
  /** Balanced accuracy by model: `compact` is the integer program; null where it cannot be told. */
  readonly models: Readonly<Record<string, number | null>>;
  readonly positives: number;
  readonly verdict: 'decided' | 'undecided';
}

/** ANOVA F of every input, for one recording. */
export interface ExperimentScores {
  readonly experiment: 1 | 2 | 3;
  readonly origin: Origin;
  readonly workload: string;
  /** null where it is not defined. */
  readonly scores: Readonly<Record<string, number | null>>;
}

/** How many calls are forced, and end in a forced one (table 5.5). */
export interface ExperimentForced {
  readonly origin: Origin;
  readonly workload: string;
  readonly calls: number;
  readonly forced: number;
  readonly leading: number;
}

/** Means over the workloads that could be judged. */
export interface ExperimentMean {
  readonly experiment: 1 | 2 | 3;
  readonly origin: Origin;
  /** What was judged: the experiment itself, or a variant of it. */
  readonly variant: string;
  readonly model: string;
  readonly trainedOn: string;
  readonly workloads: number;
  readonly balancedAccuracy: number | null;
  readonly target: number;
  readonly verdict: 'reached' | 'missed' | 'undecided';
}

/** What a policy gained over stock on a workload, by simulation. */
export interface ExperimentOutcome {
  readonly workload: string;
  /** The policy's name, without its price. */
  readonly policy: string;
  /** ns that an inference is charged; null where the policy asks no model. */
  readonly priceNs: number | null;
  /** Percent of stock, above 0 is better, with the ends of the 95 % interval. */
  readonly gain: number;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly verdict: string;
}

export interface Experiments {
  readonly accuracies: readonly ExperimentAccuracy[];
  readonly scores: readonly ExperimentScores[];
  readonly forced: readonly ExperimentForced[];
  readonly means: readonly ExperimentMean[];
  /** Our own settings, by row of table 5.8, in the order of its columns. */
  readonly settings: ReadonlyArray<readonly [string, readonly string[]]>;
  /** Generators whose runs have no call of can_migrate_task() at all. */
  readonly silent: readonly string[];
  /** In order of workload, policy and price; the number of seeds behind each. */
  readonly outcome: readonly ExperimentOutcome[];
  readonly outcomeSeeds: number;
  /** What the evaluation says of triviality, by experiment. */
  readonly trivial: ReadonlyArray<{ readonly experiment: 1 | 2 | 3; readonly origin: Origin; readonly rule: number | null; readonly without: number | null }>;
}
