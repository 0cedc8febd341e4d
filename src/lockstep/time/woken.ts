/** How much later than the clock read the placement of a task on an idle CPU is recorded. */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { EVENT_KINDS } from '../../sim/records/records.js';
import { MIN_RECORDS } from './lags.js';
import { before, type Runtimes } from './runtimes.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** What the recorded machines of the project's captures show, ns. */
const USUAL_NS = 194;
/** A difference above this is of another kind, ns. */
const PLAUSIBLE_NS = 2000;
const SWITCH = EVENT_KINDS.indexOf('switch');

/** A placement on a CPU. */
interface Placed {
  readonly pid: number;
  readonly ts: number;
  readonly vruntime: number;
}

/**
 * Measured where a task wakes up on an idle CPU, runs, and sleeps again with nobody waiting: the record of the newly-idle
 * balance that stops at its gate tells when it stopped, and its vruntime how long before that it began. Median, ns.
 * @param gate ns by which that record is later than its clock read
 */
export function fitWoken({ tables, instrument }: BundleContents, runtimes: Runtimes, gate: number): number {
  const { places, newidles } = instrument;
  if (places === undefined || newidles === undefined) return USUAL_NS;
  const [e, p, n] = [tables.events.columns as Columns, places.columns as Columns, newidles.columns as Columns];
  const placed = new Map<number, Placed>();
  const runs = new Map<number, Placed>();
  const stopped = new Map<number, number>();
  const samples: number[] = [];
  let [place, idle] = [0, 0];
  for (let row = 0; row < tables.events.rows; row++) {
    if (e['kind']![row] !== SWITCH) continue;
    for (; place < places.rows && before(p, place, e, row); place++) {
      placed.set(p['cpu']![place]!, { pid: p['pid']![place]!, ts: p['ts']![place]!, vruntime: p['after']![place]! });
    }
    for (; idle < newidles.rows && before(n, idle, e, row); idle++) {
      if (n['gate']![idle] !== 0) stopped.set(n['cpu']![idle]!, n['ts']![idle]!);
    }
    const [cpu, next, prev] = [e['cpu']![row]!, e['pid']![row]!, e['a']![row]!];
    const run = runs.get(cpu);
    const end = stopped.get(cpu);
    const vruntime = runtimes.vruntimeAtSleep(row);
    if (run?.pid === prev && end !== undefined && end > run.ts && !Number.isNaN(vruntime)) {
      const lag = run.ts - (end - gate - (vruntime - run.vruntime));
      if (Math.abs(lag) < PLAUSIBLE_NS) samples.push(lag);
    }
    const begun = placed.get(cpu);
    runs.delete(cpu);
    if (prev === 0 && begun?.pid === next) runs.set(cpu, begun);
    placed.delete(cpu);
    stopped.delete(cpu);
  }
  if (samples.length < MIN_RECORDS) return USUAL_NS;
  samples.sort((a, b) => a - b);
  return samples[samples.length >> 1]!;
}
