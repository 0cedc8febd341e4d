/**
 * A balance's look at the queues, CPU by CPU. The kernel reads the queues of one group after the other, from the group of
 * its own CPU on, and then once more those of the group that it has found. Each of these reads takes some 10 ns; where CPUs take
 * turns, what another CPU changes meanwhile shows from the beginning of a round on. The lengths were set as those of `moments.ts`.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { CPU_NEWLY_IDLE } from '../../sim/kernel/constants.js';
import type { Kernel } from '../../sim/kernel/kernel.js';
import type { Ask } from './moments.js';
import type { Quanta } from './quanta.js';
import { before } from './runtimes.js';

/** What happens in a look: it begins; a round begins, or it has come to its middle; the queues of the group found are read. */
export const LOOK_BEGINS = 0;
export const LOOK_GOES_ON = 1;
export const LOOK_AT_QUEUES = 2;

/** A moment of a look. */
export interface Look {
  readonly ts: number;
  /** CPU that looks. */
  readonly cpu: number;
  /** CPU that it balances for. */
  readonly of: number;
  readonly level: number;
  readonly idle: number;
  readonly step: typeof LOOK_BEGINS | typeof LOOK_GOES_ON | typeof LOOK_AT_QUEUES;
}

/** From the read of the last CPU to the record of what was found, and to the end of a balance that has found no such group, ns. */
export const FOUND_NS = 325;
export const NOTHING_NS = 275;
/** From a CPU's read to the next one's in its group; what the next group adds to that, ns. */
export const CPU_NS = 75;
const GROUP_NS = 125;
/** From the record of what was found to the first read of the queues of the group, and of each of these, ns. */
export const QUEUES_NS = 640;
export const QUEUE_NS = 20;
/** From the beginning of a look to the first read, ns. */
const BEFORE_NS = 60;
/** From the middle of the look to its beginning, where CPUs take no turns, ns. */
const HALF_NS = 500;

/** Order in which the kernel reads the CPUs of a domain: for each its distance from the first read, ns, and the last one's. */
export interface Reads {
  readonly at: Float64Array;
  readonly length: number;
}

/** Reads of a domain's queues; of CPUs outside of it nothing. */
export function readsOf(k: Kernel, sd: number): Reads {
  const at = new Float64Array(k.cpus);
  const first = k.sd.groups[sd]!;
  let [when, last] = [0, 0];
  let group = first;
  do {
    const off = k.sg.span_off[group]!;
    for (let i = off; i < off + k.sg.group_weight[group]!; i++) {
      at[k.topo_cpus[i]!] = when;
      last = when;
      when += CPU_NS;
    }
    when += GROUP_NS;
    group = k.sg.next[group]!;
  } while (group !== first);
  return { at, length: last };
}

type Rows = Record<'ts' | 'cpu' | 'level' | 'idle' | 'seq' | 'on', ArrayLike<number>>;

/** The CPU that each balance's record of what it found was made on: it may balance for another one. */
export function foundOn({ tables, instrument }: BundleContents): Int16Array {
  const found = instrument.busiest;
  if (found === undefined) return new Int16Array(0);
  const [f, e] = [found.columns as unknown as Rows, tables.balances.columns as unknown as Rows];
  const on = Int16Array.from(f.cpu);
  const open = new Map<number, number[]>();
  let next = 0;
  for (let row = 0; row < tables.balances.rows; row++) {
    for (; next < found.rows && before(f, next, e, row); next++) {
      const cpu = f.cpu[next]!;
      open.set(cpu, [...(open.get(cpu) ?? []), next]);
    }
    const cpu = e.cpu[row]!;
    for (const of of open.get(cpu) ?? []) on[of] = onOf(e, row);
    open.delete(cpu);
  }
  return on;
}

/** The CPU that made a record; where the recording does not say, the one that it is about. */
function onOf(c: Rows, row: number): number {
  return c.on[row]! >= 0 ? c.on[row]! : c.cpu[row]!;
}

/**
 * The moments of every look, in order of time.
 * @param on of `foundOn`
 * @param lengthOf ns from the first read of a domain's queues to the last one's
 */
export function looksOf(
  contents: BundleContents, on: Int16Array, lengthOf: (cpu: number, level: number) => number, asks: readonly Ask[], quanta: Quanta,
): Look[] {
  const ends = contents.tables.balances;
  const e = ends.columns as unknown as Rows;
  const found = contents.instrument.busiest;
  const f = found?.columns as unknown as Rows | undefined;
  const looked = new Set<number>();
  const looks: Look[] = [];
  const askOf = lastAsks(asks);
  /** When each CPU last made a record of a balance, ns. */
  const recorded = new Map<number, number>();
  const add = (c: Rows, row: number, cpu: number, tail: number): void => {
    const [of, level, idle, end] = [c.cpu[row]!, c.level[row]!, c.idle[row]!, c.ts[row]!];
    const step = (ts: number, which: Look['step']): void => void looks.push({ ts, cpu, of, level, idle, step: which });
    const since = Math.max(recorded.get(cpu) ?? -Infinity, idle === CPU_NEWLY_IDLE ? askOf(cpu, end) : -Infinity) + 1;
    const length = lengthOf(of, level);
    const begins = Math.min(end - 1, Math.max(since, end - tail - length - BEFORE_NS - (quanta.known ? 0 : HALF_NS)));
    recorded.set(cpu, end);
    step(begins, LOOK_BEGINS);
    if (!quanta.known) {
      step(Math.max(begins, end - tail - length / 2), LOOK_GOES_ON);
      return;
    }
    const until = c === f ? end + QUEUES_NS + length : end - 1;
    for (let round = quanta.begun(until); round > begins; round = quanta.begun(round - 1)) step(round, LOOK_GOES_ON);
    if (c === f) step(until, LOOK_AT_QUEUES);
  };
  let next = 0;
  for (let row = 0; row < ends.rows; row++) {
    for (; next < (found?.rows ?? 0) && before(f!, next, e, row); next++) {
      looked.add(f!.cpu[next]!);
      add(f!, next, on[next]!, FOUND_NS);
    }
    if (!looked.delete(e.cpu[row]!)) add(e, row, onOf(e, row), NOTHING_NS);
    recorded.set(onOf(e, row), e.ts[row]!);
  }
  return looks.sort((a, b) => a.ts - b.ts || a.cpu - b.cpu);
}

/** When a CPU's newly-idle balance that was under way at a time asked whether it is to balance; −∞: none was. Asked in order of time. */
function lastAsks(asks: readonly Ask[]): (cpu: number, ts: number) => number {
  const byCpu = new Map<number, Ask[]>();
  for (const ask of asks) {
    const list = byCpu.get(ask.cpu);
    if (list === undefined) byCpu.set(ask.cpu, [ask]);
    else list.push(ask);
  }
  const next = new Map<number, number>();
  return (cpu, ts) => {
    const list = byCpu.get(cpu) ?? [];
    let at = next.get(cpu) ?? 0;
    while (at < list.length && list[at]!.end < ts) at++;
    next.set(cpu, at);
    const first = list[at];
    return first === undefined || first.ts > ts ? -Infinity : first.ts;
  };
}
