import type { Dataset } from '../dataset/dataset.js';
import { hasRule, ruleFor } from '../baselines/rule.js';
import { takeMatrix } from '../train/prepare.js';
import type { Candidate } from './candidate.js';
import { judgedRows, rowOf, type EvaluationRow } from './rows.js';

/** The inputs of the kernel's own test; data sets for evaluation have them beside what the models take. */
export const RULE_INPUTS = ['hot', 'nr_balance_failed', 'cache_nice_tries'];

/** Judges every candidate on every recording. */
export function judgeAll(
  data: Dataset, workloads: readonly string[], candidates: readonly Candidate[], wanted?: (row: number) => boolean,
): EvaluationRow[] {
  const judged = judgedRows(data, workloads, wanted);
  return candidates.flatMap((candidate) => judged.map((rows) => rowOf(data, rows, candidate)));
}

/**
 * Which calls are not themselves forced, by the kernel's own test of them. null where the data lacks what that needs.
 */
export function unforced(data: Dataset): ((row: number) => boolean) | null {
  if (!hasRule(data.inputs.columns)) return null;
  const rule = ruleFor(3, data.inputs.columns);
  const all = Uint32Array.from({ length: data.inputs.rows }, (_, row) => row);
  const forced = rule.predict(takeMatrix(data.inputs, all, rule.features));
  return (row) => forced[row] === 0;
}
