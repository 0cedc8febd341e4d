/**
 * When the softirq of a tick runs. It runs as the interrupt returns; where the same interrupt, or one that comes in its midst,
 * wakes tasks, that is after those wake-ups, and what has left the queue with them is no more in the averages that it ages.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { KIND } from '../../sim/records/records.js';
import type { Moment } from './moments.js';
import { before } from './runtimes.js';

/** From a tick to the softirq that it raises, ns. */
export const SOFTIRQ_NS = 1500;
/** A wake-up that begins this long before a tick may be of its interrupt; one that follows another by this is, ns. */
const SAME_NS = 3000;
/** From the record of a waking, of a search, of a migration and of a wake-up to the end of it, at least, ns. */
const WAKING_NS = 1500;
const SEARCHED_NS = 1000;
const WOKEN_NS = 600;

/** An interrupt's waking of tasks on a CPU. */
interface Waking {
  readonly from: number;
  end: number;
}

/**
 * For each tick and CPU.
 * @param ticks ns since the first event, ascending
 */
export function softirqsOf(contents: BundleContents, ticks: readonly number[]): Moment[] {
  const wakings = wakingsOf(contents);
  const next = new Int32Array(contents.manifest.cpus);
  const out: Moment[] = [];
  for (const tick of ticks) {
    for (let cpu = 0; cpu < next.length; cpu++) {
      const list = wakings[cpu]!;
      while (next[cpu]! < list.length && list[next[cpu]!]!.end < tick) next[cpu]!++;
      let ts = tick + SOFTIRQ_NS;
      for (let i = next[cpu]!; i < list.length && list[i]!.from < ts + SAME_NS; i++) {
        if (list[i]!.from > tick - SAME_NS) ts = Math.max(ts, list[i]!.end);
      }
      out.push({ ts, cpu });
    }
  }
  return out;
}

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** By CPU, in order of time. */
function wakingsOf({ tables, instrument, manifest }: BundleContents): Waking[][] {
  const e = tables.events.columns as Columns;
  const s = instrument.wakeups?.columns as Columns | undefined;
  const out: Waking[][] = Array.from({ length: manifest.cpus }, () => []);
  /** Task that each CPU's interrupt is waking. */
  const woken = new Int32Array(manifest.cpus).fill(-1);
  const until = (cpu: number, pid: number, ts: number): void => {
    const last = out[cpu]?.at(-1);
    if (last !== undefined && woken[cpu] === pid) last.end = Math.max(last.end, ts);
  };
  let search = 0;
  for (let row = 0; row < tables.events.rows; row++) {
    for (; search < (instrument.wakeups?.rows ?? 0) && before(s!, search, e, row); search++) {
      until(s!['cpu']![search]!, s!['pid']![search]!, s!['ts']![search]! + SEARCHED_NS);
    }
    const [kind, cpu, pid, ts] = [e['kind']![row]!, e['cpu']![row]!, e['pid']![row]!, e['ts']![row]!];
    if (kind === KIND.waking) {
      woken[cpu] = (e['b']![row]! & 1) === 0 ? -1 : pid;
      if (woken[cpu] !== -1) out[cpu]!.push({ from: ts, end: ts + WAKING_NS });
    } else if (kind === KIND.migrate) until(cpu, pid, ts + SEARCHED_NS);
    else if (kind === KIND.wakeup) until(cpu, pid, ts + WOKEN_NS);
    else if (kind === KIND.switch) woken[cpu] = -1;
  }
  return out;
}
