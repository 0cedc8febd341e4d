import type { BundleContents } from '../../bundle/tables/contents.js';
import { EVENT_KINDS } from '../../sim/records/records.js';
import { newidleSince } from './newidle-since.js';
import { clockAt, type ClockFit } from './clock.js';

/**
 * By how much a record is later than the clock read that it goes with, ns. An instrumented kernel makes its records after
 * the fact, and the records themselves take time; a microsecond too much or too little matters where a task runs for four.
 */
export interface Lags {
  /** sched_switch, of a task that blocks. */
  readonly block: number;
  /** The newly-idle balance that stops at a gate. */
  readonly gate: number;
  /** The newly-idle balance that ran, its cost taken off. */
  readonly ran: number;
  /** The placement of a task that wakes up. */
  readonly place: number;
  /** Observations of each, in this order. */
  readonly counts: readonly number[];
}

/** What the recorded machines of the project's captures show, an instruction a nanosecond: for recordings that show nothing. */
const USUAL: Omit<Lags, 'counts'> = { block: 1170, gate: 480, ran: 620, place: 300 };
const KINDS = ['block', 'gate', 'ran', 'place'] as const;
/** With fewer observations the usual lag is taken. */
export const MIN_RECORDS = 15;
/** By less than this lags of the same path differ between recordings, ns. */
const SCATTER_NS = 100;
/** Not before this, and not later: such a difference is of another kind. */
const PLAUSIBLE_NS = 20_000;

const SWITCH = EVENT_KINDS.indexOf('switch');
const DECIDED = 5;

interface Leaving {
  readonly ts: number;
  readonly cpu: number;
  /** `told`: it blocked, and had been told to go before. */
  readonly kind: 'block' | 'gate' | 'ran' | 'preempt' | 'told';
  /** The placement that led to the preemption, or −1. */
  readonly place: number;
}

/**
 * Measures the lags from the recording: `exec_start` in a decision is the clock that was read when the task last ran, and
 * the records of its leaving the CPU come after that. Medians; where there are too few, what is usual.
 */
export function fitLags(contents: BundleContents, fit: ClockFit): Lags {
  const samples = { block: [] as number[], gate: [] as number[], ran: [] as number[], place: [] as number[] };
  const leaving = leavings(contents);
  const { decisions } = contents.tables;
  const d = decisions.columns as Record<'ts' | 'pid' | 'exec_start' | 'reason' | 'src_cpu', ArrayLike<number>>;
  const next = new Map<number, number>();
  for (let row = 0; row < decisions.rows; row++) {
    const pid = d.pid[row]!;
    const list = leaving.get(pid);
    if (list === undefined || d.reason[row] !== DECIDED || !(d.exec_start[row]! > 0)) continue;
    let at = next.get(pid) ?? 0;
    while (at + 1 < list.length && list[at + 1]!.ts < d.ts[row]!) at++;
    next.set(pid, at);
    const last = list[at]!;
    // The clock that a preemption has read is not read again when the task goes.
    if (last.ts >= d.ts[row]! || last.cpu !== d.src_cpu[row] || last.kind === 'told') continue;
    const stamp = last.kind === 'preempt' ? last.place : last.ts;
    const lag = clockAt(fit, stamp) - d.exec_start[row]!;
    if (stamp < 0 || lag < 0 || lag > PLAUSIBLE_NS) continue;
    samples[last.kind === 'preempt' ? 'place' : last.kind].push(lag);
  }
  const of = (kind: keyof typeof samples): number =>
    samples[kind].length < MIN_RECORDS ? USUAL[kind] : median(samples[kind]);
  return {
    block: of('block'),
    gate: of('gate'),
    ran: of('ran'),
    place: of('place'),
    counts: [samples.block.length, samples.gate.length, samples.ran.length, samples.place.length],
  };
}

/**
 * The clock's offset is fitted by the record that was made soonest after its clock was read, and which that is the recording's tasks decide:
 * where all lags are longer than usual, the offset is too small by what the least of them is. Records of run times, which make them
 * longer too, leave that open.
 */
export function settleOffset(fit: ClockFit, lags: Lags, contents: BundleContents): { readonly clock: ClockFit; readonly lags: Lags } {
  const measured = KINDS.filter((_, i) => lags.counts[i]! >= MIN_RECORDS);
  const by = Math.min(...measured.map((kind) => lags[kind] - USUAL[kind]));
  if (measured.length < 2 || by < SCATTER_NS || (contents.instrument.runtimes?.rows ?? 0) > 0) return { clock: fit, lags };
  const shorter = Object.fromEntries(measured.map((kind) => [kind, lags[kind] - by]));
  return { clock: { ...fit, offsetNs: fit.offsetNs + by }, lags: { ...lags, ...shorter } };
}

/** Every task's leavings of a CPU, in order of time. */
function leavings(contents: BundleContents): Map<number, Leaving[]> {
  const { events } = contents.tables;
  const e = events.columns as Record<'ts' | 'cpu' | 'kind' | 'a' | 'b', ArrayLike<number>>;
  const { newidles, places, preempts } = contents.instrument;
  const n = newidles?.columns as Record<'ts' | 'cpu' | 'gate', ArrayLike<number>> | undefined;
  const p = places?.columns as Record<'ts' | 'cpu' | 'initial', ArrayLike<number>> | undefined;
  const { cpus } = contents.manifest;
  const since = newidleSince(contents);
  const lastSwitch = new Float64Array(cpus).fill(-1);
  const lastIdle = new Int32Array(cpus).fill(-1);
  const r = preempts?.columns as Record<'ts' | 'cpu' | 'result', ArrayLike<number>> | undefined;
  const lastPlace = new Float64Array(cpus).fill(-1);
  const lastTold = new Float64Array(cpus).fill(-1);
  const out = new Map<number, Leaving[]>();
  let [idle, place, preempt] = [0, 0, 0];
  for (let row = 0; row < events.rows; row++) {
    if (e.kind[row] !== SWITCH) continue;
    const [ts, cpu] = [e.ts[row]!, e.cpu[row]!];
    for (; idle < (newidles?.rows ?? 0) && n!.ts[idle]! <= ts; idle++) lastIdle[n!.cpu[idle]!] = idle;
    for (; place < (places?.rows ?? 0) && p!.ts[place]! <= ts; place++) {
      if (p!.initial[place] === 0) lastPlace[p!.cpu[place]!] = p!.ts[place]!;
    }
    for (; preempt < (preempts?.rows ?? 0) && r!.ts[preempt]! <= ts; preempt++) {
      if (r!.result[preempt] === 1) lastTold[r!.cpu[preempt]!] = r!.ts[preempt]!;
    }
    const at = lastIdle[cpu]!;
    const balanced = at >= 0 && n!.ts[at]! > lastSwitch[cpu]!;
    let list = out.get(e.a[row]!);
    if (list === undefined) out.set(e.a[row]!, (list = []));
    if (e.b[row] === 0) {
      list.push({ ts, cpu, kind: 'preempt', place: lastPlace[cpu]! > lastSwitch[cpu]! ? lastPlace[cpu]! : -1 });
    } else if (!balanced) {
      list.push({ ts, cpu, kind: lastTold[cpu]! > lastSwitch[cpu]! ? 'told' : 'block', place: -1 });
    } else {
      list.push({ ts: since[at]!, cpu, kind: n!.gate[at] === 0 ? 'ran' : 'gate', place: -1 });
    }
    lastSwitch[cpu] = ts;
  }
  return out;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1]!;
}
