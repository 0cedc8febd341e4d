import type { SeedSpread } from './seed-spread.js';

/** What `cfslab calibrate` finds: plain data, which the text, `--json`, FIDELITY.md and the HTML report are made of. */

/** One parameter of the machine profile, as it was fitted. */
export interface FitRow {
  /** Path in the machine profile: `costs.context_switch`, `caches.l2.refillNsPerKiB`. */
  readonly parameter: string;
  readonly unit: string;
  /** What the profile gets: an integer where the profile has integers. */
  readonly value: number;
  /** What it was before. */
  readonly previous: number;
  /** 95 % interval of the estimate; null where it cannot be told. */
  readonly lo: number | null;
  readonly hi: number | null;
  /** Observations that it rests on. */
  readonly n: number;
  /** How it was estimated, in one sentence. */
  readonly method: string;
}

export type Verdict = 'pass' | 'fail' | 'undecided' | 'not measured';

/** One metric of the kernel beside what free runs of the fitted machine give (L3). */
export interface Residual {
  /** Name of the recording. */
  readonly workload: string;
  readonly metric: string;
  readonly kernel: number;
  /** Mean of the free runs. */
  readonly sim: number;
  /** 95 % interval of that mean. */
  readonly simLo: number;
  readonly simHi: number;
  /** (sim − kernel) / kernel; null where the kernel's figure is 0. */
  readonly relErr: number | null;
  /** Relative, on the side where `sim` is; never tighter than the kernel's own spread. The limit where the kernel's is 0. */
  readonly tolerance: number;
  /** What `sim` may be, on both sides, in the metric's unit; the same distance on either where it is the limit. */
  readonly toleranceLo?: number;
  readonly toleranceHi?: number;
  /** Half of what `kernelRange` spans, relative to the kernel's figure; null where there is none, or the figure is 0. */
  readonly kernelSpread: number | null;
  readonly verdict: Verdict;
  /** The power check: `measured` where a knob turned wrong moves the metric out of its tolerance. */
  readonly power: 'measured' | 'not measured';
  /** The knob that was turned for it, with its value: `sysctl.migration_cost_ns=0`. */
  readonly knob: string;
  /** The metric with the knob turned. */
  readonly turned: number | null;
  /** The recording was not used for the fit. */
  readonly holdout: boolean;
  /** `ns`, `1/s`, or empty for a count or a share. */
  readonly unit?: string;
  /** What recordings of the same workload under other seeds span, this one among them; null where it is alone. */
  readonly kernelRange?: SeedSpread | null;
  /** Half the relative 95 % interval of the kernel's figure, from time blocks within the recording; null where none. */
  readonly blockSpread?: number | null;
  /** What the tolerance rests on: the figure asked for, recordings under other seeds, or time blocks of this one. */
  readonly toleranceFrom?: 'limit' | 'seeds' | 'blocks';
  /** Events that the kernel's figure rests on; null where that is no matter of counting. */
  readonly kernelEvents?: number | null;
  /** Free runs behind `sim`. */
  readonly runs?: number;
  /** Why the verdict is not pass or fail; empty where it is. */
  readonly reason?: string;
}

/** A distribution on both sides, as quantiles at the probabilities `QUANTILES`. */
export interface Distribution {
  readonly workload: string;
  /** `wakeup_latency`, `burst`, `sleep`, `stint`, … */
  readonly name: string;
  readonly unit: string;
  readonly kernel: readonly number[];
  readonly sim: readonly number[];
}

/** Probabilities at which distributions are stated. */
export const QUANTILES: readonly number[] = [
  0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1,
];

/** A recording that took part. */
export interface CalibrationInput {
  readonly name: string;
  readonly workload: string;
  /** sha256 over the hashes in its manifest. */
  readonly hash: string;
  readonly holdout: boolean;
}

/** A recording of whose workload there are others under other seeds. */
export interface RepeatedInput {
  /** Of the recording that is judged by. */
  readonly name: string;
  readonly by: ReadonlyArray<{ readonly name: string; readonly hash: string; readonly seed: number | null }>;
}

export interface CalibrationDocument {
  /** Name of the profile that was fitted. */
  readonly profile: string;
  readonly inputs: readonly CalibrationInput[];
  /** What the kernel's own spread rests on. */
  readonly repetitions?: readonly RepeatedInput[];
  readonly seeds: number;
  readonly fits: readonly FitRow[];
  readonly residuals: readonly Residual[];
  readonly distributions: readonly Distribution[];
  /** What a reader should know. */
  readonly notes: readonly string[];
}
