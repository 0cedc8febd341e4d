import { Op } from '../../../sim/program.js';
import type { Changes, Operation } from '../changes.js';
import type { Service } from './services.js';

/**
 * CPU time inside the lock of a queue besides the wake-up that is given there, ns: a few instructions before, and after it the
 * way back from the kernel to the one that gives the lock back. Whoever is preempted by the task that it has woken is preempted
 * there, and holds the lock meanwhile.
 */
const BEFORE_NS = 200;
const AFTER_NS = 800;
/** Blocks at a lock for each request, at least, or the queue has none that anybody meets at. */
const MEETINGS = 0.05;

/**
 * Gives the members of each service one queue instead of the wake-ups that were recorded between them: two semaphores, one for
 * requests and one for answers, and a mutex around each access where members were seen to wait for one.
 *
 *     client   … SLEEP RUN  [LOCK POST requests UNLOCK]  RUN  WAIT answers  [LOCK UNLOCK]  RUN …
 *     worker   … WAIT requests  [LOCK UNLOCK]  RUN …        [LOCK POST answers UNLOCK] …
 *
 * A worker's jobs keep their recorded work; which client's they are is whoever waits the longest. There are as many requests as
 * jobs and answers, so nobody waits for one that never comes.
 *
 * @param key first number for the semaphores, beyond those of the tasks
 * @param change gets what stands instead of the rows of the log
 * @returns how many mutexes there are
 */
export function shareQueues(services: readonly Service[], key: number, change: Changes): number {
  let mutexes = 0;
  services.forEach((service, at) => {
    const locked = service.locks.length >= MEETINGS * service.requests.length;
    const section = sectionOf(locked ? mutexes++ : -1);
    changeRows(service, key + 2 * at, key + 2 * at + 1, section, change);
  });
  return mutexes;
}

/** What an access to the queue looks like around what is done there. */
function sectionOf(mutex: number): (inner: readonly Operation[]) => Operation[] {
  if (mutex === -1) return (inner) => [...inner];
  const before: Operation = [Op.RUN, BEFORE_NS, 0];
  const after: Operation = [Op.RUN, AFTER_NS, 0];
  return (inner) => [[Op.LOCK, mutex, 0], before, ...inner, ...(inner.length > 0 ? [after] : []), [Op.UNLOCK, mutex, 0]];
}

function changeRows(
  { workers, requests, locks }: Service,
  request: number,
  answer: number,
  section: (inner: readonly Operation[]) => Operation[],
  change: Changes,
): void {
  const put = section([[Op.POST, request, 1]]);
  const take: Operation[] = [[Op.WAIT, request, 0], ...section([])];
  for (const { row, post } of locks) {
    change.set(row, []);
    change.set(post, []);
  }
  for (const { answer: { row, post }, put: at } of requests) {
    if (at >= 0) change.set(at, put);
    const wait: Operation[] = [[Op.WAIT, answer, 0], ...section([])];
    change.set(row, at >= 0 ? wait : [...put, ...wait]);
    change.set(post, section([[Op.POST, answer, 1]]));
  }
  // A worker takes a request where it first waited since its last answer, or else right after that.
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
      if (first < post) change.set(first, take);
      else if (before >= 0) change.set(before, [...change.get(before)!, ...take]);
      else change.set(post, [...take, ...change.get(post)!]);
      before = post;
    }
  }
}
