/**
 * Whether a search for a CPU saw tasks arrive that the record of idle CPUs, made at its beginning, does not have. A CPU that
 * finishes a wake-up sent to it is idle to others from when it takes up the wake-up until the task is counted in its queue;
 * on an emulated machine it is known from when on others see that.
 */
import type { BundleContents } from '../bundle/contents.js';
import { idle_cpu } from '../sim/kernel/core/idle.js';
import { hasCpu, MASK_CPUS } from './idle-mask.js';
import type { World } from './world.js';

/** From the record of a placement to the task's being counted in the queue, the record's own time included, ns. */
const COUNTED_NS = 1000;
/** A CPU in whose queue a task was to be seen this long ago is idle for another reason, ns. */
const SEARCH_NS = 1500;
/** What a search takes from the record of idle CPUs to its own, and what the path to the count may be longer or shorter, ns. */
const OPEN_NS = 750;

/** Times of placements of tasks that wake up, by CPU, ascending. */
export class Arrivals {
  private readonly times: number[][];

  constructor({ instrument, manifest }: Pick<BundleContents, 'instrument' | 'manifest'>) {
    this.times = Array.from({ length: manifest.cpus }, () => []);
    const places = instrument.places;
    const c = places?.columns as Record<'ts' | 'cpu' | 'pid' | 'initial', ArrayLike<number>> | undefined;
    for (let row = 0; row < (places?.rows ?? 0); row++) {
      if (c!.initial[row] === 0 && c!.pid[row]! > 0) this.times[c!.cpu[row]!]?.push(c!.ts[row]!);
    }
  }

  /** First placement on a CPU at `ts` or later; Infinity where there is none. */
  next(cpu: number, ts: number): number {
    const times = this.times[cpu] ?? [];
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! < ts) low = middle + 1;
      else high = middle;
    }
    return times[low] ?? Infinity;
  }
}

/**
 * Whether a search recorded at `ts` saw what is busy in the model and idle in the record's mask as busy: true where it saw
 * all of that, false where none, null where that is not known.
 */
export function sawArrivals(w: World, ts: number, by: number, low: number, high: number): boolean | null {
  if (!w.quanta.known) return null;
  let saw: boolean | null = null;
  for (let cpu = 0; cpu < Math.min(w.k.cpus, MASK_CPUS); cpu++) {
    const idle = idle_cpu(w.k, cpu);
    if (idle === hasCpu(low, high, cpu)) continue;
    // Of what another CPU has sent it is not known whether the record's mask comes before that or after.
    if (idle || cpu === by || w.above[cpu] !== 0) return null;
    const from = w.arrivedFrom[cpu]!;
    if (from !== -1 && from !== by) return null;
    const placed = w.arrivals.next(cpu, w.arrivedAt[cpu]!);
    const seen = w.quanta.seenAt(placed + COUNTED_NS, cpu, by) - ts;
    if (Math.abs(seen) <= OPEN_NS || seen < -SEARCH_NS || (saw !== null && saw !== seen < 0)) return null;
    saw = seen < 0;
  }
  return saw;
}
