import type { RunData } from './run-data.js';

/** Index into the colours of heat. */
export const HOT = 0;
export const COLD = 1;
export const ARRIVED = 2;

/**
 * Whether a task that last ran on its CPU so long ago is hot there, by the kernel's plain rule: less than the migration cost
 * ago. Buddies, SMT siblings and SCHED_IDLE, of which the rule has exceptions, are told by the decisions.
 *
 * @param since ns, −1: it has not run there since it came
 * @param costNs −1: every task is hot; null: not known, then none is
 */
export function heatOf(since: number, costNs: number | null): number {
  if (costNs === -1) return HOT;
  if (since < 0) return ARRIVED;
  return costNs !== null && since < costNs ? HOT : COLD;
}

/** How long of each wait the task is hot, ns: it grows cold while it waits. */
export function hotParts({ waits: { start, end, since }, header: { migrationCostNs: cost } }: RunData): Float64Array {
  const parts = new Float64Array(start.length);
  for (let i = 0; i < parts.length; i += 1) {
    const length = end[i]! - start[i]!;
    if (cost === -1) parts[i] = length;
    else if (cost !== null && since[i]! >= 0) parts[i] = Math.max(0, Math.min(length, cost - since[i]!));
  }
  return parts;
}

/** The colour of every stretch on a CPU. */
export function heatColours({ slices, header }: RunData): Uint8Array {
  const colours = new Uint8Array(slices.since.length);
  for (let i = 0; i < colours.length; i += 1) colours[i] = heatOf(slices.since[i]!, header.migrationCostNs);
  return colours;
}
