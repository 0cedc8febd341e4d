import { tickPhase } from '../../../bundle/tick-phase.js';
import type { BundleContents } from '../../../bundle/tables/contents.js';
import { CPU_NEWLY_IDLE } from '../../../sim/kernel/constants.js';

/** The recorded ticks: when they came, and what each took besides the usual on a CPU. */
export interface RecordedTicks {
  /** First one at or after the recording's start, ns, and the time from one to the next; Infinity: none are recorded. */
  readonly firstTs: number;
  readonly periodNs: number;
  /** ns that the tick number `tick` of `cpu` took altogether, trace events included. */
  readonly taken: (tick: number, cpu: number) => number;
}

/** From one record of a softirq's balances to the next, at most, ns. */
const BETWEEN_NS = 20_000;

/** Nothing is known of ticks. */
export const NO_TICKS: RecordedTicks = { firstTs: Infinity, periodNs: 1, taken: () => 0 };

/**
 * What ticks took from who ran: the tick itself, which the machine charges, with the records in it, and the balances that it raised,
 * as long as they were recorded to take.
 * @param tickNs what the machine charges for a tick
 * @param eventNs and for a trace event
 */
export function recordedTicks(contents: BundleContents, startTs: number, tickNs: number, eventNs: number): RecordedTicks {
  const { manifest, tables, instrument } = contents;
  const phase = manifest.hz > 0 ? tickPhase(contents, manifest.hz) : null;
  if (phase === null) return NO_TICKS;
  const periodNs = 1e9 / manifest.hz;
  const firstTs = startTs + ((((phase - startTs) % periodNs) + periodNs) % periodNs);
  const more = new Map<number, number>();
  const key = (ts: number, cpu: number): number => Math.floor((ts - firstTs) / periodNs) * manifest.cpus + cpu;
  const { ticks } = instrument;
  for (let row = 0; row < (ticks?.rows ?? 0); row++) {
    const at = key(ticks!.columns['ts']![row]!, ticks!.columns['cpu']![row]!);
    more.set(at, (more.get(at) ?? tickNs) + eventNs);
  }
  const { ts, on, idle } = tables.balances.columns as Record<'ts' | 'on' | 'idle', ArrayLike<number>>;
  for (let row = 0; row < tables.balances.rows; row++) {
    if (idle[row] === CPU_NEWLY_IDLE || ts[row]! < firstTs) continue;
    const at = key(ts[row]!, on[row]!);
    const since = ts[row]! - firstTs - Math.floor(at / manifest.cpus) * periodNs;
    const before = more.get(at) ?? tickNs;
    if (since > before && since - before < BETWEEN_NS) more.set(at, since + eventNs);
  }
  return { firstTs, periodNs, taken: (tick, cpu) => more.get(tick * manifest.cpus + cpu) ?? tickNs };
}
