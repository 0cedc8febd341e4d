import type { BundleContents } from '../../bundle/tables/contents.js';
import { EVENT_KINDS } from '../../sim/records/records.js';
import { before } from '../time/runtimes.js';

const WAKING = EVENT_KINDS.indexOf('waking');
const WAKEUP = EVENT_KINDS.indexOf('wakeup');
const SWITCH = EVENT_KINDS.indexOf('switch');
/** From the record of a switch to a waking on another CPU that sees the task to have left, at most, ns. */
const LEFT_NS = 3000;

/** How a wake-up ended for which no CPU was searched. */
export interface Unsearched {
  /** CPU that the task woke on. */
  readonly at: number;
  /** When, ns. */
  readonly ts: number;
  /** CPU that finished the wake-up. */
  readonly by: number;
  /** Whether the task was put in a queue of the fair class meanwhile. */
  readonly placed: boolean;
  /** Whether it is bound to that CPU alone: it had left its own CPU before it was woken. */
  readonly bound: boolean;
}

/**
 * Rows of the wakings after which no CPU was searched for, with what became of them: the task is bound to the CPU that it woke
 * on, or had not yet left it and was given back to it, or is of a class above the fair one, whose searches leave no record. Empty
 * where the recording does not show searches at all.
 */
export function unsearchedWakings({ tables, instrument }: BundleContents): Map<number, Unsearched> {
  const out = new Map<number, Unsearched>();
  const searches = instrument.wakeups;
  if (searches === undefined) return out;
  const s = searches.columns as Record<'ts' | 'pid' | 'seq', ArrayLike<number>>;
  const e = tables.events.columns as Record<'ts' | 'cpu' | 'kind' | 'pid' | 'a' | 'b' | 'seq', ArrayLike<number>>;
  const p = instrument.places?.columns as typeof s | undefined;
  const begun = new Map<number, number>();
  const placed = new Map<number, number>();
  /** When each task left its CPU last to sleep, ns. */
  const left = new Map<number, number>();
  let [next, nextPlace] = [0, 0];
  for (let row = 0; row < tables.events.rows; row++) {
    for (; next < searches.rows && before(s, next, e, row); next++) {
      begun.delete(s.pid[next]!);
    }
    for (; p !== undefined && nextPlace < instrument.places!.rows && before(p, nextPlace, e, row); nextPlace++) {
      placed.set(p.pid[nextPlace]!, p.ts[nextPlace]!);
    }
    const pid = e.pid[row]!;
    if (e.kind[row] === SWITCH && e.b[row] !== 0) left.set(e.a[row]!, e.ts[row]!);
    if (e.kind[row] === WAKING) begun.set(pid, row);
    if (e.kind[row] !== WAKEUP) continue;
    const waking = begun.get(pid);
    if (waking !== undefined) {
      const isPlaced = (placed.get(pid) ?? -Infinity) >= e.ts[waking]!;
      const bound = isPlaced && (left.get(pid) ?? Infinity) < e.ts[waking]! - LEFT_NS;
      out.set(waking, { at: e.a[row]!, ts: e.ts[row]!, by: e.cpu[row]!, placed: isPlaced, bound });
    }
    begun.delete(pid);
  }
  return out;
}
