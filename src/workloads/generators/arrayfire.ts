import { uniform } from '../distributions.js';
import { defineGenerator, integer, memory } from './params.js';
import { FORK_THREAD_NS, Site, US, orCpus, type Children } from './parts.js';

export const arrayfire = defineGenerator({
  name: 'arrayfire',
  description: 'numeric kernels: a main task gives kernels of changing size to a pool of threads, waits for all, goes on',
  unit: 'kernels',
  params: {
    threads: integer(0, 0, 1024, 'threads of the pool; 0: one for each CPU but the main task\'s'),
    kernels: integer(16, 1, 256, 'different kernels, done in turn'),
    rounds: integer(50, 0, 1_000_000, 'rounds through all kernels; 0: for ever'),
    minUs: integer(80, 1, 10_000_000, 'CPU time of a thread in the smallest kernel, µs'),
    maxUs: integer(3000, 1, 10_000_000, 'CPU time of a thread in the largest kernel, µs'),
    skewPct: integer(25, 0, 100, 'how far the parts of a kernel are spread to either side, %'),
    serialUs: integer(60, 0, 10_000_000, 'mean CPU time of the main task between kernels, µs'),
    ...memory(512, 400),
  },
  build(params, machine) {
    const site = new Site('arrayfire', machine);
    const { w } = site;
    const { program } = w;
    const threads = params.threads === 0 ? Math.max(1, orCpus(0, machine) - 1) : params.threads;
    const go = w.semaphore();
    const done = w.barrier(threads + 1);
    const serial = w.distribution(uniform(0, 2 * params.serialUs * US));
    const parts = kernelSizes(site, params).map((ns) => {
      const spread = Math.floor((ns * params.skewPct) / 100);
      return w.distribution(uniform(ns - spread, ns + spread));
    });
    const rounds = params.rounds === 0 ? null : params.rounds;
    const task = { workingSet: params.workingSetKiB * 1024, touchRate: params.touchRate };

    const entry = program.routine(() => {
      program.repeat(rounds, () => {
        for (const part of parts) {
          program.wait(go);
          program.runDraw(part);
          program.barrier(done);
        }
      });
    });
    const pool: Children = { entry, template: w.template({ comm: 'arrayfire', entry, ...task }), count: threads };
    const started = site.main('arrayfire', {}, [pool], FORK_THREAD_NS, () => {
      program.workingSet(task.workingSet, task.touchRate);
      program.repeat(rounds, () => {
        for (const part of parts) {
          if (params.serialUs > 0) program.runDraw(serial);
          program.post(go, threads);
          program.runDraw(part);
          program.barrier(done);
          program.mark(1);
        }
      });
      program.join();
    });
    return site.finish(started, 'kernels', rounds === null ? 'duration' : 'exit');
  },
});

/** Sizes in ns: small ones often, large ones seldom (the square of an even draw). */
function kernelSizes(site: Site, params: { kernels: number; minUs: number; maxUs: number }): number[] {
  const random = site.stream('kernel sizes');
  const low = Math.min(params.minUs, params.maxUs);
  const high = Math.max(params.minUs, params.maxUs);
  return Array.from({ length: params.kernels }, () => {
    const at = random.below(1024) / 1023;
    return Math.round((low + (high - low) * at * at) * US);
  });
}
