import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import type { Changes, Operation } from '../changes.js';
import type { Service } from './services.js';
import type { Sink } from './sinks.js';

/**
 * CPU time inside the lock of a queue besides the wake-up that is given there, ns: a few instructions before, and after it the
 * way back from the kernel to the one that gives the lock back. Whoever is preempted by the task that it has woken is preempted
 * there, and holds the lock meanwhile.
 */
const BEFORE_NS = 100;
const AFTER_NS = 600;
/** Blocks at a lock for each request, at least, or the queue has none that anybody meets at. */
const MEETINGS = 0.05;
/** The same for what is put into the queue of a sink, which has nobody else to meet there but who puts something. */
const SINK_MEETINGS = 0.01;

/** How many objects the queues are made of, or the first number of each kind. */
export interface QueueObjects {
  readonly semaphore: number;
  readonly mutex: number;
  readonly condition: number;
}

/**
 * Gives the members of each service one queue instead of the wake-ups that were recorded between them: what is put there and not
 * taken yet, of requests and of answers. Where members were seen to wait for a lock, it is a mutex, with a condition that idle workers
 * share and one for every client; who takes a request looks under the lock, waits where there is none, and looks again when woken,
 * for somebody else may have been there before.
 *
 *     client   … SLEEP RUN  [put request]  RUN  [take answer]  RUN …
 *     worker   … [take request]  RUN  [put answer] …
 *
 * A worker's jobs keep their recorded work; which client's they are is whoever waits the longest. There are as many requests as
 * jobs and answers, so nobody waits for one that never comes.
 * A sink takes what is for it in the same way, and nobody waits for it.
 *
 * @param log what its tasks run after they have put something is made shorter by what they run of it before they give the lock back
 * @param first the semaphores are beyond those of the tasks
 * @param change gets what stands instead of the rows of the log
 * @returns how many there are of each
 */
export function shareQueues(
  log: ActionLog,
  services: readonly Service[],
  sinks: readonly Sink[],
  first: QueueObjects,
  change: Changes,
): QueueObjects {
  const next = { ...first };
  const puts = new Set(services.flatMap(({ requests }) => requests.flatMap(({ put, answer }) => [put, answer.post])));
  for (const sink of sinks) for (const { row } of sink.puts) puts.add(row);
  const timing: Timing = { ranBefore: cpuBefore(log), waysBack: takeWaysBack(log, puts) };
  for (const service of services) {
    const locked = service.locks.length >= MEETINGS * service.requests.length;
    const [request, answer] = [next.semaphore++, next.semaphore++];
    if (locked) {
      const mutex = next.mutex++;
      const side = (items: number): Side => ({ items, mutex, waiting: next.semaphore++, filled: next.condition++ });
      changeRows(service, sharedQueue(side(request)), ownAnswers(side(answer)), timing, change);
    } else {
      changeRows(service, bareQueue(request), bareQueue(answer), timing, change);
    }
  }
  for (const sink of sinks) {
    const items = next.semaphore++;
    const locked = sink.locks.length >= SINK_MEETINGS * sink.puts.length;
    const queue = locked ? sharedQueue({ items, mutex: next.mutex++, waiting: next.semaphore++, filled: next.condition++ }) : bareQueue(items);
    changeSink(log, sink, queue, timing, change);
  }
  return {
    semaphore: next.semaphore - first.semaphore,
    mutex: next.mutex - first.mutex,
    condition: next.condition - first.condition,
  };
}

/** How to put something and how to take it. Ways are distances. */
interface Queue {
  /** @param wayBack from the wake-up to where the lock is given back, ns */
  readonly put: (wayBack: number) => readonly Operation[];
  readonly take: readonly Operation[];
}

/** What one side of a queue with a lock is made of: what is there, and who waits, as far as nobody has signalled them yet. */
interface Side {
  readonly items: number;
  readonly mutex: number;
  readonly waiting: number;
  readonly filled: number;
}

/** Nobody meets at a lock: who takes waits for what is put. */
function bareQueue(items: number): Queue {
  return { put: (wayBack) => [[Op.POST, items, 1], [Op.RUN, wayBack, 0]], take: [[Op.WAIT, items, 0]] };
}

const BEFORE: Operation = [Op.RUN, BEFORE_NS, 0];

/** Whoever comes first takes what is there. */
function sharedQueue({ items, mutex, waiting, filled }: Side): Queue {
  const lock: Operation = [Op.LOCK, mutex, 0];
  const unlock: Operation = [Op.UNLOCK, mutex, 0];
  return {
    put: (wayBack) => [lock, BEFORE, [Op.POST, items, 1], [Op.TRY, waiting, 3], [Op.SIGNAL, filled, 0], [Op.RUN, wayBack, 0], unlock],
    take: [
      lock, [Op.TRY, items, 2], [Op.JUMP, 5, 0],
      [Op.POST, waiting, 1], [Op.COND_WAIT, filled, mutex], lock, [Op.JUMP, -5, 0],
      BEFORE, unlock,
    ],
  };
}

/** Everybody waits for what is for them; who waits the longest gets the next. */
function ownAnswers({ items, mutex, waiting, filled }: Side): Queue {
  const lock: Operation = [Op.LOCK, mutex, 0];
  const unlock: Operation = [Op.UNLOCK, mutex, 0];
  return {
    put: (wayBack) => [
      lock, BEFORE, [Op.TRY, waiting, 4], [Op.SIGNAL, filled, 0], [Op.RUN, wayBack, 0], [Op.JUMP, 2, 0], [Op.POST, items, 1], unlock,
    ],
    take: [
      lock, [Op.TRY, items, 2], [Op.JUMP, 4, 0],
      [Op.POST, waiting, 1], [Op.COND_WAIT_OWN, filled, mutex], lock,
      BEFORE, unlock,
    ],
  };
}

interface Timing {
  /** CPU time that its task has had before each row of the log, ns. */
  readonly ranBefore: Float64Array;
  /** What a task runs after it has put something until it gives the lock back, by row, ns. */
  readonly waysBack: ReadonlyMap<number, number>;
}

function cpuBefore({ rows, task, code, a }: ActionLog): Float64Array {
  const before = new Float64Array(rows);
  const ran = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const ns = ran.get(task[row]!) ?? 0;
    before[row] = ns;
    if (code[row] === Op.RUN) ran.set(task[row]!, ns + a[row]!);
  }
  return before;
}

/**
 * Takes from what tasks run after some rows what they run of it on their way back from there, ns by row. What stands instead
 * of a row counts as part of what its task ran before: so that gets as much more.
 */
function takeWaysBack(log: ActionLog, rows: ReadonlySet<number>): Map<number, number> {
  const found = new Map<number, number>();
  /** The row before the last one of each task, and that. */
  const last = new Map<number, readonly [number, number]>();
  const isRun = (row: number): boolean => row >= 0 && log.code[row] === Op.RUN;
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    const [before, at] = last.get(task) ?? [-1, -1];
    last.set(task, [at, row]);
    if (!rows.has(at) || !isRun(row)) continue;
    const ns = Math.min(AFTER_NS, log.a[row]!);
    log.a[row]! -= ns;
    if (isRun(before)) log.a[before]! += ns;
    found.set(at, ns);
  }
  return found;
}

function changeRows(
  { workers, requests, locks }: Service,
  request: Queue,
  answer: Queue,
  { waysBack, ranBefore }: Timing,
  change: Changes,
): void {
  const ran = (row: number): number => ranBefore[row] ?? 0;
  // Never nothing: a RUN of that is none, and those before it go beyond it.
  const wayBack = (row: number): number => waysBack.get(row) || 1;
  for (const { row, post } of locks) {
    change.set(row, []);
    change.set(post, []);
  }
  for (const { answer: { row, post }, put: at } of requests) {
    if (at >= 0) change.set(at, request.put(wayBack(at)));
    change.set(row, at >= 0 ? answer.take : [...request.put(1), ...answer.take]);
    change.set(post, answer.put(wayBack(post)));
  }
  // A worker takes a request where it first waited since its last answer, if its job comes after that, or else right after the answer:
  // it met others at the lock as it was to answer again.
  const answered = new Map<number, number[]>();
  for (const { answer: { waker, post } } of requests) {
    const list = answered.get(waker);
    if (list === undefined) answered.set(waker, [post]);
    else list.push(post);
  }
  const waits = new Map<number, number[]>();
  for (const { task, row } of locks) {
    const list = waits.get(task);
    if (list === undefined) waits.set(task, [row]);
    else list.push(row);
  }
  for (const worker of workers) {
    const posts = (answered.get(worker) ?? []).sort((a, b) => a - b);
    const rows = (waits.get(worker) ?? []).sort((a, b) => a - b);
    let before = -1;
    let at = 0;
    for (const post of posts) {
      while (at < rows.length && rows[at]! < before) at++;
      const first = rows[at] ?? Infinity;
      if (first < post && ran(first) - ran(before) <= ran(post) - ran(first)) change.set(first, request.take);
      else if (before >= 0) change.set(before, [...change.get(before)!, ...request.take]);
      else change.set(post, [...request.take, ...change.get(post)!]);
      before = post;
    }
  }
}

/** The rows of a sink, and what is put for it: what nobody saw right before the answer that its worker gave next. */
function changeSink(log: ActionLog, { puts, parts, locks }: Sink, queue: Queue, { waysBack }: Timing, change: Changes): void {
  for (const { row, post } of locks) {
    change.set(row, []);
    change.set(post, []);
  }
  for (const { row, wait } of puts) {
    if (wait < 0) change.set(row, [...queue.put(1), ...(change.get(row) ?? [])]);
    else {
      change.set(row, queue.put(waysBack.get(row) || 1));
      change.set(wait, queue.take);
    }
  }
  for (const [row, count] of parts) {
    const part = Math.floor(log.a[row]! / count);
    const own: Operation[] = [[Op.RUN, log.a[row]! - (count - 1) * part, 0]];
    for (let i = 1; i < count; i++) own.push(...queue.take, [Op.RUN, part, 0]);
    change.set(row, own);
  }
}
