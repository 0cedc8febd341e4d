import { addForkJoin } from './forkjoin.js';
import { addHogs } from './hogs.js';
import { defineGenerator, integer, memory, type ListSpec } from './params.js';
import { Site } from './parts.js';
import { addReqResp } from './reqresp.js';
import { addThreadPool } from './threadpool.js';

function cpus(what: string, env: string): ListSpec {
  const doc = `CPUs of ${what}; empty: chosen by the machine's size`;
  return { kind: 'list', default: [], min: 0, max: 65_535, cpus: true, doc, env };
}

export const pinned = defineGenerator({
  name: 'pinned',
  description: 'hogs bound to single CPUs and a bound pool, next to tasks that may run anywhere',
  unit: 'steps',
  params: {
    m1: cpus('the first two hogs', 'M1'),
    m2: cpus('the next two hogs', 'M2'),
    m3: cpus('three more hogs', 'M3'),
    m4: cpus('the thread pool', 'M4'),
    c: integer(24, 1, 4096, 'clients', 'C'),
    t: integer(4, 1, 1024, 'threads of the fork-join', 'T'),
    ...memory(64, 60),
  },
  build(params, machine) {
    const site = new Site('pinned', machine);
    const { workingSetKiB, touchRate } = params;
    const tasks = { workingSetKiB, touchRate };
    // On eight CPUs: 0, 2, 4-5 and 6-7, as the capture laboratory has them.
    const bound = (given: readonly number[], chosen: readonly number[]): { mask: number } => {
      return { mask: site.w.mask(given.length > 0 ? given : chosen.map((cpu) => cpu % machine.cpus)) };
    };
    const pool = { workers: 6, hogs: 0, minUs: 100, maxUs: 400, idleUs: 500, hogMs: 30, ...tasks };
    const started = [
      addHogs(site, { n: 2, ...tasks }, bound(params.m1, [0])),
      addHogs(site, { n: 2, ...tasks }, bound(params.m2, [2])),
      addHogs(site, { n: 3, ...tasks }, bound(params.m3, [4, 5])),
      addThreadPool(site, pool, bound(params.m4, [6, 7])),
      addReqResp(site, { clients: params.c, workers: 12, ...tasks }),
      addForkJoin(site, { threads: params.t, workUs: 150, serialUs: 20, skewPct: 40, ...tasks }),
    ];
    return site.finish(site.shell(started), 'steps', 'duration');
  },
});
