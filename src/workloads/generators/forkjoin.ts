import { uniform } from '../distributions.js';
import { defineGenerator, integer, memory } from './params.js';
import { FORK_THREAD_NS, Site, US, type Birth, type Children, type Started } from './parts.js';

export interface ForkJoinParams {
  readonly threads: number;
  readonly workUs: number;
  readonly serialUs: number;
  readonly skewPct: number;
  readonly workingSetKiB: number;
  readonly touchRate: number;
}

/**
 * `forkjoin THREADS MS WORK_US SERIAL_US SKEW%` (kernel-validation/guest/programs/forkjoin.c): threads that work for an uneven
 * time, meet at a barrier, let the last of them to come do a serial part, and meet again.
 */
export function addForkJoin(site: Site, params: ForkJoinParams, birth: Birth = {}): Started {
  const { w } = site;
  const { program } = w;
  const { threads, workUs, skewPct } = params;
  const spread = Math.floor((workUs * US * skewPct) / 100);
  const work = w.distribution(uniform(workUs * US - spread, workUs * US + spread));
  const [first, second] = [w.barrier(threads), w.barrier(threads)];
  const children: Children[] = [];
  for (let thread = 0; thread < threads; thread++) {
    const entry = program.routine(() => {
      program.forever(() => {
        program.runDraw(work);
        program.barrier(first, params.serialUs * US);
        program.barrier(second);
        if (thread === 0) program.mark(1);
      });
    });
    const template = w.template({
      comm: 'forkjoin',
      entry,
      ...birth,
      workingSet: params.workingSetKiB * 1024,
      touchRate: params.touchRate,
    });
    children.push({ entry, template, count: 1 });
  }
  return site.main('forkjoin', birth, children, FORK_THREAD_NS);
}

export const forkjoin = defineGenerator({
  name: 'forkjoin',
  description: 'threads that work for uneven times, meet at a barrier and let the last of them do a serial part',
  unit: 'rounds',
  params: {
    threads: integer(10, 1, 1024, 'number of threads', 'T'),
    workUs: integer(400, 1, 1_000_000, 'CPU time of a thread in a round, µs', 'WORK'),
    serialUs: integer(40, 0, 1_000_000, 'CPU time of the serial part, µs', 'SER'),
    skewPct: integer(30, 0, 100, 'how far the work of a thread is spread to either side, %', 'SKEW'),
    ...memory(64, 60),
  },
  build(params, machine) {
    const site = new Site('forkjoin', machine);
    return site.finish(addForkJoin(site, params), 'rounds', 'duration');
  },
});
