/** What a recording as a whole may lack, and which decisions cannot be put to the model then. */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { hasSwitches } from '../../experiment/series.js';
import { DECISIONS, type DecisionName } from './tally.js';

/** Follows from the balances alone: what each of them leaves in `nr_balance_failed` depends on what it did. */
const FROM_BALANCES: ReadonlySet<DecisionName> = new Set<DecisionName>(['lb_nr_balance_failed']);
/** The features of which the same is true. */
export const FEATURES_FROM_BALANCES: ReadonlySet<string> = new Set(['balance_interval']);
/** Hang on the moment at which a task joined its queue, and on its place in the list of the queue's tasks. */
const FROM_PLACEMENTS: ReadonlySet<DecisionName> = new Set<DecisionName>([
  'lb_stage', 'lb_busiest', 'lb_moved', 'can_migrate_reason', 'can_migrate_answer',
]);

export const NO_SWITCHES = 'the recording has no switches: who runs where is not known';
export const NO_PLACEMENTS =
  'the recording has no placements (cfslab_place), as of a kernel without our tracepoints: when a task joined its queue is not known';
/** Of a balance: there is nothing to hold it against. */
export const NO_DOMAIN = 'the machine has no domain of that level: it is not the one that the recording was made on';

/** Why a recording cannot be judged in full; null: it can. */
export function lackOf(contents: BundleContents): string | null {
  if (!hasSwitches(contents.tables.events)) return NO_SWITCHES;
  return (contents.instrument.places?.rows ?? 0) === 0 ? NO_PLACEMENTS : null;
}

/** Decisions that the model cannot be asked about in this recording at all, with the reason. */
export function lacksOf(contents: BundleContents): ReadonlyMap<DecisionName, string> {
  const why = lackOf(contents);
  if (why === null) return new Map();
  const lost = DECISIONS.filter((name) => (why === NO_SWITCHES ? !FROM_BALANCES.has(name) : FROM_PLACEMENTS.has(name)));
  return new Map(lost.map((name) => [name, why]));
}
