import type { BundleContents } from '../../../bundle/tables/contents.js';
import type { Events } from './events.js';

/** Where a recording does not tell how many ticks a second has: Debian's. */
const DEFAULT_HZ = 250;

/** From when to when something was recorded, ns. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** From the first to the last event of tasks: before it nothing was to be done, and after it nothing was left. */
export function eventSpan({ rows, ts }: Events): Span {
  return { from: ts[0]!, to: ts[rows - 1]! };
}

/**
 * From the first to the last of all records and of the marks that a recorder makes. Of a machine that goes on it is what was recorded: while each of
 * its CPUs has one task, or all sleep, it has no events for long, but ticks and balances. What comes less than a tick before the first event
 * is one with it: the clock of a replay begins with that.
 */
export function recordSpan({ manifest, tables, instrument }: BundleContents, events: Events): Span {
  const { ts } = events;
  let { from, to } = eventSpan(events);
  for (const table of [tables.decisions, tables.balances, ...Object.values(instrument)]) {
    const stamps = table?.columns['ts'];
    if (stamps === undefined || table!.rows === 0) continue;
    from = Math.min(from, stamps[0]!);
    to = Math.max(to, stamps[table!.rows - 1]!);
  }
  from = Math.min(from, manifest.startNs ?? from);
  const tick = 1e9 / (manifest.hz > 0 ? manifest.hz : DEFAULT_HZ);
  return { from: ts[0]! - from < tick ? ts[0]! : from, to: Math.max(to, manifest.endNs ?? to) };
}
