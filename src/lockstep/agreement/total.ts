/** Several recordings' reports as one. */
import { Features, type FeatureAgreement } from './features.js';
import type { LockstepReport } from '../lockstep.js';
import { DECISIONS, type DecisionCount, type DecisionName, type Disagreement } from './tally.js';

export type Reasons = LockstepReport['undecidable'];

/** A recording's report, by the recording's name. */
export interface NamedReport {
  readonly name: string;
  readonly report: LockstepReport;
}

export interface LockstepTotal {
  readonly decisions: Readonly<Record<DecisionName, DecisionCount>>;
  readonly undecidable: Reasons;
  readonly causes: Reasons;
  readonly features: Readonly<Record<string, FeatureAgreement>>;
  readonly disagreements: ReadonlyArray<Disagreement & { readonly recording: string }>;
}

/**
 * Counts are summed; the quantiles of the features are those of all rows together, not means of the recordings' own.
 * @param keep disagreements, in the order of the recordings
 */
export function totalOf(recordings: readonly NamedReport[], keep: number): LockstepTotal {
  const reports = recordings.map(({ report }) => report);
  const errors = new Features();
  for (const report of reports) errors.add(report.errors);
  const all = recordings.flatMap(({ name, report }) => report.disagreements.map((found) => ({ recording: name, ...found })));
  return {
    decisions: Object.fromEntries(DECISIONS.map((name) => [name, sum(reports.map(({ decisions }) => decisions[name]))])) as
      Record<DecisionName, DecisionCount>,
    undecidable: reasonsOf(reports.map(({ undecidable }) => undecidable)),
    causes: reasonsOf(reports.map(({ causes }) => causes)),
    features: errors.summary(),
    disagreements: all.slice(0, keep),
  };
}

function sum(counts: readonly DecisionCount[]): DecisionCount {
  const total = { count: 0, decidable: 0, agree: 0 };
  for (const { count, decidable, agree } of counts) {
    total.count += count;
    total.decidable += decidable;
    total.agree += agree;
  }
  return total;
}

function reasonsOf(counts: readonly Reasons[]): Reasons {
  const total: Partial<Record<DecisionName, Record<string, number>>> = {};
  for (const name of DECISIONS) {
    for (const own of counts) {
      for (const [why, count] of Object.entries(own[name] ?? {})) {
        const reasons = (total[name] ??= {});
        reasons[why] = (reasons[why] ?? 0) + count;
      }
    }
  }
  return total;
}
