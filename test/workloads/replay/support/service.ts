import { Op } from '../../../../src/sim/programs/program.js';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';
import { NO_WAKER, type Block } from '../../../../src/workloads/replay/infer/pools.js';
import type { Roster } from '../../../../src/workloads/replay/read/roster.js';

export const CLIENTS = [0, 1, 2, 3, 4, 5];
export const WORKERS = [6, 7, 8];
export const OTHER = 9;
export const US = 1000;

export interface Made {
  readonly log: ActionLog;
  readonly blocks: Block[];
}

/** Who serves the n-th request of a client; who wakes a worker; whether a lock is met before the answer. */
interface Shape {
  readonly worker?: (client: number, n: number) => number;
  readonly wakes?: (client: number, n: number) => boolean;
  readonly lock?: (client: number, n: number) => boolean;
  readonly rounds?: number;
  /** Every worker waits for the lock when it is to answer, and nowhere else. */
  readonly lockedAnswer?: boolean;
}

const anybody = (client: number, n: number): number => WORKERS[(client + n + (n % 2)) % WORKERS.length]!;

/** Every client sleeps, puts a request, and waits for the answer of a worker. */
export function made({ worker = anybody, wakes = (_c, n) => n % 3 !== 0, lock = () => false, rounds = 20, lockedAnswer = false }: Shape = {}): Made {
  const log = new ActionLog();
  const blocks: Block[] = [];
  const wait = (waker: number, task: number, ns: number): void => {
    log.add(waker, Op.POST, task, 1);
    const post = log.rows - 1;
    log.add(task, Op.WAIT, task);
    blocks.push({ task, waker, ns, row: log.rows - 1, post });
  };
  for (let n = 0; n < rounds; n++) {
    for (const client of CLIENTS) {
      log.add(client, Op.SLEEP, 500 * US);
      blocks.push({ task: client, waker: NO_WAKER, ns: 500 * US, row: log.rows - 1, post: -1 });
      log.run(client, 10 * US);
      const by = worker(client, n);
      if (!lockedAnswer && wakes(client, n)) wait(client, by, 100 * US);
      if (lock(client, n)) wait(WORKERS[(n + 1) % 3]!, client, 5 * US);
      log.run(by, 80 * US);
      if (lockedAnswer) wait(CLIENTS[(client + 1) % CLIENTS.length]!, by, 100 * US);
      wait(by, client, 120 * US);
      log.run(client, 3 * US);
    }
  }
  for (const task of [...CLIENTS, ...WORKERS]) log.add(task, Op.EXIT);
  return { log, blocks };
}

export const tasks = (parents: Readonly<Record<number, number>> = {}): Roster =>
  ({ parent: Array.from({ length: OTHER + 1 }, (_, task) => parents[task] ?? 100) }) as unknown as Roster;
