import { FOREVER } from '../../sim/programs/program.js';
import { defineGenerator, integer, memory } from './params.js';
import { Site } from './parts.js';

export const spinners = defineGenerator({
  name: 'spinners',
  description: 'tasks that run all the time, with a list of nice values, on some or all CPUs',
  unit: '',
  params: {
    tasks: integer(8, 1, 8192, 'number of tasks'),
    nices: { kind: 'list', default: [0], min: -20, max: 19, doc: 'nice values, dealt out in turn; empty: all 0' },
    cpus: { kind: 'list', default: [], min: 0, max: 65_535, cpus: true, doc: 'CPUs that they may run on; empty: all' },
    staggerUs: integer(0, 0, 1_000_000, 'time from one birth to the next, µs'),
    ...memory(32, 40),
  },
  build(params, machine) {
    const site = new Site('spinners', machine);
    const { w } = site;
    const entry = w.program.routine(() => {
      w.program.forever(() => {
        w.program.run(FOREVER);
      });
    });
    const mask = params.cpus.length > 0 ? w.mask(params.cpus) : 0;
    const home = params.cpus[0] ?? 0;
    for (let i = 0; i < params.tasks; i++) {
      const template = w.template({
        comm: 'spinner',
        entry,
        nice: params.nices[i % Math.max(params.nices.length, 1)] ?? 0,
        mask,
        workingSet: params.workingSetKiB * 1024,
        touchRate: params.touchRate,
      });
      w.initial(template, i * params.staggerUs * 1000, home);
    }
    return w.build({ name: 'spinners', unit: '', ends: 'duration', maxTasks: params.tasks });
  },
});
