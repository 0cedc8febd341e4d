/**
 * When the rounds of an emulated machine begin. Its CPUs run one after the other, each for a quantum of virtual time at most;
 * a timer that is due sooner ends the round, and the next one begins with it. So the rounds keep a phase from one timer to the
 * next. No record marks them, but a CPU that is halted takes up what it is sent when its turn begins: the placement that it
 * then records comes a fixed length of kernel code after the beginning of a round. Timers are seen by what they wake;
 * one that wakes nobody, by the other phase of what follows.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { KIND } from '../../sim/records/records.js';
import { phasesOf, type Begun } from './phases.js';
import { Quanta } from './quanta.js';
import { before } from './runtimes.js';

/** After a CPU has switched to its idle task for this long, it is halted, ns. */
const HALTED_NS = 1100;
/** After this long its way to the record is never some 25 ns shorter, as it is for some that were halted just before, ns. */
const SETTLED_NS = 5000;
/** From the beginning of a round to the record of a placement with which a halted CPU takes up a wake-up, at least, ns. */
const TAKEN_UP_NS = 850;
/** The same to the record of the end of a wake-up, of a task whose class has no record of placements, ns. */
const WOKEN_UP_NS = 1140;
/** By how much other ways to that record are longer, at most, ns. */
const WAYS_NS = 140;
/** From a timer to the record of what it wakes, by kind, at least, and what of it is told as the same interrupt's, ns. */
const WAY_NS = [400, 400, 1900] as const;
const INTERRUPT_NS = 6000;
/** Ways of one kind of timer that are looked at, at most. */
const MOST_SEEN = 1024;

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** What ends a round: where it is seen. A timer that wakes on an idle CPU, on another one, and the tick. */
interface Timer {
  readonly ts: number;
  readonly kind: 0 | 1 | 2;
}

/** What the recording shows of rounds. */
interface Signs {
  readonly timers: readonly Timer[];
  readonly begun: readonly Begun[];
}

/**
 * Times at which a round begins that is not a quantum after the one before, ascending, ns. The first is before all records.
 * @param quantum ns, above 0
 * @param ticks times of ticks, ascending, ns
 */
export function roundsOf(contents: BundleContents, quantum: number, ticks: readonly number[]): Float64Array {
  const { timers, begun } = signsOf(contents, ticks);
  const phases = new Float64Array(timers.length).fill(NaN);
  const ways = [0, 1, 2].map(() => [] as number[]);
  let next = 0;
  const shifted: number[][] = [];
  const until = (ts: number): number => {
    const from = next;
    while (next < begun.length && begun[next]!.ts < ts) next++;
    const [first, ...later] = phasesOf(begun.slice(from, next), quantum);
    shifted.push(later.map(({ start }) => start));
    return first === undefined ? NaN : modulo(first.start, quantum);
  };
  const first = until(timers[0] === undefined ? Infinity : latest(timers[0]));
  timers.forEach((timer, i) => {
    const phase = until(timers[i + 1] === undefined ? Infinity : latest(timers[i + 1]!));
    phases[i] = phase;
    if (!Number.isNaN(phase)) ways[timer.kind]!.push(modulo(latest(timer) - phase, quantum));
  });
  const usual = ways.map((found) => usualOf(found, quantum));
  const unknown = -Number(BigInt(contents.manifest.firstTimestampNs ?? 0) % BigInt(quantum));
  const starts: number[] = [modulo(Number.isNaN(first) ? unknown : first, quantum) - 1e6 * quantum];
  const add = (start: number): void => void (start > starts.at(-1)! && starts.push(start));
  shifted[0]!.forEach(add);
  timers.forEach((timer, i) => {
    const way = Number.isNaN(phases[i]!) ? usual[timer.kind]! : modulo(latest(timer) - phases[i]!, quantum);
    if (!Number.isNaN(way)) add(latest(timer) - way);
    shifted[i + 1]!.forEach(add);
  });
  return Float64Array.from(starts);
}

function signsOf({ tables, instrument, manifest }: BundleContents, ticks: readonly number[]): Signs {
  const e = tables.events.columns as Columns;
  const places = instrument.places;
  const p = places?.columns as Columns | undefined;
  const idleSince = new Float64Array(manifest.cpus).fill(Infinity);
  const idle = new Uint8Array(manifest.cpus);
  const interrupted = new Float64Array(manifest.cpus).fill(-Infinity);
  const wokenOn = new Map<number, number>();
  const timers: Timer[] = ticks.map((ts) => ({ ts, kind: 2 }));
  const begun: Begun[] = [];
  const take = (ts: number, since: number, path: number): void => {
    if (ts - since > HALTED_NS + path) begun.push({ ts: ts - path, settled: ts - since > SETTLED_NS });
  };
  const placed = (row: number): void => {
    const [cpu, pid, ts] = [p!['cpu']![row]!, p!['pid']![row]!, p!['ts']![row]!];
    const on = p!['on']?.[row] ?? -1;
    if (on === cpu && pid > 0 && (wokenOn.get(pid) ?? cpu) !== cpu) take(ts, idleSince[cpu]!, TAKEN_UP_NS);
    idleSince[cpu] = Infinity;
  };
  let next = 0;
  for (let row = 0; row < tables.events.rows; row++) {
    for (; next < (places?.rows ?? 0) && before(p!, next, e, row); next++) placed(next);
    const [kind, cpu, pid, ts] = [e['kind']![row]!, e['cpu']![row]!, e['pid']![row]!, e['ts']![row]!];
    if (kind === KIND.switch) {
      idle[cpu] = pid === 0 ? 1 : 0;
      idleSince[cpu] = pid === 0 ? ts : Infinity;
    } else if (kind === KIND.waking) {
      wokenOn.set(pid, cpu);
      if ((e['b']![row]! & 1) === 0) continue;
      if (ts - interrupted[cpu]! > INTERRUPT_NS) timers.push({ ts, kind: idle[cpu] !== 0 ? 0 : 1 });
      interrupted[cpu] = ts;
      idleSince[cpu] = Infinity;
    } else if (kind === KIND.wakeup && p !== undefined && e['a']![row] === cpu) {
      if ((wokenOn.get(pid) ?? cpu) !== cpu) take(ts, idleSince[cpu]!, WOKEN_UP_NS);
      idleSince[cpu] = Infinity;
    }
  }
  for (; next < (places?.rows ?? 0); next++) placed(next);
  timers.sort((a, b) => latest(a) - latest(b));
  return { timers, begun: begun.sort((a, b) => a.ts - b.ts) };
}

/** When the round with the timer can have begun at the latest, ns. */
function latest({ ts, kind }: Timer): number {
  return ts - WAY_NS[kind];
}

/** The phase that most of these agree on; NaN: there are none. */
function phaseOf(begun: readonly number[], quantum: number): number {
  let [best, most] = [NaN, 0];
  for (const candidate of begun) {
    let count = 0;
    for (const other of begun) if (modulo(other - candidate, quantum) <= WAYS_NS) count++;
    if (count > most) [best, most] = [candidate, count];
  }
  return modulo(best, quantum);
}

/** The middle of the values around which most lie; NaN: there are none. */
function usualOf(values: readonly number[], quantum: number): number {
  const some = values.slice(0, MOST_SEEN);
  const least = phaseOf(some, quantum);
  const near = some.map((value) => modulo(value - least, quantum)).filter((more) => more <= WAYS_NS).sort((a, b) => a - b);
  return near.length === 0 ? NaN : modulo(least + near[near.length >> 1]!, quantum);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/**
 * The turns of a recording's CPUs.
 * @param hz ticks in a second of the recording's stamps, above 0
 */
export function quantaOf(contents: BundleContents, hz: number, tickPhaseNs: number | null): Quanta {
  const { quantumNs, durationNs } = contents.manifest;
  if (quantumNs === undefined) return new Quanta(0);
  const ticks: number[] = [];
  if (tickPhaseNs !== null) for (let ts = tickPhaseNs; ts < durationNs; ts += 1e9 / hz) ticks.push(ts);
  return new Quanta(quantumNs, roundsOf(contents, quantumNs, ticks));
}
