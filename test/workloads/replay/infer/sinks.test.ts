import { describe, expect, it } from 'vitest';
import { Op } from '../../../../src/sim/programs/program.js';
import { changed, type Changes } from '../../../../src/workloads/replay/changes.js';
import type { Block } from '../../../../src/workloads/replay/infer/pools.js';
import type { Request, Service } from '../../../../src/workloads/replay/infer/services.js';
import { shareQueues } from '../../../../src/workloads/replay/infer/share-queue.js';
import { findSinks } from '../../../../src/workloads/replay/infer/sinks.js';
import { ActionLog } from '../../../../src/workloads/replay/read/action-log.js';

const [CLIENT, SINK] = [0, 3];
const WORKERS = [1, 2];
const ROUNDS = 60;
const [JOB, WORK] = [80_000, 15_000];

interface Shape {
  /** How many others are put while the sink does the n-th. */
  readonly more?: (n: number) => number;
  /** Whether the sink meets the lock when it is woken for the n-th. */
  readonly lock?: (n: number) => boolean;
  readonly byTimer?: boolean;
}

/** Workers answer a client, and hand something to the sink before they do. */
function made({ more = () => 0, lock = () => false, byTimer = false }: Shape = {}) {
  const log = new ActionLog();
  const blocks: Block[] = [];
  const requests: Request[] = [];
  let served = 0;
  const wakes = (task: number, waker: number, ns: number): Block => {
    log.add(waker, Op.POST, task, 1);
    const post = log.rows - 1;
    log.add(task, Op.WAIT, task);
    const block = { task, waker, ns, row: log.rows - 1, post };
    blocks.push(block);
    return block;
  };
  const answers = (worker: number): void => {
    requests.push({ answer: wakes(CLIENT, worker, 100_000), put: -1 });
  };
  for (let n = 0; n < ROUNDS; n++) {
    const worker = WORKERS[served++ % 2]!;
    log.now += 1_000_000;
    log.run(worker, JOB);
    const put = wakes(SINK, worker, 500_000);
    if (lock(n)) {
      log.run(SINK, 300);
      wakes(SINK, worker, 2000);
    }
    log.now += 1000;
    answers(worker);
    for (let i = 0; i < more(n); i++) {
      const other = WORKERS[served++ % 2]!;
      log.now += 1000;
      log.run(other, JOB);
      answers(other);
    }
    log.run(SINK, WORK * (1 + more(n)));
    if (byTimer && n === 0) blocks.push({ ...put, waker: -1, post: -1 });
  }
  for (const task of [CLIENT, ...WORKERS, SINK]) log.add(task, Op.EXIT);
  const service: Service = { workers: WORKERS, clients: [CLIENT], requests, locks: [] };
  return { log, blocks, service };
}

/** Takes of the sink, and puts for it, in what the log becomes. */
function shared(shape: Shape) {
  const { log, blocks, service } = made(shape);
  const sinks = findSinks(log, blocks, [service]);
  const changes: Changes = new Map();
  const objects = shareQueues(log, [service], sinks, { semaphore: 10, mutex: 0, condition: 0 }, changes);
  const out = changed(log, changes);
  const items = 12;
  let [puts, takes, ran] = [0, 0, 0];
  for (let row = 0; row < out.rows; row++) {
    const code = out.code[row]!;
    if (code === Op.POST && out.a[row] === items) puts++;
    if ((code === Op.WAIT || code === Op.TRY) && out.a[row] === items) takes++;
    if (code === Op.RUN && out.task[row] === SINK) ran += out.a[row]!;
  }
  return { objects, puts, takes, ran, sinks };
}

describe('findSinks', () => {
  it('finds the task that workers wake and that wakes nobody, with every wake-up something put', () => {
    const { puts, takes, ran, objects } = shared({});
    expect([puts, takes]).toEqual([ROUNDS, ROUNDS]);
    expect(ran).toBe(ROUNDS * WORK);
    expect(objects).toEqual({ semaphore: 3, mutex: 0, condition: 0 });
  });

  it('finds none that timers wake, nor one that wakes others', () => {
    const timed = made({ byTimer: true });
    expect(findSinks(timed.log, timed.blocks, [timed.service])).toEqual([]);
    const { log, blocks, service } = made();
    const answered = blocks.map((block) => (block.task === CLIENT ? { ...block, waker: SINK } : block));
    expect(findSinks(log, answered, [service])).toEqual([]);
  });

  it('tells by longer bursts what was put while it was awake, before an answer of then', () => {
    const more = (n: number): number => (n % 4 === 0 ? 2 : 0);
    const { puts, takes, ran, sinks } = shared({ more });
    const all = ROUNDS + 2 * Math.ceil(ROUNDS / 4);
    expect([puts, takes]).toEqual([all, all]);
    expect(ran).toBe(all * WORK);
    expect(sinks[0]!.puts.filter(({ wait }) => wait < 0)).toHaveLength(all - ROUNDS);
  });

  it('takes a short burst for one at the lock, and gives the queue a mutex', () => {
    const { puts, takes, objects, sinks } = shared({ lock: (n) => n % 5 === 2 });
    expect([puts, takes]).toEqual([ROUNDS, ROUNDS]);
    expect(sinks[0]!.locks).toHaveLength(ROUNDS / 5);
    expect(objects).toEqual({ semaphore: 4, mutex: 1, condition: 1 });
  });
});
