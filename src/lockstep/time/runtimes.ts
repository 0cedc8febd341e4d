/**
 * How long tasks run, to the ns. The stamps of records tell it to some 100 ns only, for what the kernel does between its read
 * of the clock and the record takes longer on one path than on another; but vruntimes are exact, and a task's vruntime moves
 * with its run time. The placement of a task that wakes up shows with which vruntime it went to sleep, and the test for
 * preemption that follows a placement the one to which the running task had just been charged. From the vruntime at which a
 * task was last charged follows when the kernel read its clock.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { scale_load_down } from '../../sim/kernel/math/weights.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { EVENT_KINDS } from '../../sim/records/records.js';
import { clockAt } from './clock.js';
import { NEAR_NS, NICE_0_WEIGHT, UNTOUCHED } from '../world/settle.js';
import type { World } from '../world/world.js';

/** What later records say of a task that went to sleep. */
interface Sleep {
  /** CPU on which it did. */
  readonly cpu: number;
  /** Its vruntime, or NaN where no record shows it. */
  vruntime: number;
  /** min_vruntime of the root queue after it, where it was the last there; NaN: not shown. */
  floor: number;
}

/** From a placement to the preemption test of the same wake-up, at most, ns. */
const TEST_NS = 10_000;

const SWITCH = EVENT_KINDS.indexOf('switch');
const MIGRATE = EVENT_KINDS.indexOf('migrate');
type Columns = Readonly<Record<string, ArrayLike<number>>>;

export class Runtimes {
  private readonly sleeps: ReadonlyMap<number, Sleep>;
  private readonly charges: ReadonlyMap<number, { readonly pid: number; readonly vruntime: number }>;

  constructor(contents: BundleContents) {
    this.sleeps = readSleeps(contents);
    this.charges = readCharges(contents);
  }

  /** vruntime with which the task of a switch event went to sleep; NaN: no record shows it. */
  vruntimeAtSleep(row: number): number {
    return this.sleeps.get(row)?.vruntime ?? NaN;
  }

  /**
   * The clock with which __schedule() has charged a task that goes to sleep, ns; NaN: the recording does not tell.
   * @param row of its switch event
   * @param ts about when that was
   */
  clockOfSleep(w: World, p: number, row: number, ts: number): number {
    const sleep = this.sleeps.get(row);
    if (sleep === undefined) return NaN;
    const { k } = w;
    if (!Number.isNaN(sleep.vruntime)) return clockOf(w, p, sleep.vruntime, ts);
    const cpu = k.task.cpu[p]!;
    const floor = k.cfs.min_vruntime[cpu]!;
    // The queue's floor follows the only task in it, unless that lags behind it.
    if (k.se.cfs_rq[p] !== cpu || k.cfs.nr_running[cpu] !== 1 || floor === UNTOUCHED || !(sleep.floor > floor)) return NaN;
    return clockOf(w, p, sleep.floor, ts);
  }

  /**
   * The clock with which the running task was charged when another was placed in the same queue, ns; NaN: the recording does
   * not tell.
   * @param row of the placement
   */
  clockOfPlace(w: World, cfs: number, row: number, ts: number): number {
    const charge = this.charges.get(row);
    const curr = w.k.cfs.curr[cfs]!;
    if (charge === undefined || curr === NIL || w.roster.pid(curr) !== charge.pid) return NaN;
    return clockOf(w, curr, charge.vruntime, ts);
  }
}

/** When a running task has come to a vruntime, ns. */
function clockOf(w: World, p: number, vruntime: number, ts: number): number {
  const { se: e } = w.k;
  const clock = e.exec_start[p]! + Math.round(((vruntime - e.vruntime[p]!) * scale_load_down(e.weight[p]!)) / NICE_0_WEIGHT);
  return Math.abs(clock - clockAt(w.clock, ts)) <= NEAR_NS ? clock : NaN;
}

function readSleeps(contents: BundleContents): Map<number, Sleep> {
  const sleeps = new Map<number, Sleep>();
  const { events } = contents.tables;
  const { places } = contents.instrument;
  if (places === undefined) return sleeps;
  const [e, p] = [events.columns as Columns, places.columns as Columns];
  const asleep = new Map<number, Sleep>();
  const emptied = new Map<number, Sleep>();
  const placed = (row: number): void => {
    if (p['initial']![row] !== 0) return;
    const [pid, cpu] = [p['pid']![row]!, p['cpu']![row]!];
    const own = asleep.get(pid);
    asleep.delete(pid);
    if (own?.cpu === cpu) own.vruntime = p['before']![row]!;
    const last = emptied.get(cpu);
    emptied.delete(cpu);
    if (last !== undefined && p['tg']![row] === 0) last.floor = p['min_vruntime']![row]!;
  };
  let next = 0;
  for (let row = 0; row < events.rows; row++) {
    for (; next < places.rows && before(p, next, e, row); next++) placed(next);
    const [kind, cpu, pid, a, b] = [e['kind']![row]!, e['cpu']![row]!, e['pid']![row]!, e['a']![row]!, e['b']![row]!];
    if (kind === SWITCH) {
      emptied.delete(cpu);
      if (a === 0 || b === 0) continue;
      const sleep = { cpu, vruntime: NaN, floor: NaN };
      sleeps.set(row, sleep);
      asleep.set(a, sleep);
      if (pid === 0) emptied.set(cpu, sleep);
    } else if (kind === MIGRATE) {
      // Its vruntime goes with it, as a difference to the floors of the two queues.
      asleep.delete(pid);
    }
  }
  for (; next < places.rows; next++) placed(next);
  return sleeps;
}

function readCharges(contents: BundleContents): Map<number, { pid: number; vruntime: number }> {
  const charges = new Map<number, { pid: number; vruntime: number }>();
  const { places, preempts } = contents.instrument;
  if (places === undefined || preempts === undefined) return charges;
  const [p, t] = [places.columns as Columns, preempts.columns as Columns];
  const placed = new Map<number, number>();
  let next = 0;
  for (let row = 0; row < preempts.rows; row++) {
    for (; next < places.rows && before(p, next, t, row); next++) if (p['initial']![next] === 0) placed.set(p['pid']![next]!, next);
    const pid = t['pid']![row]!;
    const place = placed.get(pid);
    placed.delete(pid);
    if (place === undefined || p['cpu']![place] !== t['cpu']![row] || t['ts']![row]! - p['ts']![place]! > TEST_NS) continue;
    charges.set(place, { pid: t['curr']![row]!, vruntime: t['curr_vruntime']![row]! });
  }
  return charges;
}

/** Whether row i of one table comes before row j of another. */
export function before(a: Columns, i: number, b: Columns, j: number): boolean {
  return a['ts']![i]! < b['ts']![j]! || (a['ts']![i] === b['ts']![j] && a['seq']![i]! < b['seq']![j]!);
}
