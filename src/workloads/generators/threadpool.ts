import { uniform } from '../distributions.js';
import { defineGenerator, integer, memory } from './params.js';
import { FORK_THREAD_NS, MS, Site, sleeping, TIMER_SLACK_NS, US, type Birth, type Children, type Started } from './parts.js';

export interface ThreadPoolParams {
  readonly workers: number;
  readonly hogs: number;
  readonly minUs: number;
  readonly maxUs: number;
  readonly idleUs: number;
  readonly hogMs: number;
  readonly workingSetKiB: number;
  readonly touchRate: number;
}

/**
 * `threadpool WORKERS MS HOGS MIN_US MAX_US IDLE_US HOG_MS` (kernel-validation/guest/programs/threadpool.c): more workers than
 * CPUs run short bursts; after a third of them a worker wakes a peer, whoever is drawn, and waits for its own turn, though not
 * for ever; otherwise it sleeps. A turn that comes when nobody waits for it is kept. A few background threads burn CPU in long
 * bursts.
 */
export function addThreadPool(site: Site, params: ThreadPoolParams, birth: Birth = {}): Started {
  const { w } = site;
  const { program } = w;
  const thread = { ...birth, workingSet: params.workingSetKiB * 1024, touchRate: params.touchRate };
  const children: Children[] = [];

  if (params.hogs > 0) {
    const burst = w.distribution(uniform(params.hogMs * 0.5 * MS, params.hogMs * 1.5 * MS));
    const rest = w.distribution(sleeping(2 * MS, 2 * MS + 500 * params.hogMs * US));
    const entry = program.routine(() => {
      program.forever(() => {
        program.runDraw(burst);
        program.sleepDraw(rest);
      });
    });
    children.push({ entry, template: w.template({ comm: 'compaction', entry, ...thread }), count: params.hogs });
  }

  const [low, high] = [Math.min(params.minUs, params.maxUs), Math.max(params.minUs, params.maxUs)];
  const burst = w.distribution(uniform(low * US, high * US));
  const idle = w.distribution(sleeping(50 * US, (50 + 2 * params.idleUs) * US));
  const patience = w.distribution(sleeping(200 * US, (200 + 2 * params.idleUs) * US));
  const turns = Array.from({ length: params.workers }, () => w.semaphore());
  for (const turn of turns) {
    const entry = program.routine(() => {
      program.forever(() => {
        program.runDraw(burst);
        program.mark(1);
        const passOn = (): void => {
          program.postDraw(turns[0]!, turns.length);
          program.waitDraw(turn, patience);
        };
        program.oneIn(3, passOn, () => {
          if (params.idleUs > 0) program.sleepDraw(idle);
        });
      });
    });
    children.push({ entry, template: w.template({ comm: 'worker', entry, ...thread }), count: 1 });
  }
  return site.main('threadpool', birth, children, FORK_THREAD_NS, () => {
    program.forever(() => {
      program.sleep(10 * MS + TIMER_SLACK_NS);
      program.run(2 * US);
    });
  });
}

export const threadpool = defineGenerator({
  name: 'threadpool',
  description: 'a pool of threads wider than the machine with short bursts, and background threads with long ones',
  unit: 'bursts',
  params: {
    workers: integer(64, 1, 1024, 'number of workers', 'W'),
    hogs: integer(3, 0, 1024, 'number of background threads', 'H'),
    minUs: integer(100, 1, 1_000_000, 'shortest burst, µs', 'MN'),
    maxUs: integer(400, 1, 1_000_000, 'longest burst, µs', 'MX'),
    idleUs: integer(1200, 0, 1_000_000, 'mean idle time between bursts, µs', 'IDLE'),
    hogMs: integer(30, 1, 100_000, 'mean burst of a background thread, ms', 'HMS'),
    ...memory(64, 60),
  },
  build(params, machine) {
    const site = new Site('threadpool', machine);
    return site.finish(addThreadPool(site, params), 'bursts', 'duration');
  },
});
