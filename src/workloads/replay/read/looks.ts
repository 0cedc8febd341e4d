import { WF_TTWU } from '../../../sim/kernel/constants.js';
import type { TableData } from '../../../sim/records/records.js';
import { WAKING, type Events } from './events.js';

/** A wake-up that took longer has been interrupted, ns. */
const LONGEST_NS = 10_000;

/**
 * How much longer than usual a wake-up looked for a CPU, or waited until its task was off its own one, by rows of the events, ns:
 *
 *     sched_waking        the CPU is chosen
 *     ──┤ usual ──────────┼─ more ──────────┤──
 *
 * Only those that did are in it.
 * @param searches of an instrumented kernel; without them nothing is known
 * @param usualNs what a wake-up costs up to its choice, the trace event of its beginning included
 */
export function longLooks({ rows, kind, pid, ts, cpu }: Events, searches: TableData | undefined, usualNs: number): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  if (searches === undefined) return found;
  const column = (name: string): ArrayLike<number> => searches.columns[name] ?? [];
  const [flags, when, on, who] = [column('wake_flags'), column('ts'), column('on'), column('pid')];
  /** Row of the last wake-up that each CPU has begun. */
  const begun: number[] = [];
  let row = 0;
  for (let search = 0; search < searches.rows; search++) {
    for (; row < rows && ts[row]! <= when[search]!; row++) if (kind[row] === WAKING) begun[cpu[row]!] = row;
    const waking = begun[on[search]!];
    if (waking === undefined || (flags[search]! & WF_TTWU) === 0 || pid[waking] !== who[search]) continue;
    const ns = when[search]! - ts[waking]!;
    if (ns > usualNs && ns <= LONGEST_NS) found.set(waking, ns - usualNs);
  }
  return found;
}
