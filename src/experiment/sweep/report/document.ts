import type { MetricName } from '../../../sim/records/metrics.js';
import type { Comparison } from '../statistics/comparisons.js';
import type { Estimate, Interaction, MainEffect } from '../statistics/effects.js';
import type { ObjectiveSpec, SearchSpec } from '../spec/schema.js';
import type { AxisValue } from '../axes/domain.js';
import type { Best, Milestone, SweepOutcome } from '../sweep.js';

/** What a sweep found: the document of `sweep --json`, and what its report is made of. Nothing in it depends on how it was run. */
export interface SweepDocument {
  /** Version of the format. */
  readonly schema: 1;
  /** The sweep's name. */
  readonly name: string;
  /** The file's own words; empty where it has none. */
  readonly description: string;
  /** What was asked, in a sentence. */
  readonly question: string;
  /** What the answer is, in a sentence for all contexts together and one for each of them. */
  readonly answer: readonly string[];
  /** The policy that everything is compared with, on the base's knobs. */
  readonly baseline: string;
  /** The base scenarios. */
  readonly scenarios: readonly SweptScenario[];
  /** What was varied: choices first. */
  readonly axes: readonly SweptAxis[];
  /** What candidates were compared in. */
  readonly contexts: readonly SweptContext[];
  /** What was to be good. */
  readonly objectives: readonly SweptObjective[];
  /** As in the sweep's file. */
  readonly search: SearchSpec;
  /** Seeds that every cell got, the most that one got, and after how many it was looked at. */
  readonly seeds: { readonly first: number; readonly most: number; readonly looks: readonly number[] };
  /** Most runs that the sweep could make. */
  readonly budgetRuns: number;
  /** Different runs that the answer rests on. */
  readonly runs: number;
  /** Why it ended: every verdict was decided or could not be, or the runs or the seeds were used up. */
  readonly ended: SweepOutcome['ended'];
  /** How verdicts were corrected for the number of comparisons and of looks, and why so. */
  readonly correction: { readonly method: 'holm'; readonly alpha: number; readonly comparisons: number; readonly looks: number; readonly why: string };
  /** Entry 0 is the baseline. */
  readonly candidates: readonly SweptCandidate[];
  /** What was run for the full duration. */
  readonly cells: readonly SweptCell[];
  /** Of every candidate that was run for the full duration. */
  readonly comparisons: readonly Comparison[];
  /** The best over all contexts in the first objective; null where there is none to be judged. */
  readonly best: Best | null;
  /** Main effects and interactions on the gain in the first objective, by the seeds that all cells have. */
  readonly effects: { readonly metric: MetricName; readonly seeds: number; readonly main: readonly MainEffect[]; readonly interactions: readonly Interaction[] };
  /** With several objectives, each candidate's place; empty with one. */
  readonly pareto: readonly SweptPlace[];
  /** The best candidate after each step of the search, and after each look. */
  readonly milestones: readonly Milestone[];
}

export interface SweptScenario {
  /** Name. */
  readonly name: string;
  /** Name of its machine. */
  readonly machine: string;
  /** Longest simulated time of a run, ns. */
  readonly durationNs: number;
  /** What its throughput counts in a second; empty where it counts nothing. */
  readonly throughputUnit: string;
  /** null: the machine was never calibrated. */
  readonly calibrationErrorPercent: number | null;
  /** What a reader of the results should know. */
  readonly notes: readonly string[];
}

export interface SweptAxis {
  /** As in the sweep's file. */
  readonly knob: string;
  /** Of a choice the baseline has the base's value, of a condition every value is compared with the baseline under it. */
  readonly role: 'choice' | 'condition';
  /** The values of a grid or a list; null for a range without steps. */
  readonly values: readonly AxisValue[] | null;
  /** Ends of the range, or first and last value. */
  readonly from: AxisValue;
  /** The same. */
  readonly to: AxisValue;
  /** Value of the base, by scenario; null where the base has none. */
  readonly base: ReadonlyArray<AxisValue | null>;
}

export interface SweptContext {
  /** Its index. */
  readonly id: number;
  /** Name of the base scenario. */
  readonly scenario: string;
  /** The scenario's name, and the conditions where there are any. */
  readonly label: string;
  /** By knob, the conditions. */
  readonly values: Readonly<Record<string, AxisValue>>;
}

export interface SweptObjective {
  /** Name of the metric. */
  readonly metric: MetricName;
  /** Which way is better. */
  readonly better: 'lower' | 'higher';
  /** As in the sweep's file. */
  readonly scale: ObjectiveSpec['scale'];
  /** Weight in the search. */
  readonly weight: number;
  /** What gains are in. */
  readonly unit: string;
}

export interface SweptCandidate {
  /** Its index. */
  readonly id: number;
  /** By knob, the choices; empty for the baseline. */
  readonly values: Readonly<Record<string, AxisValue>>;
  /** The values in few words: `attempts 2, migration_cost_ns 500000`. */
  readonly label: string;
  /** The policy with all parameters. */
  readonly policy: string;
  /** In one line how it differs from the base of the first scenario. */
  readonly difference: string;
  /** The same as immer's patches: op, path, value. */
  readonly patches: ReadonlyArray<{ readonly op: string; readonly path: ReadonlyArray<string | number>; readonly value?: unknown }>;
  /** Longest share of the duration that it was run for: below 1 it fell out of the search. */
  readonly share: number;
}

export interface SweptCell {
  /** Id of the candidate. */
  readonly candidate: number;
  /** Id of the context. */
  readonly context: number;
  /** Seeds that it was run with, from 1 on, for the full duration. */
  readonly seeds: number;
  /** Means over the seeds with a 95 % interval (Student's t); null where a run lacks the metric. */
  readonly metrics: Readonly<Record<MetricName, Estimate | null>>;
}

export interface SweptPlace {
  /** Id of the candidate. */
  readonly candidate: number;
  /** Mean gains over all contexts, by objective. */
  readonly gains: readonly Estimate[];
  /** Whether no candidate is at least as good in all objectives and better in one. */
  readonly onFront: boolean;
  /** In how many of 100 resamples of the seeds it is on the front, as a share, 0…1. */
  readonly frequency: number;
}
