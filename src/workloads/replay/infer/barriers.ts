import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import { wakeSets } from './wake-sets.js';

/** CPU time of the waker between two wake-ups of one train, at most, ns: they come from one loop over the waiters. */
const LONGEST_GAP_NS = 20_000;
/** A barrier has been crossed at least so often, or it is none. */
const FEWEST_CROSSINGS = 8;
/** Every member takes part in at least this share of the crossings: the others found it awake, still on its way to sleep. */
const LEAST_PART = 0.6;
/** Fewer tasks than this cannot be told from tasks that wake each other in turn. */
const SMALLEST = 3;
/** One alone that wakes all others feeds or starts them. Where something else takes the time of some CPUs, few members come last. */
const FEWEST_WAKERS = 2;
/** Two tasks that wake each other once or twice may do so by accident: a condition that is broadcast, the end of a program. */
const OFTEN = 3;

export interface Barriers {
  /** Members of each, ascending. */
  readonly members: number[][];
  readonly crossings: Map<number, number>;
  readonly dropped: Set<number>;
}

/** Wake-ups that a task gives in a row without blocking. */
interface Train {
  readonly waker: number;
  /** Row of the log in which it begins. */
  readonly row: number;
  /** Number of the first wake-up among all; the others follow, though not at once. */
  readonly posts: number[];
  readonly woken: number[];
}

/**
 * Finds the barriers of a recording. At a barrier the last to come wakes all others, and who is last changes: so the
 * members of a barrier are tasks that wake each other in trains, each train most of the others, and more than one of them is the
 * waker of some. A pool of workers that one task feeds has one waker; a chain or a pipe wakes one at a time.
 *
 * @param log of a first reading, in which a POST is followed by the WAIT of the task that it wakes
 */
export function findBarriers(log: ActionLog, tasks: number): Barriers {
  const trains = trainsOf(log, tasks);
  const group = wakeSets(trains.flatMap(({ waker, woken }) => woken.map((task) => ({ waker, task }))), tasks, OFTEN);
  const births = new Int32Array(tasks);
  for (let row = 0; row < log.rows; row++) if (log.code[row] === Op.FORK) births[log.a[row]!] = row;
  const byGroup = new Map<number, Train[]>();
  for (const train of trains) {
    const root = group(train.waker);
    const list = byGroup.get(root);
    if (list === undefined) byGroup.set(root, [train]);
    else list.push(train);
  }
  const members: number[][] = [];
  const crossings = new Map<number, number>();
  const dropped = new Set<number>();
  for (const [root, list] of [...byGroup.entries()].sort((a, b) => a[0] - b[0])) {
    const all: number[] = [];
    for (let task = 0; task < tasks; task++) if (group(task) === root) all.push(task);
    const others = all.length - 1;
    const born = all.reduce((row, task) => Math.max(row, births[task]!), 0);
    const full = list.filter((train) => 2 * train.woken.length >= others && train.row > born);
    const wakers = new Set(full.map((train) => train.waker));
    if (all.length < SMALLEST || full.length < FEWEST_CROSSINGS || wakers.size < FEWEST_WAKERS) continue;
    if (5 * full.length < 4 * list.length || !allTakePart(all, full)) continue;
    for (const { posts } of full) {
      crossings.set(posts[0]!, members.length);
      for (const post of posts.slice(1)) dropped.add(post);
    }
    members.push(all);
  }
  return { members, crossings, dropped };
}

function allTakePart(members: readonly number[], trains: readonly Train[]): boolean {
  const parts = new Map<number, number>();
  for (const { waker, woken } of trains) {
    for (const task of [waker, ...woken]) parts.set(task, (parts.get(task) ?? 0) + 1);
  }
  return members.every((task) => (parts.get(task) ?? 0) >= LEAST_PART * trains.length);
}

/** Trains of at least two wake-ups. */
function trainsOf(log: ActionLog, tasks: number): Train[] {
  const open = new Array<Train | null>(tasks).fill(null);
  const trains: Train[] = [];
  let post = 0;
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    const code = log.code[row]!;
    if (code === Op.RUN) {
      if (log.a[row]! > LONGEST_GAP_NS) open[task] = null;
      continue;
    }
    if (code !== Op.POST && code !== Op.POST_SYNC) {
      open[task] = null;
      continue;
    }
    // Who is woken twice was back in between: that is another crossing.
    if (open[task]?.woken.includes(log.a[row]!) === true) open[task] = null;
    const train = (open[task] ??= { waker: task, row, posts: [], woken: [] });
    train.posts.push(post++);
    train.woken.push(log.a[row]!);
    if (train.posts.length === 2) trains.push(train);
  }
  return trains;
}
