import { uniform } from '../distributions.js';
import { defineGenerator, integer, memory } from './params.js';
import { FORK_THREAD_NS, MS, Site, US, type Birth, type Children, type Started } from './parts.js';

/** Requests after which a worker's order of reads and writes repeats. */
const PATTERN = 32;
/** CPU time inside a queue's lock. */
const QUEUE_NS = 300;

export interface ReqRespParams {
  readonly clients: number;
  readonly workers: number;
  readonly workingSetKiB: number;
  readonly touchRate: number;
}

/**
 * `reqresp CLIENTS WORKERS SECONDS`: closed-loop clients put requests into one queue, workers serve them; every second
 * request is a write that also goes to a commit log, and two compaction threads burn CPU in bursts. A condition with a
 * queue behind it is a semaphore here. Answers go to the clients in the order in which they wait, not each to its own;
 * for clients that are all alike this differs only in whose wait is how long.
 */
export function addReqResp(site: Site, params: ReqRespParams, key: string, birth: Birth = {}): Started {
  const { w } = site;
  const { program } = w;
  const [requests, answers, log] = [w.semaphore(), w.semaphore(), w.semaphore()];
  const [queueLock, logLock] = [w.mutex(), w.mutex()];
  const thread = { ...birth, workingSet: params.workingSetKiB * 1024, touchRate: params.touchRate };

  const think = w.distribution(uniform(400 * US, 3599 * US));
  const prepare = w.distribution(uniform(5 * US, 24 * US));
  const client = program.routine(() => {
    program.forever(() => {
      program.sleepDraw(think);
      program.runDraw(prepare);
      put(queueLock, requests);
      program.wait(answers);
      program.section(queueLock, () => program.run(QUEUE_NS));
    });
  });

  const write = w.distribution(uniform(30 * US, 119 * US));
  const read = w.distribution(uniform(60 * US, 359 * US));
  const children: Children[] = [];
  for (let worker = 0; worker < params.workers; worker++) {
    const random = site.stream(`reqresp ${key} worker ${worker}`);
    const entry = program.routine(() => {
      program.forever(() => {
        for (let i = 0; i < PATTERN; i++) {
          take(queueLock, requests);
          if (random.below(2) === 0) {
            program.runDraw(write);
            put(logLock, log);
          } else {
            program.runDraw(read);
          }
          program.mark(1);
          put(queueLock, answers);
        }
      });
    });
    children.push({ entry, template: w.template({ comm: 'mutation', entry, ...thread }), count: 1 });
  }

  const logger = program.routine(() => {
    program.forever(() => {
      take(logLock, log);
      program.run(15 * US);
    });
  });
  const rest = w.distribution(uniform(20 * MS, 80 * MS));
  const compactor = program.routine(() => {
    program.forever(() => {
      program.sleepDraw(rest);
      program.loop(40, () => program.run(MS));
    });
  });
  children.push(
    { entry: logger, template: w.template({ comm: 'commitlog', entry: logger, ...thread }), count: 1 },
    { entry: compactor, template: w.template({ comm: 'compaction', entry: compactor, ...thread }), count: 2 },
    { entry: client, template: w.template({ comm: 'client', entry: client, ...thread }), count: params.clients },
  );
  return site.main('reqresp', birth, children, FORK_THREAD_NS, () => {
    program.forever(() => {
      program.sleep(20 * MS);
      program.run(2 * US);
    });
  });

  function put(lock: number, queue: number): void {
    program.section(lock, () => {
      program.run(QUEUE_NS);
      program.post(queue);
    });
  }

  function take(lock: number, queue: number): void {
    program.wait(queue);
    program.section(lock, () => program.run(QUEUE_NS));
  }
}

export const reqresp = defineGenerator({
  name: 'reqresp',
  description: 'closed-loop clients, a queue, workers, a commit log and two compaction threads',
  unit: 'requests',
  params: {
    clients: integer(80, 1, 4096, 'number of clients', 'C'),
    workers: integer(24, 1, 1024, 'number of workers', 'W'),
    ...memory(128, 80),
  },
  build(params, machine) {
    const site = new Site('reqresp', machine);
    return site.finish(addReqResp(site, params, '0'), 'requests', 'duration');
  },
});
