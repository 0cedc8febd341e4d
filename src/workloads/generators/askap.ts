import { logNormal } from '../distributions.js';
import { defineGenerator, integer, memory } from './params.js';
import { FORK_THREAD_NS, MS, Site, US, orCpus, type Children } from './parts.js';

export const askap = defineGenerator({
  name: 'askap',
  description: 'convolution and deconvolution: long-running threads with large working sets that meet after every phase',
  unit: 'iterations',
  params: {
    threads: integer(0, 0, 1024, 'number of threads; 0: one for each CPU'),
    iterations: integer(20, 0, 1_000_000, 'iterations; 0: for ever'),
    gridMs: integer(40, 1, 100_000, 'mean CPU time of a thread in the gridding phase, ms'),
    degridMs: integer(30, 0, 100_000, 'mean CPU time of a thread in the degridding phase, ms'),
    imbalancePct: integer(10, 0, 200, 'spread of the phases between threads, % of their mean'),
    reduceUs: integer(500, 0, 10_000_000, 'CPU time of the reduction after each iteration, µs'),
    ...memory(8192, 2000),
  },
  build(params, machine) {
    const site = new Site('askap', machine);
    const { w } = site;
    const { program } = w;
    const threads = orCpus(params.threads, machine);
    const spread = params.imbalancePct / 100;
    const grid = w.distribution(logNormal(params.gridMs * MS, spread));
    const degrid = params.degridMs === 0 ? null : w.distribution(logNormal(params.degridMs * MS, spread));
    const [gridded, degridded, reduced] = [w.barrier(threads), w.barrier(threads), w.barrier(threads)];
    const iterations = params.iterations === 0 ? null : params.iterations;
    const children: Children[] = [];
    for (const [first, count] of [
      [true, 1],
      [false, threads - 1],
    ] as const) {
      if (count === 0) continue;
      const entry = program.routine(() => {
        program.repeat(iterations, () => {
          program.runDraw(grid);
          program.barrier(gridded);
          if (degrid !== null) {
            program.runDraw(degrid);
            program.barrier(degridded);
          }
          // The first thread adds the others' grids up while they wait.
          if (first) {
            program.run(params.reduceUs * US);
            program.mark(1);
          }
          program.barrier(reduced);
        });
      });
      const template = w.template({
        comm: 'tConvolve',
        entry,
        workingSet: params.workingSetKiB * 1024,
        touchRate: params.touchRate,
      });
      children.push({ entry, template, count });
    }
    const started = site.main('tConvolve', {}, children, FORK_THREAD_NS);
    return site.finish(started, 'iterations', iterations === null ? 'duration' : 'exit');
  },
});
