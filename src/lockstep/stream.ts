import type { BundleContents } from '../bundle/tables/contents.js';
import { exitsOf, type Exit } from './rows/exits.js';
import type { Lags } from './time/lags.js';
import { foundOn, looksOf, type Look } from './time/looks.js';
import {
  aimedOf, asksOf, blockedOf, countedOf, handedOf, queuedOf, receivedOf, roundsIn, searchedOf, sentOf, shiftOf, takenOf, type Ask, type Handed, type Moment,
} from './time/moments.js';
import { masksOf } from './time/masks.js';
import { newidleSince } from './time/newidle-since.js';
import { Quanta } from './time/quanta.js';
import type { Unsearched } from './past/unsearched.js';
import { softirqsOf } from './time/softirqs.js';
import { EVENT_KINDS, INSTRUMENT_NAMES, TABLE_NAMES, type InstrumentName, type TableData, type TableName } from '../sim/records/records.js';

/** What a step of the recording is: a row of a table, or something that the recording implies. */
export const SOURCES = [
  ...TABLE_NAMES, ...INSTRUMENT_NAMES,
  'begin', 'tick', 'look', 'ask', 'blocked', 'aimed', 'round', 'searched', 'sent', 'handed', 'taken', 'received', 'counted', 'left', 'softirq', 'classed', 'regrouped',
] as const;
export type Source = (typeof SOURCES)[number];

/**
 * The moment at which a CPU begins to switch: the running task has left its queue, and what follows until the switch
 * (a newly-idle balance, wake-ups that come meanwhile) sees the CPU without it. No event marks it.
 */
export interface Begin {
  readonly ts: number;
  /** When the kernel read its clock for it. */
  readonly clockTs: number;
  readonly cpu: number;
  readonly prev: number;
  /** Kernel's state bits of the task; 0: it stays queued, but its group has been throttled. */
  readonly state: number;
  /** Row of the newidle table that follows, or −1. */
  readonly newidle: number;
  /** Row of the switch event with which the task goes, or −1 where it stays. */
  readonly row: number;
}

/**
 * Every step of a recording, in the order in which the recorded machine made them: where its CPUs take turns, that of the
 * turns, of the CPUs within a turn, and of (ts, seq) on a CPU; else that of (ts, seq).
 */
export interface Stream {
  readonly length: number;
  readonly ts: Float64Array;
  /** Index into SOURCES. */
  readonly source: Uint8Array;
  /** Row of that table (of `searched` and `sent` of the wake-ups', of `taken` and `counted` of the placements'), index, or number of the tick. */
  readonly row: Int32Array;
  readonly begins: readonly Begin[];
  readonly looks: readonly Look[];
  readonly asks: readonly Ask[];
  readonly blocked: readonly Moment[];
  readonly handed: readonly Handed[];
  readonly received: readonly Handed[];
  readonly softirqs: readonly Moment[];
  readonly rounds: readonly Handed[];
  readonly exits: readonly Exit[];
  /** When the mask of each search was complete, ns. */
  readonly masked: Float64Array;
  /** Of each search, whether its wake-up was left to the CPU that was chosen; null: not recorded. */
  readonly queued: ReadonlyArray<boolean | null>;
  /** CPU and pid of the task that a CPU ran when the recording began; −1 where it does not say. */
  readonly runningAtStart: readonly number[];
}

/** From the clock read of __schedule() to the queue without the task, ns. It only orders what other CPUs do meanwhile. */
const DEQUEUE_NS = 350;
/** What the record of a run time (sched_stat_runtime) adds to that, ns. */
const RUNTIME_NS = 450;
/** What a throttling before a newly-idle balance, and its record, may take at most, ns. */
const THROTTLE_NS = 5000;

interface Part {
  readonly source: number;
  /** CPU that each row happened on; −1: on all of them. */
  readonly cpu: ArrayLike<number>;
  readonly ts: ArrayLike<number>;
  readonly seq: ArrayLike<number> | null;
  /** By how much what a row shows happens later than its record, ns. */
  readonly shift: (row: number) => number;
  readonly rows: number;
}

function implied(source: Source, steps: readonly Moment[]): Part {
  return {
    source: SOURCES.indexOf(source), cpu: steps.map(({ cpu }) => cpu), ts: steps.map(({ ts }) => ts), seq: null, shift: () => 0,
    rows: steps.length,
  };
}

/**
 * All tables of a recording as one sequence, with the implied steps put in where they belong.
 * @param hz ticks in a second of the stamps, above 0
 * @param unsearched rows of the wakings after which no CPU was searched for, with the CPU that the task woke on
 */
export function streamOf(
  contents: BundleContents, hz: number, tickPhaseNs: number | null, lags: Lags, lookNsOf: (cpu: number, level: number) => number,
  unsearched: ReadonlyMap<number, Unsearched> = new Map(), quanta = new Quanta(0), classChanges: readonly Moment[] = [],
  regroupings: readonly Moment[] = [],
): Stream {
  const since = newidleSince(contents);
  const { begins, runningAtStart } = beginsOf(contents, lags, since);
  const asks = asksOf(contents, begins, since);
  const on = foundOn(contents);
  const looks = looksOf(contents, on, lookNsOf, asks, quanta);
  const parts: Part[] = [];
  const masks = masksOf(contents, quanta);
  const add = (source: Source, table: TableData | undefined): void => {
    if (table === undefined || table.rows === 0) return;
    const { ts, seq } = table.columns as Record<'ts' | 'seq', ArrayLike<number>>;
    const cpu = source === 'busiest' ? on : (table.columns['on'] ?? table.columns['cpu']!);
    parts.push({ source: SOURCES.indexOf(source), cpu, ts, seq, shift: shiftOf(source, contents, masks), rows: table.rows });
  };
  for (const name of TABLE_NAMES) add(name, contents.tables[name]);
  for (const name of INSTRUMENT_NAMES) add(name, contents.instrument[name]);
  parts.push(implied('begin', begins));
  parts.push(implied('look', looks));
  const handed = handedOf(contents, unsearched);
  const received = receivedOf(contents, unsearched);
  const blocked = blockedOf(contents, since);
  const rounds = roundsIn(contents, quanta, masks);
  parts.push(implied('handed', handed), implied('received', received), implied('ask', asks), implied('blocked', blocked));
  parts.push(implied('aimed', aimedOf(contents, masks)), implied('round', rounds), implied('searched', searchedOf(contents)), implied('sent', sentOf(contents)));
  parts.push(implied('classed', classChanges), implied('regrouped', regroupings));
  const exits = exitsOf(contents);
  parts.push(implied('left', exits));
  parts.push(implied('taken', takenOf(contents)), implied('counted', countedOf(contents)));
  const softirqs: Moment[] = [];
  if (tickPhaseNs !== null) {
    const period = 1e9 / hz;
    const ticks: number[] = [];
    for (let ts = tickPhaseNs; ts < contents.manifest.durationNs; ts += period) ticks.push(ts);
    softirqs.push(...softirqsOf(contents, ticks));
    parts.push(implied('tick', ticks.map((ts) => ({ ts, cpu: -1 }))), implied('softirq', softirqs));
  }
  const length = parts.reduce((sum, part) => sum + part.rows, 0);
  const ts = new Float64Array(length);
  const seq = new Float64Array(length);
  const source = new Uint8Array(length);
  const turn = new Float64Array(length);
  const cpu = new Int16Array(length);
  const row = new Int32Array(length);
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.rows; i++, at++) {
      ts[at] = part.ts[i]! + part.shift(i);
      seq[at] = part.seq === null ? -1 : part.seq[i]!;
      source[at] = part.source;
      turn[at] = quanta.turn(ts[at]!);
      cpu[at] = quanta.known ? part.cpu[i]! : 0;
      row[at] = i;
    }
  }
  const order = Uint32Array.from({ length }, (_, i) => i);
  order.sort((a, b) => turn[a]! - turn[b]! || cpu[a]! - cpu[b]! || ts[a]! - ts[b]! || seq[a]! - seq[b]! || a - b);
  return {
    length,
    ts: ts.map((_, i) => ts[order[i]!]!),
    source: source.map((_, i) => source[order[i]!]!),
    row: row.map((_, i) => row[order[i]!]!),
    begins,
    looks,
    asks,
    handed,
    received,
    softirqs,
    rounds,
    exits,
    masked: masks.masked,
    queued: queuedOf(contents),
    blocked,
    runningAtStart,
  };
}

type Ordered = Record<'ts' | 'seq', ArrayLike<number>>;

function before(a: Ordered, i: number, b: Ordered, j: number): boolean {
  return a.ts[i]! < b.ts[j]! || (a.ts[i] === b.ts[j] && a.seq[i]! < b.seq[j]!);
}

const kindOf = (name: (typeof EVENT_KINDS)[number]): number => EVENT_KINDS.indexOf(name);

function begin(took: number, least: number, clockTs: number, cpu: number, prev: number, state: number, newidle: number, row: number): Begin {
  return { ts: Math.max(least, clockTs + took), clockTs: Math.max(least, clockTs), cpu, prev, state, newidle, row };
}

function beginsOf(contents: BundleContents, lags: Lags, since: Float64Array): { begins: Begin[]; runningAtStart: number[] } {
  const { events } = contents.tables;
  const e = events.columns as Record<'ts' | 'cpu' | 'kind' | 'pid' | 'a' | 'b' | 'seq', ArrayLike<number>>;
  const newidles = contents.instrument.newidles;
  const n = newidles?.columns as Record<'ts' | 'cpu' | 'gate' | 'seq', ArrayLike<number>> | undefined;
  const { cpus } = contents.manifest;
  const pending: number[][] = Array.from({ length: cpus }, () => []);
  const lastSwitch = new Float64Array(cpus).fill(-1);
  const throttled = new Float64Array(cpus).fill(-1);
  const runningAtStart = new Array<number>(cpus).fill(-1);
  const begins: Begin[] = [];
  const took = DEQUEUE_NS + ((contents.instrument.runtimes?.rows ?? 0) > 0 ? RUNTIME_NS : 0);
  const clockOf = (row: number): number => since[row]! - (n!.gate[row] === 0 ? lags.ran : lags.gate);
  let nextIdle = 0;
  const rows = newidles?.rows ?? 0;
  for (let row = 0; row < events.rows; row++) {
    if (e.kind[row] === kindOf('throttle') && e.b[row] === 1) throttled[e.cpu[row]!] = e.ts[row]!;
    if (e.kind[row] !== kindOf('switch')) continue;
    while (nextIdle < rows && before(n!, nextIdle, e, row)) {
      pending[n!.cpu[nextIdle]!]?.push(nextIdle);
      nextIdle++;
    }
    const cpu = e.cpu[row]!;
    const [prev, state, ts] = [e.a[row]!, e.b[row]!, e.ts[row]!];
    if (runningAtStart[cpu] === -1) runningAtStart[cpu] = prev;
    const idles = pending[cpu]!;
    if (prev !== 0) {
      const least = lastSwitch[cpu]! + 1;
      const last = state === 0 ? -1 : (idles.at(-1) ?? -1);
      for (const idle of idles) {
        if (idle === last) continue;
        const why = throttled[cpu]!;
        if (why >= least && why < n!.ts[idle]! && why > clockOf(idle) - THROTTLE_NS) {
          begins.push({ ts: why + 1, clockTs: why, cpu, prev, state: 0, newidle: idle, row: -1 });
        } else begins.push(begin(took, least, clockOf(idle), cpu, prev, 1, idle, -1));
      }
      if (state !== 0) {
        begins.push(begin(took, least, last >= 0 ? clockOf(last) : ts - lags.block, cpu, prev, state, last, row));
      }
    }
    pending[cpu] = [];
    lastSwitch[cpu] = ts;
  }
  begins.sort((a, b) => a.ts - b.ts || a.cpu - b.cpu);
  return { begins, runningAtStart };
}

export type { InstrumentName, TableName };
