import type { Observation } from '../../experiment/observe.js';
import type { WalkedEvents } from '../../experiment/walk-events.js';
import { SERIES, type Colour } from '../colours.js';

/** A run beside others: what it is called, and what was counted of it. */
export interface ObservedRun {
  readonly label: string;
  readonly observation: Observation;
  /** Migrations by cause. */
  readonly migrations: Readonly<Record<keyof WalkedEvents['migrations'], number>>;
}

/** The colour of the n-th run of a chart; further ones begin anew, and are told by their dashes and names. */
export function colourOf(run: number): Colour {
  return SERIES[run % SERIES.length]!;
}
