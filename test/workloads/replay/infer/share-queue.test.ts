import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/program.js';
import type { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import { changed, type Changes } from '../../../../src/workloads/replay/changes.js';
import { findServices, type Service } from '../../../../src/workloads/replay/infer/services.js';
import { shareQueues } from '../../../../src/workloads/replay/infer/share-queue.js';
import { made, tasks } from '../support/service.js';

const KEY = 10;

interface Counts {
  readonly posts: number;
  readonly waits: number;
}

const counts = (log: ActionLog, semaphore: number): Counts => {
  let [posts, waits] = [0, 0];
  for (let row = 0; row < log.rows; row++) {
    if (log.a[row] !== semaphore) continue;
    if (log.code[row] === Op.POST) posts += log.b[row]!;
    if (log.code[row] === Op.WAIT) waits++;
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
  const mutexes = shareQueues(services, KEY, changes);
  return { out: changed(log, changes), mutexes };
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
    const { out } = shared(log, services);
    for (const worker of services[0]!.workers) {
      let taken = 0;
      for (let row = 0; row < out.rows; row++) {
        if (out.task[row] !== worker) continue;
        if (out.code[row] === Op.WAIT && out.a[row] === KEY) expect(++taken).toBe(1);
        if (out.code[row] === Op.POST && out.a[row] === KEY + 1) expect(--taken).toBe(0);
      }
      expect(taken).toBe(0);
    }
    // The work of an access is taken off what comes before it, as far as there is anything.
    expect(runTime(out)).toBeGreaterThanOrEqual(runTime(log));
    expect(runTime(out)).toBeLessThan(runTime(log) + 2 * 200 * services[0]!.requests.length + 1);
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
        } else if (code === Op.WAIT || code === Op.SLEEP) expect(held).toBe(false);
        else if (code === Op.POST && out.a[row]! >= KEY) {
          expect(held).toBe(true);
          // On its way back from the kernel it may be preempted, and still holds it.
          expect(out.code[own[at + 1]!]).toBe(Op.RUN);
        }
      }
      expect(held).toBe(false);
    }
  });

  it('changes nothing where there is no service', () => {
    const { log } = made();
    expect(shared(log, [])).toEqual({ out: log, mutexes: 0 });
  });
});
