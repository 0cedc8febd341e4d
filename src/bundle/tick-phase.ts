import { CPU_NEWLY_IDLE } from '../sim/kernel/constants.js';
import type { TableData } from '../sim/records/records.js';
import type { BundleContents } from './tables/contents.js';

/** From the record of a tick to that of a kick in it, and to the first of the balances that it raises, ns. */
const KICK_NS = 250;
const BALANCE_NS = 2400;

/**
 * The phase of the ticks: the earliest time after a multiple of the period at which ticks are recorded; null: none are, nor
 * anything that a tick does.
 * @param hz ticks in a second, above 0
 */
export function tickPhase(contents: BundleContents, hz: number): number | null {
  const ts = tickTimes(contents);
  if (ts.length === 0) return null;
  const period = 1e9 / hz;
  const bins = 400;
  const counts = new Float64Array(bins);
  for (const at of ts) counts[Math.floor(((at % period) / period) * bins)]!++;
  let best = 0;
  for (let bin = 1; bin < bins; bin++) if (counts[bin]! > counts[best]!) best = bin;
  // Within the fullest bin and the one before it, the earliest that is not alone.
  const near: number[] = [];
  for (const at of ts) {
    const phase = at % period;
    const away = ((phase / period) * bins - best + bins + 1) % bins;
    if (away < 2) near.push(phase);
  }
  near.sort((a, b) => a - b);
  return near[Math.floor(near.length / 20)]!;
}

/**
 * When ticks came: a record of one is made where a task that is not alone runs. Ticks of machines with little to do show in
 * what else they do: wake a CPU that is to balance for idle ones, or else balance.
 */
function tickTimes({ instrument, tables }: BundleContents): number[] {
  const times = (table: TableData | undefined, lag: number): number[] =>
    Array.from({ length: table?.rows ?? 0 }, (_, row) => Math.max(0, table!.columns['ts']![row]! - lag));
  const shown = [...times(instrument.ticks, 0), ...times(instrument.kicks, KICK_NS)];
  if (shown.length > 0) return shown;
  const { idle } = tables.balances.columns as Record<'idle', ArrayLike<number>>;
  return times(tables.balances, BALANCE_NS).filter((_, row) => idle[row] !== CPU_NEWLY_IDLE);
}
