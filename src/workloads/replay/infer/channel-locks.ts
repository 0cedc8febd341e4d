import type { CpuTimes } from '../read/cpu-times.js';

/** Of a message's work, the part that is done under the pipe's mutex (see pipe.ts). */
const LOCKED = 0.5;
/**
 * What it takes to find a pipe's mutex taken, in turns: the rest of one, and another where somebody else has been faster. In simulated
 * runs of hackbench (3 groups of 6, 8 CPUs) 0.8 to 0.9 turns are spent on each message that these probabilities let meet another.
 */
const LOST_TURNS = 0.85;
/** The same where CPUs take no turns: half of what the other holds it for, in parts of a message. */
const LOST_SHARE = LOCKED / 2;

/** What members of a group of channels spin for the mutexes of pipes, ns to a message. */
export interface Spins {
  readonly writing: number;
  readonly reading: number;
}

export const NO_SPINS: Spins = { writing: 0, reading: 0 };

/**
 * How long writers and readers of pipes spin to a message, from how many others of their group were on a CPU while they were. Those have
 * any of the pipes' mutexes for a part of their time, a reader always that of its own pipe.
 *
 *     a writer meets  another writer: at one of n pipes   a reader: at one of n pipes
 *     a reader meets  a writer: at one of n pipes
 *
 * @param turnNs length of the CPUs' turns, 0: they take none
 */
export function spinsOf(ran: CpuTimes, readers: readonly number[], writers: readonly number[], unitNs: number, turnNs: number): Spins {
  const { writing, reading } = togetherOf(ran, readers, writers);
  const lost = turnNs > 0 ? LOST_TURNS * turnNs : LOST_SHARE * unitNs;
  const each = (LOCKED * lost) / readers.length;
  return { writing: writing * each, reading: reading * each };
}

/** How many members are on a CPU, on average, that one may meet: while a writer is, beside it, and while a reader is. */
function togetherOf(ran: CpuTimes, readers: readonly number[], writers: readonly number[]): { writing: number; reading: number } {
  const changes: { readonly ts: number; readonly by: number; readonly reader: boolean }[] = [];
  for (const [tasks, reader] of [[readers, true], [writers, false]] as const) {
    for (const task of tasks) {
      ran.stints(task, (from, to) => changes.push({ ts: from, by: 1, reader }, { ts: to, by: -1, reader }));
    }
  }
  changes.sort((one, other) => one.ts - other.ts);
  let [writes, reads, last] = [0, 0, 0];
  let [writing, met, reading, metReading] = [0, 0, 0, 0];
  for (const { ts, by, reader } of changes) {
    const ns = ts - last;
    last = ts;
    writing += writes * ns;
    met += writes * (writes - 1 + reads) * ns;
    reading += reads * ns;
    metReading += reads * writes * ns;
    if (reader) reads += by;
    else writes += by;
  }
  return { writing: writing === 0 ? 0 : met / writing, reading: reading === 0 ? 0 : metReading / reading };
}
