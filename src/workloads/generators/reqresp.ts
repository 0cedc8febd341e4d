import { uniform } from '../distributions.js';
import { defineGenerator, integer, memory } from './params.js';
import { FORK_THREAD_NS, MS, Site, sleeping, TIMER_SLACK_NS, US, type Birth, type Children, type Started } from './parts.js';

/** CPU time inside a queue's lock. */
const QUEUE_NS = 300;

export interface ReqRespParams {
  readonly clients: number;
  readonly workers: number;
  readonly workingSetKiB: number;
  readonly touchRate: number;
}

/**
 * `reqresp CLIENTS WORKERS MS` (kernel-validation/guest/programs/reqresp.c): closed-loop clients put requests into one queue, workers
 * serve them; every second request is a write that also goes to a commit log, and two compaction threads burn CPU in bursts. A queue is a
 * mutex and a condition: whoever takes looks under the lock, waits where there is nothing, and looks again when woken. Answers
 * go to the clients in the order in which they wait, not each to its own; for clients that are all alike this differs only in whose wait
 * is how long. Idle workers share a condition, and every client has its own.
 */
export function addReqResp(site: Site, params: ReqRespParams, birth: Birth = {}): Started {
  const { w } = site;
  const { program } = w;
  const [requestLock, logLock] = [w.mutex(), w.mutex()];
  const queue = (lock: number): Queue => ({ lock, items: w.semaphore(), filled: w.condition() });
  const [requests, answers, log] = [queue(requestLock), queue(requestLock), queue(logLock)];
  const thread = { ...birth, workingSet: params.workingSetKiB * 1024, touchRate: params.touchRate };

  const think = w.distribution(sleeping(400 * US, 3599 * US));
  const prepare = w.distribution(uniform(5 * US, 24 * US));
  const client = program.routine(() => {
    program.forever(() => {
      program.sleepDraw(think);
      program.runDraw(prepare);
      put(requests);
      take(answers, true);
    });
  });

  const write = w.distribution(uniform(30 * US, 119 * US));
  const read = w.distribution(uniform(60 * US, 359 * US));
  const children: Children[] = [];
  const worker = program.routine(() => {
    program.forever(() => {
      take(requests);
      program.oneIn(2, () => {
        program.runDraw(write);
        put(log);
      }, () => program.runDraw(read));
      program.mark(1);
      put(answers);
    });
  });
  children.push({ entry: worker, template: w.template({ comm: 'mutation', entry: worker, ...thread }), count: params.workers });

  const logger = program.routine(() => {
    program.forever(() => {
      take(log);
      program.run(15 * US);
    });
  });
  const rest = w.distribution(sleeping(20 * MS, 80 * MS));
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
      program.sleep(10 * MS + TIMER_SLACK_NS);
      program.run(2 * US);
    });
  });

  function put({ lock, items, filled }: Queue): void {
    program.section(lock, () => {
      program.run(QUEUE_NS);
      program.post(items);
      program.signal(filled);
    });
  }

  function take({ lock, items, filled }: Queue, own = false): void {
    program.section(lock, () => {
      program.takeOr(items, () => (own ? program.waitOwnCondition(filled, lock) : program.waitCondition(filled, lock)));
      program.run(QUEUE_NS);
    });
  }
}

/** What is put and not taken yet; nobody waits at `items` itself. */
interface Queue {
  readonly lock: number;
  readonly items: number;
  readonly filled: number;
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
    return site.finish(addReqResp(site, params), 'requests', 'duration');
  },
});
