import type { Verdict } from '../../experiment/stats/verdict.js';

/** What the report reads of a sweep's document; results.json of a sweep has it, and more. */
export interface SweepFindings {
  readonly name: string;
  readonly description: string;
  readonly question: string;
  /** For all contexts together, then for each. */
  readonly answer: readonly string[];
  readonly baseline: string;
  readonly scenarios: ReadonlyArray<{ readonly name: string; readonly machine: string; readonly notes: readonly string[] }>;
  readonly contexts: ReadonlyArray<{ readonly id: number; readonly label: string }>;
  readonly objectives: readonly SweepObjective[];
  readonly search: { readonly method: string };
  readonly seeds: { readonly first: number; readonly most: number; readonly looks: readonly number[] };
  readonly budgetRuns: number;
  readonly runs: number;
  readonly ended: 'decided' | 'budget' | 'seeds';
  readonly correction: { readonly alpha: number; readonly comparisons: number; readonly looks: number; readonly why: string };
  /** Entry 0 is the baseline. */
  readonly candidates: ReadonlyArray<{ readonly id: number; readonly label: string; readonly policy: string; readonly difference: string }>;
  readonly cells: ReadonlyArray<{
    readonly candidate: number;
    readonly context: number;
    readonly seeds: number;
    readonly metrics: Readonly<Record<string, Gain | null>>;
  }>;
  readonly comparisons: readonly SweepComparison[];
  readonly best: { readonly candidate: number } | null;
  readonly effects: { readonly seeds: number; readonly main: readonly SweepEffect[]; readonly interactions: readonly SweepInteraction[] };
  readonly pareto: ReadonlyArray<{
    readonly candidate: number;
    readonly gains: readonly Gain[];
    readonly onFront: boolean;
    readonly frequency: number;
  }>;
  readonly milestones: ReadonlyArray<{
    readonly runs: number;
    readonly candidate: number;
    readonly gain: number;
    readonly lo: number | null;
    readonly hi: number | null;
  }>;
}

export interface SweepObjective {
  readonly metric: string;
  readonly better: 'lower' | 'higher';
  /** `relative`: gains are percent of the baseline; `absolute`: in the unit. */
  readonly scale: 'relative' | 'absolute';
  readonly unit: string;
}

/** A mean with its 95 % interval. */
export interface Gain {
  readonly mean: number;
  readonly lo: number | null;
  readonly hi: number | null;
}

export interface SweepComparison {
  readonly candidate: number;
  /** null: over all contexts. */
  readonly context: number | null;
  readonly metric: string;
  readonly pairs: number;
  readonly gain: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly adjustedP: number;
  readonly verdict: Verdict;
  readonly reason: string;
}

export interface SweepEffect {
  readonly factor: string;
  readonly share: Gain;
  readonly levels: ReadonlyArray<{ readonly level: string; readonly cells: number; readonly gain: Gain }>;
}

export interface SweepInteraction {
  readonly factors: readonly [string, string];
  readonly share: Gain;
  readonly cells: ReadonlyArray<{ readonly levels: readonly [string, string]; readonly gain: Gain }>;
}
