/** What a recording must hold for a decision to be put to the model at all. */
import type { BundleContents } from '../bundle/contents.js';
import { hasSwitches } from '../experiment/series.js';
import { DECISIONS, type DecisionName } from './tally.js';

/** Follows from the balances alone: what each of them leaves in `nr_balance_failed` depends on what it did. */
const FROM_BALANCES: ReadonlySet<DecisionName> = new Set<DecisionName>(['lb_nr_balance_failed']);
/** The features of which the same is true. */
export const FEATURES_FROM_BALANCES: ReadonlySet<string> = new Set(['balance_interval']);

export const NO_SWITCHES = 'the recording has no switches: who runs where is not known';
export const NO_PLACEMENTS = 'the recording has no placements (cfslab_place): who waits in which queue is not known';

/**
 * Decisions that the model cannot be asked about in this recording, with the reason. Without switches it is not known who
 * runs; without placements, which only an instrumented kernel records, not who waits, and with which vruntime: a model that
 * knows neither would be compared with a kernel that does.
 */
export function lacksOf(contents: BundleContents): ReadonlyMap<DecisionName, string> {
  const why = !hasSwitches(contents.tables.events)
    ? NO_SWITCHES
    : (contents.instrument.places?.rows ?? 0) === 0
      ? NO_PLACEMENTS
      : null;
  if (why === null) return new Map();
  return new Map(DECISIONS.filter((name) => !FROM_BALANCES.has(name)).map((name) => [name, why]));
}
