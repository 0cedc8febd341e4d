import type { BundleContents } from '../bundle/contents.js';
import { EVENT_KINDS } from '../sim/records.js';

const WAKING = EVENT_KINDS.indexOf('waking');
const WAKEUP = EVENT_KINDS.indexOf('wakeup');

/**
 * Rows of the wakings after which no CPU was searched for, with the CPU that the task then woke on: it is bound to that one,
 * or had not yet left it and was given back to it. Empty where the recording does not show searches at all.
 */
export function unsearchedWakings({ tables, instrument }: BundleContents): Map<number, number> {
  const out = new Map<number, number>();
  const searches = instrument.wakeups;
  if (searches === undefined) return out;
  const s = searches.columns as Record<'ts' | 'pid' | 'seq', ArrayLike<number>>;
  const e = tables.events.columns as Record<'ts' | 'kind' | 'pid' | 'a' | 'seq', ArrayLike<number>>;
  const begun = new Map<number, number>();
  let next = 0;
  for (let row = 0; row < tables.events.rows; row++) {
    for (; next < searches.rows && (s.ts[next]! < e.ts[row]! || (s.ts[next] === e.ts[row] && s.seq[next]! < e.seq[row]!)); next++) {
      begun.delete(s.pid[next]!);
    }
    const pid = e.pid[row]!;
    if (e.kind[row] === WAKING) begun.set(pid, row);
    if (e.kind[row] !== WAKEUP) continue;
    const waking = begun.get(pid);
    if (waking !== undefined) out.set(waking, e.a[row]!);
    begun.delete(pid);
  }
  return out;
}
