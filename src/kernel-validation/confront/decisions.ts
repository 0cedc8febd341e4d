import type { BundleContents } from '../../bundle/contents.js';
import type { Model } from '../../libml/index.js';
import type { DecisionAgreement } from './types.js';

/** The recorded decisions of one run beside the integer program's. */
export interface RunAgreement {
  readonly run: string;
  readonly count: number;
  readonly agree: number;
  /** The first that differs, in words; null where none does. */
  readonly first: string | null;
}

/** What tells how many of a bundle's recorded decisions the program of a model gives, see `agreement.ts`. */
export type AgreementOf = (contents: BundleContents, model: Model) => Omit<RunAgreement, 'run'>;

/** Those of all runs together; runs without a recorded decision are left out. */
export function totalAgreement(runs: readonly RunAgreement[]): DecisionAgreement {
  const recorded = runs.filter(({ count }) => count > 0);
  const sum = (of: (one: RunAgreement) => number): number => recorded.reduce((total, one) => total + of(one), 0);
  return {
    count: sum(({ count }) => count),
    agree: sum(({ agree }) => agree),
    runs: recorded.map(({ run, count, agree }) => ({ run, count, agree })),
    first: recorded.flatMap(({ run, first }) => (first === null ? [] : [{ run, what: first }])),
  };
}
