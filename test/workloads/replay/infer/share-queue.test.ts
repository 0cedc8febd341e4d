import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import type { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import { changed, type Changes } from '../../../../src/workloads/replay/changes.js';
import { findServices, type Service } from '../../../../src/workloads/replay/infer/services.js';
import { shareQueues } from '../../../../src/workloads/replay/infer/share-queue.js';
import { made, tasks, WORKERS } from '../support/service.js';

const KEY = 10;

interface Counts {
  readonly posts: number;
  readonly waits: number;
}

/** With a lock one looks, without one waits. */
const takes = (code: number): boolean => code === Op.WAIT || code === Op.TRY;

const counts = (log: ActionLog, semaphore: number): Counts => {
  let [posts, waits] = [0, 0];
  for (let row = 0; row < log.rows; row++) {
    if (log.a[row] !== semaphore) continue;
    if (log.code[row] === Op.POST) posts += log.b[row]!;
    if (takes(log.code[row]!)) waits++;
  }
  return { posts, waits };
};

const runTime = (log: ActionLog): number => {
  let ns = 0;
  for (let row = 0; row < log.rows; row++) if (log.code[row] === Op.RUN) ns += log.a[row]!;
  return ns;
};

const shared = (log: ActionLog, services: readonly Service[]): { out: ActionLog; mutexes: number } => {
  const changes: Changes = new Map();
  const { semaphore, mutex, condition } = shareQueues(log, services, [], { semaphore: KEY, mutex: 0, condition: 0 }, changes);
  // Besides what is put, a queue with a lock knows who waits on either side.
  expect([semaphore, condition]).toEqual([2 * services.length + 2 * mutex, 2 * mutex]);
  return { out: changed(log, changes), mutexes: mutex };
};

describe('shareQueues', () => {
  it('gives requests and answers a semaphore each that members share, with a token for every wait', () => {
    const { log, blocks } = made();
    const services = findServices(blocks, tasks());
    const { out, mutexes } = shared(log, services);
    const n = services[0]!.requests.length;
    expect(counts(out, KEY)).toEqual({ posts: n, waits: n });
    expect(counts(out, KEY + 1)).toEqual({ posts: n, waits: n });
    // Nobody was seen at a lock but the workers whom requests woke, and those are requests.
    expect(mutexes).toBeLessThanOrEqual(1);
  });

  it('has every job of a worker between its request and its answer, with the work that was recorded', () => {
    const { log, blocks } = made();
    const services = findServices(blocks, tasks());
    const recorded = runTime(log);
    const { out } = shared(log, services);
    for (const worker of services[0]!.workers) {
      let taken = 0;
      for (let row = 0; row < out.rows; row++) {
        if (out.task[row] !== worker) continue;
        if (takes(out.code[row]!) && out.a[row] === KEY) expect(++taken).toBe(1);
        if (out.code[row] === Op.POST && out.a[row] === KEY + 1) expect(--taken).toBe(0);
      }
      expect(taken).toBe(0);
    }
    // The work of an access is taken off what comes before it, or after it, as far as there is anything.
    expect(runTime(out)).toBeGreaterThanOrEqual(recorded);
    expect(runTime(out)).toBeLessThan(recorded + 4 * 101 * services[0]!.requests.length);
  });

  it('leaves what is run after a wake-up after it where nobody meets at a lock', () => {
    const { log, blocks } = made();
    const services = findServices(blocks, tasks()).map((service) => ({ ...service, locks: [] }));
    const recorded = runTime(log);
    const after = new Set(services[0]!.requests.map(({ answer }) => answer.post).filter((post) => log.code[post + 1] === Op.RUN && log.task[post + 1] === log.task[post]));
    const { out } = shared(log, services);
    const own = (task: number): number[] => [...Array(out.rows).keys()].filter((row) => out.task[row] === task);
    const followed = WORKERS.flatMap((worker) => own(worker).filter((row, i, rows) => out.code[row] === Op.POST && out.code[rows[i + 1]!] === Op.RUN));
    expect(followed.length).toBeGreaterThan(after.size);
    // Where nothing was run after it, it is 1 ns; and some has nowhere to be taken from.
    expect(Math.abs(runTime(out) - recorded)).toBeLessThanOrEqual(2 * services[0]!.requests.length + 600 * WORKERS.length);
  });

  it('puts a mutex around each access where members met at one, and holds it across the wake-up', () => {
    const { log, blocks } = made({ lock: (_client, n) => n % 4 === 1 });
    const { out, mutexes } = shared(log, findServices(blocks, tasks()));
    expect(mutexes).toBe(1);
    for (let task = 0; task < KEY; task++) {
      const own = [...Array(out.rows).keys()].filter((row) => out.task[row] === task);
      let held = false;
      for (const [at, row] of own.entries()) {
        const code = out.code[row]!;
        if (code === Op.LOCK || code === Op.UNLOCK) {
          expect(held).toBe(code === Op.UNLOCK);
          held = !held;
        } else if (code === Op.COND_WAIT || code === Op.COND_WAIT_OWN) {
          expect(held).toBe(true);
          expect(code === Op.COND_WAIT).toBe(WORKERS.includes(task));
          held = false;
        } else if (code === Op.WAIT || code === Op.SLEEP) expect(held).toBe(false);
        else if (code === Op.POST && out.a[row]! >= KEY) expect(held).toBe(true);
        else if (code === Op.SIGNAL) {
          expect(held).toBe(true);
          // On its way back from the kernel it may be preempted, and still holds it.
          expect(out.code[own[at + 1]!]).toBe(Op.RUN);
        }
      }
      expect(held).toBe(false);
    }
  });

  it('has a worker take a request right after its last answer, though it met others at the lock as it was to answer again', () => {
    const { log, blocks } = made({ lockedAnswer: true });
    const { out } = shared(log, findServices(blocks, tasks()));
    for (const worker of WORKERS) {
      const own = [...Array(out.rows).keys()].filter((row) => out.task[row] === worker);
      let [job, answers] = [0, 0];
      let taken = false;
      for (const row of own) {
        if (out.code[row] === Op.RUN && taken) job += out.a[row]!;
        else if (out.code[row] === Op.TRY && out.a[row] === KEY) [taken, job] = [true, 0];
        else if (out.code[row] === Op.POST && out.a[row] === KEY + 1) {
          // Where its first request came from is not known.
          if (answers++ > 0) expect(job).toBeGreaterThan(70_000);
          taken = false;
        }
      }
      expect(answers).toBeGreaterThan(10);
    }
  });

  it('changes nothing where there is no service', () => {
    const { log } = made();
    expect(shared(log, [])).toEqual({ out: log, mutexes: 0 });
  });
});
