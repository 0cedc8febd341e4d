import { defineGenerator, integer, memory } from './params.js';
import { FORK_PROCESS_NS, MS, Site, type Birth, type Children, type Started } from './parts.js';

/** Loops that the capture laboratory's program counts in a ms of CPU time of its machine. */
const LOOPS_PER_MS = 5;

/** What one `hogs N` is made of. */
export interface HogsParams {
  readonly n: number;
  readonly workingSetKiB: number;
  readonly touchRate: number;
}

/** `hogs N`: a process that forks N processes, each of which burns CPU for ever. */
export function addHogs(site: Site, params: HogsParams, birth: Birth = {}): Started {
  const { w } = site;
  const children: Children[] = [];
  const entry = w.program.routine(() => {
    w.program.forever(() => {
      w.program.run(MS);
      w.program.mark(LOOPS_PER_MS);
    });
  });
  for (let i = 0; i < params.n; i++) {
    const template = w.template({
      comm: `hog${i}`,
      entry,
      ...birth,
      workingSet: params.workingSetKiB * 1024,
      touchRate: params.touchRate,
    });
    children.push({ entry, template, count: 1 });
  }
  return site.main('hogs', birth, children, FORK_PROCESS_NS);
}

export const hogs = defineGenerator({
  name: 'hogs',
  description: 'processes that burn CPU for ever, each started with its own nice value',
  unit: 'loops',
  params: {
    nices: {
      kind: 'list',
      default: [0, 0, 0, 0, 0, 5, 5, -5, 10, -10, 0],
      min: -20,
      max: 19,
      doc: 'a nice value for each process; empty: `n` processes of nice 0 under one parent',
      env: 'NICES',
    },
    n: integer(9, 1, 4096, 'number of processes where `nices` is empty', 'N'),
    ...memory(16, 20),
  },
  build(params, machine) {
    const site = new Site('hogs', machine);
    if (params.nices.length === 0) return site.finish(addHogs(site, params), 'loops', 'duration');
    const started = params.nices.map((nice) => addHogs(site, { ...params, n: 1 }, { nice }));
    return site.finish(site.shell(started), 'loops', 'duration');
  },
});
