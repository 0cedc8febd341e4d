import { NO_WAKER, type Block } from './pools.js';
import type { Roster } from '../read/roster.js';

/**
 * Tasks that serve and tasks that are served: clients put requests into one queue, whichever worker is free takes the next, and
 * its answer wakes the client.
 *
 *     client  ──RUN──┤puts           ├waits ······················├──RUN──┤SLEEP
 *     worker              └takes──RUN──────────RUN──answers┘
 *
 * Of this a recording shows who woke whom. A request that meets no idle worker wakes nobody, and who answers it is whoever was
 * free then: in another run another worker. So the wake-ups say who belongs together, not what depends on what.
 */
export interface Service {
  readonly workers: readonly number[];
  readonly clients: readonly number[];
  /** Served requests, in the order in which their clients were woken. */
  readonly requests: readonly Request[];
  /** Blocks between members that no request explains: they met at the lock of the queue. */
  readonly locks: readonly Block[];
}

export interface Request {
  /** The client's wait for the answer. */
  readonly answer: Block;
  /** Row of the client's first wake-up of a worker since it slept: there it put the request. −1: it woke none. */
  readonly put: number;
}

/** Members of either side, and rounds that the clients have had together, at least. */
const FEWEST_MEMBERS = 2;
const FEWEST_ROUNDS = 32;
/** Blocks on timers that a client has had at least; and share of its blocks that a worker has had at most. */
const FEWEST_SLEEPS = 8;
const WORKER_SLEEPS = 0.02;
/** Share of the rounds of all clients that an answer ended, at least. */
const MOSTLY = 0.7;
/** Share of a client's answers that one and the same worker gave, at most, above an even share. */
const FAVOUR = 0.3;
/** Share of a worker's blocks that clients and other workers ended, at least. */
const OWN = 0.9;

/**
 * Finds them among the children of each parent, and among tasks that were there before and wake each other: clients sleep on
 * timers between requests, workers never do, and each wakes many of the others. One round of a client is what it does from one sleep to the next, with at most one request in it: the
 * longest of its waits that a worker ended is that for the answer, and shorter ones are for a lock.
 *
 * @param blocks of all tasks, in order of their rows
 */
export function findServices(blocks: readonly Block[], roster: Roster): Service[] {
  const families = new Map<number, Map<number, Block[]>>();
  const familyOf = acquainted(blocks, roster);
  for (const block of blocks) {
    const parent = roster.parent[block.task]!;
    const key = parent >= 0 ? parent : -1 - familyOf(block.task);
    let family = families.get(key);
    if (family === undefined) families.set(key, (family = new Map<number, Block[]>()));
    const list = family.get(block.task);
    if (list === undefined) family.set(block.task, [block]);
    else list.push(block);
  }
  const services: Service[] = [];
  for (const family of families.values()) {
    const service = serviceOf(family);
    if (service !== null) services.push(service);
  }
  return services;
}

/**
 * Whose parents are not known belong together if they wake each other, or others do between them.
 * @returns one task of those, for any of them
 */
function acquainted(blocks: readonly Block[], roster: Roster): (task: number) => number {
  const next = new Map<number, number>();
  const find = (task: number): number => {
    let root = task;
    for (let up = next.get(root); up !== undefined; up = next.get(root)) root = up;
    if (root !== task) next.set(task, root);
    return root;
  };
  for (const { task, waker } of blocks) {
    if (waker === NO_WAKER || roster.parent[task]! >= 0 || roster.parent[waker]! >= 0) continue;
    const [one, other] = [find(task), find(waker)];
    if (one !== other) next.set(Math.max(one, other), Math.min(one, other));
  }
  return find;
}

function serviceOf(family: ReadonlyMap<number, readonly Block[]>): Service | null {
  const sleeps = (task: number): number => family.get(task)!.filter(({ waker }) => waker === NO_WAKER).length;
  const tasks = [...family.keys()];
  const sleepers = new Set(tasks.filter((task) => sleeps(task) >= FEWEST_SLEEPS && sleeps(task) < family.get(task)!.length));
  const awake = new Set(tasks.filter((task) => sleeps(task) <= WORKER_SLEEPS * family.get(task)!.length));
  const workers = new Set([...awake].filter((task) => serves(task, family, awake, sleepers)));
  const clients = [...sleepers].filter((task) => isServed(family.get(task)!, workers));
  if (workers.size < FEWEST_MEMBERS || clients.length < FEWEST_MEMBERS) return null;

  const members = new Set([...workers, ...clients]);
  const requests: Request[] = [];
  const answers = new Set<Block>();
  let rounds = 0;
  const puts = putsOf(family, workers, new Set(clients));
  for (const client of clients) {
    for (const round of roundsOf(family.get(client)!)) {
      rounds++;
      const answer = longest(round.waits.filter(({ waker }) => workers.has(waker)));
      if (answer === null) continue;
      answers.add(answer);
      requests.push({ answer, put: firstBetween(puts.get(client) ?? [], round.from, answer.row) });
    }
  }
  if (rounds < FEWEST_ROUNDS || requests.length < MOSTLY * rounds) return null;
  requests.sort((a, b) => a.answer.row - b.answer.row);
  const locks = [...members].flatMap((task) =>
    family.get(task)!.filter((block) => members.has(block.waker) && !answers.has(block)),
  );
  return { workers: [...workers], clients, requests, locks };
}

/** Whether a task that never sleeps is woken by its likes and by sleepers, and wakes at least half of the sleepers. */
function serves(
  task: number,
  family: ReadonlyMap<number, readonly Block[]>,
  awake: ReadonlySet<number>,
  sleepers: ReadonlySet<number>,
): boolean {
  const own = family.get(task)!;
  if (own.filter(({ waker }) => awake.has(waker) || sleepers.has(waker)).length < OWN * own.length) return false;
  const woken = [...sleepers].filter((sleeper) => family.get(sleeper)!.some(({ waker }) => waker === task));
  return woken.length >= FEWEST_MEMBERS && 2 * woken.length >= sleepers.size;
}

/** Whether workers end a sleeper's waits, and none of them ends most. */
function isServed(own: readonly Block[], workers: ReadonlySet<number>): boolean {
  const times = new Map<number, number>();
  let all = 0;
  for (const { waker } of own) {
    if (!workers.has(waker)) continue;
    times.set(waker, (times.get(waker) ?? 0) + 1);
    all++;
  }
  return all >= FEWEST_SLEEPS && Math.max(...times.values()) <= (1 / workers.size + FAVOUR) * all;
}

interface Round {
  /** Row of the sleep that begins it. */
  readonly from: number;
  readonly waits: readonly Block[];
}

/** What a client does from one sleep to the next; not what was under way when the recording began. */
function roundsOf(own: readonly Block[]): Round[] {
  const rounds: { from: number; waits: Block[] }[] = [];
  for (const block of own) {
    if (block.waker === NO_WAKER) rounds.push({ from: block.row, waits: [] });
    else rounds.at(-1)?.waits.push(block);
  }
  // The last one is not over.
  return rounds.slice(0, -1);
}

/** Rows in which each client woke a worker, ascending. */
function putsOf(
  family: ReadonlyMap<number, readonly Block[]>,
  workers: ReadonlySet<number>,
  clients: ReadonlySet<number>,
): Map<number, number[]> {
  const puts = new Map<number, number[]>();
  for (const worker of workers) {
    for (const { waker, post } of family.get(worker)!) {
      if (!clients.has(waker)) continue;
      const list = puts.get(waker);
      if (list === undefined) puts.set(waker, [post]);
      else list.push(post);
    }
  }
  for (const list of puts.values()) list.sort((a, b) => a - b);
  return puts;
}

function longest(waits: readonly Block[]): Block | null {
  let best: Block | null = null;
  for (const wait of waits) if (best === null || wait.ns > best.ns) best = wait;
  return best;
}

/** The first of ascending rows that lies between two; −1 for none. */
function firstBetween(rows: readonly number[], from: number, to: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]! <= from) low = middle + 1;
    else high = middle;
  }
  const row = rows[low] ?? Infinity;
  return row < to ? row : -1;
}
