/** What `cfslab replay --lockstep --json` prints. */
import type { L1Report } from '../../bundle/replay-l1.js';
import type { LockstepReport } from '../lockstep.js';
import { totalOf, type LockstepTotal } from './total.js';

/** A recording that was replayed, with what else is said of it. */
export interface Replayed<Run = unknown> {
  readonly name: string;
  readonly policy: string;
  readonly machine: string;
  /** Why it cannot be judged in full; null: it can. */
  readonly lacks: string | null;
  readonly l1: L1Report;
  readonly freeRun: Run | null;
  readonly report: LockstepReport;
}

/** The document of one recording; `lockstep` has the counts by decision. */
export interface RecordingDocument extends Omit<LockstepReport, 'decisions' | 'errors'> {
  readonly name: string;
  readonly policy: string;
  readonly machine: string;
  readonly lacks: string | null;
  readonly l1: L1Report;
  readonly lockstep: LockstepReport['decisions'];
  readonly freeRun: unknown;
}

/** The document of several: the figures on top are of all that can be judged in full, those of L1 of all. */
export interface SeveralDocument extends Omit<LockstepTotal, 'decisions'> {
  readonly l1: L1Report;
  readonly lockstep: LockstepTotal['decisions'];
  readonly recordings: readonly RecordingDocument[];
  /** Names of the recordings that lack what lockstep needs: they are in no total of it. */
  readonly leftOut: readonly string[];
}

export function documentOfOne({ name, policy, machine, l1, freeRun, lacks, report }: Replayed): RecordingDocument {
  const { decisions, features, disagreements, undecidable, causes, clock, lags } = report;
  return { name, policy, machine, l1, lockstep: decisions, features, disagreements, undecidable, causes, clock, lags, lacks, freeRun };
}

export function documentOf(l1: L1Report, total: LockstepTotal, replayed: readonly Replayed[]): SeveralDocument {
  const { decisions, features, disagreements, undecidable, causes } = total;
  return {
    l1, lockstep: decisions, features, disagreements, undecidable, causes, leftOut: leftOut(replayed), recordings: replayed.map(documentOfOne),
  };
}

/** @param keep disagreements */
export function totalOfJudged(replayed: readonly Replayed[], keep: number): LockstepTotal {
  const judged = replayed.filter(({ lacks }) => lacks === null);
  return totalOf(judged.length === 0 ? replayed : judged, keep);
}

export function leftOut(replayed: readonly Replayed[]): string[] {
  const lacking = replayed.filter(({ lacks }) => lacks !== null);
  return lacking.length === replayed.length ? [] : lacking.map(({ name }) => name);
}
