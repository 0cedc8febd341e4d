import { addForkJoin } from './forkjoin.js';
import { addHogs } from './hogs.js';
import { defineGenerator, integer, memory } from './params.js';
import { Site } from './parts.js';
import { addReqResp } from './reqresp.js';

export const oversub = defineGenerator({
  name: 'oversub',
  description: 'oversubscription: two fork-joins wider than the machine, hogs, and requests with responses',
  unit: 'steps',
  params: {
    n: integer(4, 0, 4096, 'number of hogs', 'N'),
    t1: integer(14, 1, 1024, 'threads of the fork-join of 320 µs rounds', 'T1'),
    t2: integer(9, 1, 1024, 'threads of the fork-join of 90 µs rounds', 'T2'),
    c: integer(12, 1, 4096, 'clients', 'C'),
    ...memory(64, 60),
  },
  build(params, machine) {
    const site = new Site('oversub', machine);
    const { workingSetKiB, touchRate } = params;
    const tasks = { workingSetKiB, touchRate };
    const started = [
      addHogs(site, { n: params.n, ...tasks }),
      addForkJoin(site, { threads: params.t1, workUs: 320, serialUs: 40, skewPct: 60, ...tasks }),
      addForkJoin(site, { threads: params.t2, workUs: 90, serialUs: 15, skewPct: 40, ...tasks }),
      addReqResp(site, { clients: params.c, workers: 6, ...tasks }),
    ];
    return site.finish(site.shell(started), 'steps', 'duration');
  },
});
