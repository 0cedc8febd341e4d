import type { Task } from '../dataset/inputs.js';
import { ALL } from './candidate.js';
import type { EvaluationRow } from './rows.js';
import { TARGETS } from './targets.js';

/** Balanced accuracy of one model over all workloads. */
export interface ModelMean {
  readonly model: string;
  /** `own`: of each workload the model that learnt from it. `all`: one that learnt from all. null: the rule, or a model file. */
  readonly trainedOn: 'own' | typeof ALL | null;
  /** Workloads that could be judged, and those that could not. */
  readonly workloads: readonly string[];
  readonly undecided: readonly string[];
  /** Mean over the workloads of the mean over their recordings, 0…1; null where no workload could be judged. */
  readonly balancedAccuracy: number | null;
  readonly target: number;
  readonly verdict: 'reached' | 'missed' | 'undecided';
}

/** The rows of models that are judged on their own workload: trained on it, or on nothing that belongs to one. */
export function ownRows(rows: readonly EvaluationRow[]): EvaluationRow[] {
  return rows.filter(({ trainedOn, workload }) => trainedOn === workload || trainedOn === null);
}

/** The mean of each model over the workloads: of those trained on their own one, on all, and on nothing. */
export function meansOf(task: Task, rows: readonly EvaluationRow[]): ModelMean[] {
  const models = [...new Set(rows.map(({ model }) => model))];
  return models.flatMap((model) => {
    const of = rows.filter((row) => row.model === model);
    const kinds = [
      ['own', of.filter(({ trainedOn, workload }) => trainedOn === workload)],
      [ALL, of.filter(({ trainedOn }) => trainedOn === ALL)],
      [null, of.filter(({ trainedOn }) => trainedOn === null)],
    ] as const;
    return kinds.filter(([, own]) => own.length > 0).map(([trainedOn, own]) => meanOf(task, model, trainedOn, own));
  });
}

function meanOf(task: Task, model: string, trainedOn: ModelMean['trainedOn'], rows: readonly EvaluationRow[]): ModelMean {
  const target = TARGETS[task];
  const all = [...new Set(rows.map(({ workload }) => workload))];
  const judged = all.map((workload) => ({
    workload,
    values: rows
      .filter((row) => row.workload === workload && row.verdict === 'decided')
      .flatMap(({ balancedAccuracy }) => (balancedAccuracy === null ? [] : [balancedAccuracy])),
  }));
  const decided = judged.filter(({ values }) => values.length > 0);
  const balancedAccuracy = decided.length === 0 ? null : mean(decided.map(({ values }) => mean(values)));
  return {
    model,
    trainedOn,
    workloads: decided.map(({ workload }) => workload),
    undecided: all.filter((workload) => decided.every((one) => one.workload !== workload)),
    balancedAccuracy,
    target,
    verdict: balancedAccuracy === null ? 'undecided' : balancedAccuracy >= target ? 'reached' : 'missed',
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
