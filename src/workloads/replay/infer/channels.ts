import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import { capacityOf } from './channel-capacity.js';
import { NO_SPINS, spinsOf, type Spins } from './channel-locks.js';
import type { CpuTimes } from '../read/cpu-times.js';
import { NO_WAKER, type Block } from './pools.js';
import { wakeSets } from './wake-sets.js';

/**
 * Tasks that write messages to others, each to all of them in turn, and the tasks that read these, each from a pipe or a socket
 * of its own.
 */
export interface ChannelGroup {
  /** In the order in which they are written to. */
  readonly readers: readonly number[];
  readonly writers: readonly number[];
  /** What a message takes a writer, ns of CPU time, beside what it spins for the pipe. */
  readonly unitNs: number;
  readonly spins: Spins;
  /** What each reader reads from, and how many messages that holds. */
  readonly kind: 'pipe' | 'socket';
  readonly holds: number;
  /** Blocks of members that members ended: what they do on a channel. */
  readonly blocks: readonly Block[];
}

/** What a reading of a recording shows. */
export interface Seen {
  /** In it a POST is followed by the WAIT of the task that it wakes. */
  readonly log: ActionLog;
  /** Of all tasks, in order of their rows. */
  readonly blocks: readonly Block[];
  readonly cpuTimes: CpuTimes;
}

/** Wake-ups between two tasks, either way, from which on they are taken to share a channel: fewer may be an accident. */
const OFTEN = 8;
/** The same between a task and all that it meets of a group, and for each of these more than the start and the end of all bring about. */
const EACH = 2;
/** Wake-ups of writers by readers that a group has had at least: without any, nothing tells how much a channel holds, … */
const FEWEST_FULL = 32;
/** … or so many, where another group of the same shape tells, and goes round so many readers that nothing else looks like it. */
const FEWEST_LIKE = 16;
const MANY_READERS = 3;
/** Pairs of wake-ups by a writer without a block between them, at least; and of one distance, to be judged by. */
const FEWEST_PAIRS = 100;
const FEWEST_ALIKE = 10;
/** The time between two wake-ups of a writer is by at most this factor off what as many messages take, … */
const FACTOR = 1.6;
/** … for at least this share of the distances in the round. */
const ALIKE = 0.8;
/** Share of the wake-ups in a group that are from one side to the other, at least. */
const MOSTLY = 0.7;
/** The quantile of such times that counts: longer ones hold what else the writer had to do, shorter ones costs that were taken off. */
const QUANTILE = 0.25;
/** A reader's wake-ups of writers come at once, and not one with each message, for more than this share: a socket's. */
const AT_ONCE = 0.3;

/**
 * Finds the channels of a recording. A channel wakes its reader where that waits for a message, and a writer where that waits
 * for room, a socket all of them at once; both synchronously. So tasks that wake each other both ways, and next to never others of their
 * own side, are the two ends of channels. One side goes round the other: that one writes.
 *
 *     writer  ──┤wakes a├──·──·──┤wakes d├──·──┤wakes f├──     a b c d e f a b …: as long as so many messages take
 *     reader a      └──────┤waits
 *
 * What a writer does from one wake-up to the next tells in which order it writes, and how long a message takes it: what lies
 * between two readers in the round was written, too, and woke nobody. Groups for which that does not come out are taken to be as one of
 * the same shape for which it does, and left alone where there is none.
 * Where synchronous wake-ups are not marked nothing is found: a futex would look alike.
 * @param turnNs length of the CPUs' turns, 0: they take none
 */
export function findChannels({ log, blocks, cpuTimes }: Seen, tasks: number, turnNs = 0): ChannelGroup[] {
  const wakes = blocks.filter(({ waker, post }) => waker !== NO_WAKER && log.code[post] === Op.POST_SYNC);
  const groups: Found[] = [];
  const seen = { log, blocks, cpuTimes };
  const unclear = components(wakes, tasks).filter((members) => {
    const group = groupOf(seen, members, wakes, null);
    if (group !== null) groups.push(group);
    return group === null;
  });
  const clear = [...groups];
  for (const members of unclear) {
    const group = groupOf(seen, members, wakes, clear);
    if (group !== null) groups.push(group);
  }
  groups.sort((one, other) => one.readers[0]! - other.readers[0]!);
  // Groups of one shape run the same programs: what all of them show is nearer the truth.
  return groups.map((group) => {
    const like = groups.filter((other) => isLike(other, group));
    const slope = slopeOf(like.map(({ writers, readers }) => timesOf(log, writers, readers)));
    const sockets = like.filter(({ kind }) => kind === 'socket').length;
    const filled = like.filter(({ full }) => full >= FEWEST_FULL);
    const holds = group.full >= FEWEST_FULL || filled.length === 0 ? group.holds : filled[0]!.holds;
    const kind = 2 * sockets > like.length ? 'socket' : 'pipe';
    const unitNs = slope * FACTOR >= group.unitNs ? slope : group.unitNs;
    const spins = kind === 'socket' ? NO_SPINS : spinsOf(cpuTimes, group.readers, group.writers, unitNs, turnNs);
    return { ...group, holds, kind, unitNs, spins };
  });
}

/** Whether two groups are of one shape, and so are taken to run the same programs. */
export function isLike(one: ChannelGroup, other: ChannelGroup): boolean {
  return one.readers.length === other.readers.length && one.writers.length === other.writers.length;
}

/** A group with what says how well it is known. */
interface Found extends ChannelGroup {
  /** Wake-ups of writers by readers. */
  readonly full: number;
}

/** @param known groups one of which may be of the same shape, if what the members show does not tell who writes and how fast */
function groupOf(
  { log, blocks, cpuTimes }: Seen,
  members: readonly number[],
  wakes: readonly Block[],
  known: readonly Found[] | null,
): Found | null {
  const own = new Set(members);
  const among = wakes.filter(({ task, waker }) => own.has(task) && own.has(waker));
  const side = sideOf(among[0]!.waker, among);
  const isSide = new Set(side);
  const others = members.filter((task) => !isSide.has(task));
  if (others.length === 0) return null;
  // Next to nobody wakes its own side: a task that has come to an end may.
  const across = among.filter(({ task, waker }) => isSide.has(task) !== isSide.has(waker));
  if (across.length < MOSTLY * among.length) return null;
  // What wakes first has something to say, unless the other side is the one that goes round.
  const told = roundOf(log, side, others) ?? roundLike(log, side, others, known ?? []);
  if (told === null) return null;
  const { writers, readers, unitNs } = told;
  const isWriter = new Set(writers);
  const full = across.filter(({ task }) => isWriter.has(task)).length;
  const shown = known?.some((group) => group.writers.length === writers.length && group.readers.length === readers.length) === true;
  if (full < (shown && readers.length >= MANY_READERS ? FEWEST_LIKE : FEWEST_FULL)) return null;
  const ended = blocks.filter(({ task, waker }) => own.has(task) && own.has(waker));
  const holds = capacityOf(log, cpuTimes, { readers, writers, unitNs, blocks: ended });
  const kind = wakesTogether(log, readers, isWriter, unitNs) > AT_ONCE ? 'socket' : 'pipe';
  return { readers, writers, unitNs, spins: NO_SPINS, kind, holds, full, blocks: ended };
}

/** Which of two sides goes round the other, and what a message takes it. */
interface Round {
  readonly writers: readonly number[];
  readonly readers: readonly number[];
  readonly unitNs: number;
}

function roundOf(log: ActionLog, side: readonly number[], others: readonly number[]): Round | null {
  const first = unitOf(log, side, others);
  if (first > 0) return { writers: side, readers: others, unitNs: first };
  const second = unitOf(log, others, side);
  return second > 0 ? { writers: others, readers: side, unitNs: second } : null;
}

/** The same as in a group of the same shape; who wakes the others more often without a block in between writes. */
function roundLike(log: ActionLog, side: readonly number[], others: readonly number[], known: readonly Found[]): Round | null {
  const count = (writers: readonly number[], readers: readonly number[]): number => timesOf(log, writers, readers).flat().length;
  const [writers, readers] = count(side, others) >= count(others, side) ? [side, others] : [others, side];
  const like = known.find((group) => group.writers.length === writers.length && group.readers.length === readers.length);
  if (like === undefined || count(writers, readers) < FEWEST_PAIRS) return null;
  return { writers, readers, unitNs: like.unitNs };
}

/** Tasks that wake each other often, directly or not, ascending. */
function components(wakes: readonly Block[], tasks: number): number[][] {
  const root = wakeSets(wakes, tasks, OFTEN);
  const sets = new Map<number, number[]>();
  for (let task = 0; task < tasks; task++) {
    const set = sets.get(root(task));
    if (set === undefined) sets.set(root(task), [task]);
    else set.push(task);
  }
  const large = [...sets.values()].filter((set) => set.length >= 2);
  for (const [task] of [...sets.values()].filter((set) => set.length === 1)) join(task!, large, wakes);
  return large.map((set) => set.sort((a, b) => a - b));
}

/** Puts a task that meets none often into the set of those that it meets often together, if there is one. */
function join(task: number, sets: readonly number[][], wakes: readonly Block[]): void {
  const met = new Map<number, number>();
  for (const wake of wakes) {
    if (wake.task !== task && wake.waker !== task) continue;
    const other = wake.task === task ? wake.waker : wake.task;
    met.set(other, (met.get(other) ?? 0) + 1);
  }
  for (const set of sets) {
    const partners = set.filter((other) => met.has(other));
    const times = partners.reduce((sum, other) => sum + met.get(other)!, 0);
    if (times < OFTEN || times <= EACH * partners.length) continue;
    set.push(task);
    return;
  }
}

/** The tasks on the side of `first`: those that are woken by whom it wakes, and so on; most of the wake-ups tell. */
function sideOf(first: number, wakes: readonly Block[]): number[] {
  const near = new Map<number, Map<number, number>>();
  const meet = (a: number, b: number): void => {
    const of = near.get(a) ?? new Map<number, number>();
    of.set(b, (of.get(b) ?? 0) + 1);
    near.set(a, of);
  };
  for (const { task, waker } of wakes) {
    meet(task, waker);
    meet(waker, task);
  }
  const side = new Map<number, boolean>([[first, true]]);
  const pending = [first];
  for (let task = pending.shift(); task !== undefined; task = pending.shift()) {
    for (const [other, times] of near.get(task)!) {
      if (times < OFTEN || side.has(other)) continue;
      side.set(other, !side.get(task)!);
      pending.push(other);
    }
  }
  // Who meets none often is on the side that most of those are not on that it meets.
  for (const [task, of] of near) {
    if (side.has(task)) continue;
    let balance = 0;
    for (const [other, times] of of) if (side.has(other)) balance += side.get(other)! ? -times : times;
    side.set(task, balance > 0);
  }
  return [...side].filter(([, same]) => same).map(([task]) => task).sort((a, b) => a - b);
}

/** CPU times from one wake-up of a writer to its next, without a block in between, by how far their readers are apart in the round less 1. */
function timesOf(log: ActionLog, writers: readonly number[], readers: readonly number[]): number[][] {
  const n = readers.length;
  const place = new Map(readers.map((task, at) => [task, at]));
  const times: number[][] = Array.from({ length: n }, () => []);
  pairs(log, new Set(writers), place, (from, to, ns) => times[(place.get(to)! - place.get(from)! + n - 1) % n]!.push(ns));
  return times;
}

/**
 * What a message takes a writer, from the time between two of its wake-ups and how far their readers are apart in the round;
 * 0 where the one does not go with the other.
 */
function unitOf(log: ActionLog, writers: readonly number[], readers: readonly number[]): number {
  const times = timesOf(log, writers, readers);
  if (times.reduce((sum, list) => sum + list.length, 0) < FEWEST_PAIRS) return 0;
  const told = times.flatMap((list, at) => (list.length < FEWEST_ALIKE ? [] : [quantile(list, QUANTILE) / (at + 1)]));
  const unit = quantile(told, 0.5);
  const right = told.filter((ns) => ns <= FACTOR * unit && ns * FACTOR >= unit);
  return right.length >= ALIKE * told.length ? unit : 0;
}

/**
 * The same without what goes with a wake-up: by how much the time grows with each place further in the round (least squares). Whole rounds
 * may have more rounds in them, and are left out; 0 where there are too few places.
 */
function slopeOf(groups: ReadonlyArray<ReadonlyArray<readonly number[]>>): number {
  const places = groups[0]!.slice(0, -1).map((_, at) => groups.flatMap((times) => times[at]!)).map((list) => ({ n: list.length, ns: quantile(list, QUANTILE) }));
  const told = places.map(({ n, ns }, at) => ({ n, ns, at })).filter(({ n }) => n >= FEWEST_ALIKE);
  if (told.length < 3) return 0;
  const all = told.reduce((sum, { n }) => sum + n, 0);
  const mean = told.reduce((sum, { n, at }) => sum + n * at, 0) / all;
  const xx = told.reduce((sum, { n, at }) => sum + n * (at - mean) * (at - mean), 0);
  const xy = told.reduce((sum, { n, at, ns }) => sum + n * (at - mean) * ns, 0);
  return Math.max(0, xy / xx);
}

/** Calls `visit` for any two tasks of `to` that a task of `from` wakes one after the other, without a block in between. */
function pairs(
  log: ActionLog,
  from: ReadonlySet<number>,
  to: ReadonlyMap<number, number>,
  visit: (first: number, second: number, ns: number) => void,
): void {
  const last = new Map<number, number>();
  const ran = new Map<number, number>();
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    if (!from.has(task)) continue;
    const code = log.code[row]!;
    if (code === Op.RUN) ran.set(task, (ran.get(task) ?? 0) + log.a[row]!);
    else if (code === Op.WAIT || code === Op.SLEEP) last.delete(task);
    else if ((code === Op.POST || code === Op.POST_SYNC) && to.has(log.a[row]!)) {
      const before = last.get(task);
      if (before !== undefined) visit(before, log.a[row]!, ran.get(task) ?? 0);
      last.set(task, log.a[row]!);
      ran.set(task, 0);
    }
  }
}

/** Of two wake-ups in a row that a reader gives writers, the share without time for a message between them. */
function wakesTogether(log: ActionLog, readers: readonly number[], writers: ReadonlySet<number>, unitNs: number): number {
  let [all, together] = [0, 0];
  pairs(log, new Set(readers), new Map([...writers].map((task, at) => [task, at])), (_, __, ns) => {
    all++;
    if (ns < unitNs / 2) together++;
  });
  return all === 0 ? 0 : together / all;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * sorted.length)] ?? 0;
}
