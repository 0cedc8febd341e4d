/**
 * When the kernel looked which CPUs are idle, before each search for one. What comes before that look has a length that is known
 * but for two things: which way wake_affine() went, and for how many rounds the waker waited for the task to leave its CPU. What
 * comes after it is as long as the search, and searches that end alike take alike: so of the ways that the record allows, that is
 * taken after which the search took what is usual.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { WF_SYNC, WF_TTWU } from '../../sim/kernel/constants.js';
import { KIND } from '../../sim/records/records.js';
import { hasCpu, MASK_CPUS } from '../world/idle-mask.js';
import { MIN_RECORDS } from './lags.js';
import type { Quanta } from './quanta.js';
import { before } from './runtimes.js';

/** From the look at the other CPUs that the record of a search shows to that record, where the search ends with its first look, ns. */
const MASK_NS = 95;
/**
 * Of that look, each CPU, and what one adds to that which is idle: instructions of available_idle_cpu() and the loop around it; from the
 * read of the last CPU to where the mask is taken to be complete, without that CPU's own, ns.
 */
const STEP_NS = 41;
const IDLE_STEP_NS = 20;
const LAST_READ_NS = 5;
/** From the record of a waking to the beginning of that look where no wake_affine() comes before it, where too few tell, ns. */
const LOOKED_NS = 710;
/**
 * What wake_affine() takes: where the waker's CPU or the task's own is idle, and where it weighs the loads of the two, ns. Set by what is
 * left over of searches of five recordings that end at a look of known time.
 */
const AFFINE_NS = 98;
const WEIGHED_NS = 140;
/** From wake_affine()'s first question to the beginning of the look that the record shows, without what it takes, ns. */
const AIMED_NS = 25;
/** From the record of a switch to the task's having left its CPU, and from the record of a waking to its waiting for that, ns. */
const LEFT_NS = 400;
const SPIN_NS = 545;
/** Rounds that a waker may wait for longer than that says. */
const MORE_ROUNDS = 3;

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** What a mask takes from a CPU on, that and all above it, ns. */
function maskNs(low: number, high: number, cpu: number, cpus: number): number {
  const end = Math.min(cpus, MASK_CPUS);
  let took = 0;
  for (let at = cpu; at < end; at++) took += STEP_NS + (hasCpu(low, high, at) ? IDLE_STEP_NS : 0);
  return took;
}

/** How long before a mask is complete its bit of a CPU is read, ns. */
export function readBefore(low: number, high: number, cpu: number, cpus: number): number {
  return LAST_READ_NS + maskNs(low, high, cpu, cpus);
}

/** When a search looked which CPUs are idle, by its row, ns. */
export interface Masks {
  /** When wake_affine() asked for the two CPUs of which it chooses one. */
  readonly aimed: Float64Array;
  /** When the mask of idle CPUs was complete; of a fork or an exec the time of its record. */
  readonly masked: Float64Array;
}

export function masksOf(contents: BundleContents, quanta: Quanta): Masks {
  const searches = contents.instrument.wakeups;
  if (searches === undefined) return { aimed: new Float64Array(0), masked: new Float64Array(0) };
  const c = searches.columns as Columns;
  const wakings = wakingsOf(contents, quanta);
  const { cpus } = contents.manifest;
  const masks = Float64Array.from({ length: searches.rows }, (_, row) => maskNs(c['idle_low']![row]!, c['idle_high']![row]!, 0, cpus));
  const affine = Array.from({ length: searches.rows }, (_, row) => affineWays(c, row));
  const looked = lookedAfter(c, wakings, affine, masks);
  const ways = wakings.map((since, row) => since.flatMap((begun) => affine[row]!.map((took) => begun + looked + masks[row]! + took)));
  const usual = usualSearches(c, ways, cpus);
  const masked = Float64Array.from(ways, (when, row) => {
    const ts = c['ts']![row]!;
    return (c['wake_flags']![row]! & WF_TTWU) === 0 ? ts : Math.min(ts - MASK_NS, when[likeliest(c, row, when, usual, cpus)]!);
  });
  const aimed = masked.map((ts, row) => {
    const took = affine[row]!;
    return ts - took[likeliest(c, row, ways[row]!, usual, cpus) % took.length]! - AIMED_NS - masks[row]!;
  });
  return { aimed, masked };
}

/** Which of the times is the likeliest to be that of the mask. */
function likeliest(c: Columns, row: number, masked: readonly number[], usual: ReadonlyMap<number, number>, cpus: number): number {
  const key = outcome(c, row, cpus);
  const took = usual.get(key) ?? usual.get(ofKind(key));
  if (took === undefined) return 0;
  const expected = c['ts']![row]! - took;
  let best = 0;
  for (let i = 1; i < masked.length; i++) if (Math.abs(masked[i]! - expected) < Math.abs(masked[best]! - expected)) best = i;
  return best;
}

/** What wake_affine() may have taken, ns: what the record says of it leaves one way or two. */
function affineWays(c: Columns, row: number): number[] {
  const at = (column: string): number => c[column]![row]!;
  const [cpu, prev, affine] = [at('cpu'), at('prev'), at('affine')];
  const idle = (which: number): boolean => hasCpu(at('idle_low'), at('idle_high'), which);
  if (cpu === prev || affine === -1) return [0];
  if (idle(cpu)) return [AFFINE_NS];
  // A waker that is alone on its queue and about to sleep: nothing is looked at.
  if (affine === cpu) return (at('wake_flags') & WF_SYNC) === 0 ? [WEIGHED_NS] : [0, WEIGHED_NS];
  return [idle(prev) ? AFFINE_NS : WEIGHED_NS];
}

/** How a search ended, and what it had to look at: those that are alike in that take alike. */
function outcome(c: Columns, row: number, cpus: number): number {
  const at = (column: string): number => c[column]![row]!;
  const [target, chosen] = [at('target'), at('chosen')];
  const idle = hasCpu(at('idle_low'), at('idle_high'), chosen);
  const preferred = !idle ? 3 : chosen === at('prev') ? 1 : chosen === at('recent') ? 2 : 0;
  const looks = (at('has_idle_cores') > 0 ? 2 : 0) + (at('nr_idle_scan') === 0 ? 1 : 0);
  const around = preferred === 1 || preferred === 2 ? (chosen === target ? 0 : 1) : (chosen - target + cpus) % cpus;
  return (around * 4 + looks) * 4 + preferred;
}

/** The same wherever the CPU is that was chosen: for outcomes that are too rare. */
function ofKind(key: number): number {
  return -1 - (key % 16);
}

/** What is usual from the mask to the record by `outcome`, ns: medians of searches that only one way leads to. */
function usualSearches(c: Columns, ways: readonly (readonly number[])[], cpus: number): Map<number, number> {
  const took = new Map<number, number[]>();
  ways.forEach((masked, row) => {
    const tail = c['ts']![row]! - masked[0]!;
    if ((c['wake_flags']![row]! & WF_TTWU) === 0 || masked.length > 1 || !Number.isFinite(tail)) return;
    const key = outcome(c, row, cpus);
    for (const of of [key, ofKind(key)]) {
      const list = took.get(of);
      if (list === undefined) took.set(of, [tail]);
      else list.push(tail);
    }
  });
  const usual = new Map<number, number>();
  for (const [key, list] of took) if (list.length >= MIN_RECORDS) usual.set(key, list.sort((a, b) => a - b)[list.length >> 1]!);
  return usual;
}

/**
 * From the record of a waking to the beginning of the mask, without what wake_affine() takes: what is usual where only one way leads to
 * a search that ends with its first look, less the mask and what comes after it, ns.
 */
function lookedAfter(c: Columns, begun: readonly (readonly number[])[], affine: readonly (readonly number[])[], masks: Float64Array): number {
  const { idle_low: low, idle_high: high, chosen, target, ts } = c as Record<string, ArrayLike<number>>;
  const before: number[] = [];
  begun.forEach((since, row) => {
    const took = ts![row]! - since[0]! - affine[row]![0]! - masks[row]! - MASK_NS;
    if (since.length > 1 || affine[row]!.length > 1 || chosen![row] !== target![row] || !hasCpu(low![row]!, high![row]!, chosen![row]!)) return;
    if (took > 0) before.push(took);
  });
  return before.length < MIN_RECORDS ? LOOKED_NS : before.sort((a, b) => a - b)[before.length >> 1]!;
}

/**
 * Of each search, when the waking can have begun that it is part of, ns, the likeliest first; Infinity where no record shows it. A
 * waker spins until the task has left its CPU: then as if it had begun that much later, in one round or the next.
 */
export function wakingsOf({ tables, instrument }: BundleContents, quanta: Quanta): number[][] {
  const e = tables.events.columns as Columns;
  const c = instrument.wakeups!.columns as Columns;
  const begun = new Map<number, number>();
  const left = new Map<number, { readonly ts: number; readonly cpu: number }>();
  let next = 0;
  return Array.from({ length: instrument.wakeups!.rows }, (_, row) => {
    for (; next < tables.events.rows && before(e, next, c, row); next++) {
      const [kind, ts] = [e['kind']![next]!, e['ts']![next]!];
      if (kind === KIND.waking) begun.set(e['pid']![next]!, ts);
      else if (kind === KIND.switch) left.set(e['a']![next]!, { ts, cpu: e['cpu']![next]! });
    }
    const pid = c['pid']![row]!;
    const since = begun.get(pid) ?? Infinity;
    const out = left.get(pid);
    if (out === undefined || out.ts < since - SPIN_NS * 2) return [since];
    let seen = quanta.seenAt(out.ts + LEFT_NS, out.cpu, c['cpu']![row]!);
    const waits = [Math.max(since, seen - SPIN_NS)];
    if (!quanta.known || out.cpu === c['cpu']![row]) return waits;
    for (let i = 0; i < MORE_ROUNDS; i++) {
      seen = quanta.nextRound(seen);
      if (seen > c['ts']![row]!) break;
      if (seen - SPIN_NS > since) waits.push(seen - SPIN_NS);
    }
    return waits;
  });
}
