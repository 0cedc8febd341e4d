import type { SeriesRule } from '../dataset/histories.js';
import type { Task } from '../dataset/inputs.js';
import type { ModelMean } from './summary.js';
import type { EvaluationRow } from './rows.js';

/** What an evaluation found: the document of `evaluate --json`. */
export interface Evaluation {
  readonly schema: 1;
  readonly task: Task;
  /** What ends a series; null where the task knows none. */
  readonly series: SeriesRule | null;
  readonly features: readonly string[];
  /** Every model on the recordings of the workload that it learnt from; the rule, and model files, on all. */
  readonly rows: readonly EvaluationRow[];
  /** Every model on the recordings of other workloads, and those that learnt from all: the rest of the matrix. */
  readonly matrix: readonly EvaluationRow[];
  readonly means: readonly ModelMean[];
  /** null where the inputs do not tell the answer by themselves. */
  readonly trivial: Trivial | null;
  /** Task 2: the same question put otherwise. */
  readonly variants: readonly Variant[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** The inputs contain the rule that makes the labels. */
export interface Trivial {
  /** The inputs that decide, and without which the compact model is trained once more. */
  readonly inputs: readonly string[];
  /** The rule's own mean; null where it was not judged. */
  readonly rule: number | null;
  /** Of the compact model without them, trained on each workload's own recordings; null where none was trained. */
  readonly without: number | null;
  readonly rows: readonly EvaluationRow[];
}

export interface Variant {
  readonly name: string;
  /** What is asked, in words. */
  readonly question: string;
  readonly means: readonly ModelMean[];
  readonly rows: readonly EvaluationRow[];
}
