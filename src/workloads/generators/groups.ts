import { addForkJoin } from './forkjoin.js';
import { addHogs } from './hogs.js';
import { defineGenerator, integer, memory } from './params.js';
import { Site, US } from './parts.js';
import { addReqResp } from './reqresp.js';
import { addThreadPool } from './threadpool.js';

export const groups = defineGenerator({
  name: 'groups',
  description: 'three task groups: two of different weight and one with a bandwidth limit',
  unit: 'steps',
  params: {
    weightA: integer(100, 1, 10_000, 'cpu.weight of group a', 'WA'),
    weightB: integer(400, 1, 10_000, 'cpu.weight of group b', 'WB'),
    quotaUs: integer(150_000, 0, 100_000_000, 'cpu.max quota of group c, µs; 0 for none, else at least 1000', 'QC'),
    periodUs: integer(50_000, 1_000, 1_000_000, 'cpu.max period of group c, µs'),
    nc: integer(5, 0, 4096, 'number of hogs in group c', 'NC'),
    ...memory(64, 60),
  },
  build(params, machine) {
    const site = new Site('groups', machine);
    const { workingSetKiB, touchRate } = params;
    const tasks = { workingSetKiB, touchRate };
    const quotaNs = params.quotaUs === 0 ? null : Math.max(params.quotaUs, 1000) * US;
    const a = { group: site.w.group({ name: '/a', weight: params.weightA }) };
    const b = { group: site.w.group({ name: '/b', weight: params.weightB }) };
    const c = { group: site.w.group({ name: '/c', quotaNs, periodNs: params.periodUs * US }) };
    const pool = { workers: 10, hogs: 1, minUs: 100, maxUs: 400, idleUs: 800, hogMs: 30, ...tasks };
    const started = [
      addHogs(site, { n: 4, ...tasks }, a),
      addReqResp(site, { clients: 16, workers: 6, ...tasks }, a),
      addHogs(site, { n: 3, ...tasks }, b),
      addThreadPool(site, pool, b),
      addHogs(site, { n: params.nc, ...tasks }, c),
      addForkJoin(site, { threads: 3, workUs: 300, serialUs: 40, skewPct: 40, ...tasks }, c),
    ];
    return site.finish(site.shell(started), 'steps', 'duration');
  },
});
