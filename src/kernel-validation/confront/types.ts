import type { RunFacts } from '../../bundle/capture/measured-run.js';

/** What `cfslab kernel confront` finds: plain data, which the text, `--json` and the HTML report are made of. */

export type ConfrontVerdict = 'confirmed' | 'refuted' | 'undecided';

/** Where a run was made. */
export type SideName = 'sim' | 'kernel';

/** How the runs of one policy differ from those of stock in one metric, on one side. */
export interface SideDifference {
  /** Means over the runs that the difference is taken of, in the metric's unit. */
  readonly stock: number;
  readonly policy: number;
  /** policy − stock; lo and hi are the ends of its 95 % interval, null where there are too few runs for one. */
  readonly difference: number;
  readonly lo: number | null;
  readonly hi: number | null;
  /** The same in parts of stock's mean; null where that is 0. */
  readonly relative: number | null;
  readonly relativeLo: number | null;
  readonly relativeHi: number | null;
  /** Runs of the policy and of stock that had a part in it, those of the side that has fewer. */
  readonly runs: number;
  /** Whether they were taken in pairs of one seed and perturbation. */
  readonly paired: boolean;
  /** Mean number of events behind a run's figure, of whichever has more; null where that is no matter of counting. */
  readonly events: number | null;
}

/** One metric of one policy on one workload: what was predicted beside what was measured. */
export interface MetricConfrontation {
  readonly workload: string;
  readonly policy: string;
  readonly metric: string;
  /** `ns`, `1/s`, or empty for a count or a share. */
  readonly unit: string;
  /** It is what the policies of this workload are ranked by, and what the verdict in total rests on. */
  readonly objective: boolean;
  readonly predicted: SideDifference;
  readonly measured: SideDifference;
  /** Below this, in parts of stock's mean, a difference is none. */
  readonly limit: number;
  /** (predicted − measured) / measured of the levels: of stock and of the policy; null where the measured one is 0. */
  readonly stockError: number | null;
  readonly policyError: number | null;
  readonly verdict: ConfrontVerdict;
  /** What each side says, or why it is undecided. */
  readonly reason: string;
}

/** The policies of a workload in order, best first, by its objective. */
export interface Ranking {
  readonly workload: string;
  readonly metric: string;
  readonly better: 'lower' | 'higher';
  readonly predicted: ReadonlyArray<{ readonly policy: string; readonly mean: number }>;
  readonly measured: ReadonlyArray<{ readonly policy: string; readonly mean: number }>;
}

/** Kendall's τ_b with its 95 % interval; null where there is no order, or too few runs for an interval. */
export interface Tau {
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** Pairs of policies, over all workloads. */
  readonly n: number;
}

/** A recorded decision that the integer program does not give. */
export interface Disagreement {
  readonly run: string;
  /** What it was: as `agreement.ts` puts it. */
  readonly what: string;
}

/** The kernel's recorded answers beside the integer program's on the same raw counters. */
export interface DecisionAgreement {
  readonly count: number;
  readonly agree: number;
  /** By run that has such records. */
  readonly runs: ReadonlyArray<{ readonly run: string; readonly count: number; readonly agree: number }>;
  /** The first disagreement of each run that has one. */
  readonly first: readonly Disagreement[];
}

/** A run that took part. */
export interface RunListed extends Pick<RunFacts, 'workload' | 'policy' | 'mode' | 'model' | 'kernelSource' | 'place' | 'seed' | 'repetition' | 'perturbation' | 'completionNs' | 'throughput' | 'stats' | 'memoryBytes'> {
  readonly name: string;
  readonly side: SideName;
}

export interface ConfrontDocument {
  readonly schema: 1;
  readonly decisions: DecisionAgreement;
  readonly metrics: readonly MetricConfrontation[];
  readonly tau: Tau;
  readonly rankings: readonly Ranking[];
  readonly verdict: ConfrontVerdict;
  /** What the verdict in total rests on. */
  readonly reasons: readonly string[];
  readonly runs: readonly RunListed[];
  /** What a reader should know. */
  readonly notes: readonly string[];
}
