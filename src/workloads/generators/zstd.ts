import { bimodal, logNormal } from '../distributions.js';
import { defineGenerator, integer, memory } from './params.js';
import { FORK_THREAD_NS, Site, US, orCpus, share, type Children } from './parts.js';

export const zstd = defineGenerator({
  name: 'zstd',
  description: 'compression: a reader cuts blocks, workers compress them, a writer puts them out in order',
  unit: 'blocks',
  params: {
    workers: integer(0, 0, 256, 'number of workers (-T); 0: one for each CPU'),
    blocks: integer(400, 0, 10_000_000, 'blocks of the file; 0: without end'),
    readUs: integer(60, 1, 10_000_000, 'mean CPU time of reading a block, µs'),
    compressUs: integer(4000, 1, 100_000_000, 'mean CPU time of compressing an ordinary block, µs'),
    hardPct: integer(15, 0, 100, 'share of blocks that take longer, %'),
    hardFactor: integer(3, 1, 100, 'how many times as long they take'),
    writeUs: integer(40, 1, 10_000_000, 'mean CPU time of writing a block, µs'),
    slots: integer(2, 1, 1024, 'blocks that may be under way, for each worker'),
    order: {
      kind: 'choice',
      default: 'strict',
      choices: ['strict', 'completion'],
      doc: 'strict: blocks are dealt out in turn and written in order; completion: one queue, written as they get done',
    },
    ...memory(1024, 250),
  },
  build(params, machine) {
    const site = new Site('zstd', machine);
    const { w } = site;
    const { program } = w;
    const workers = orCpus(params.workers, machine);
    const total = params.blocks === 0 ? null : params.blocks;
    const read = w.distribution(logNormal(params.readUs * US, 0.3));
    const write = w.distribution(logNormal(params.writeUs * US, 0.3));
    const easy = logNormal(params.compressUs * US, 0.25);
    const hard = logNormal(params.compressUs * params.hardFactor * US, 0.25);
    const compress = w.distribution(bimodal(easy, hard, params.hardPct / 100));
    const task = { comm: 'zstd', workingSet: params.workingSetKiB * 1024, touchRate: params.touchRate };
    const children: Children[] = [];

    // One queue for all, or one for each worker: where blocks wait, and where they are handed on.
    const queues = params.order === 'strict' ? workers : 1;
    const jobs = Array.from({ length: queues }, () => w.semaphore());
    const done = Array.from({ length: queues }, () => w.semaphore());
    const free = w.semaphore(workers * params.slots);

    for (let worker = 0; worker < workers; worker++) {
      const queue = worker % queues;
      const entry = program.routine(() => {
        program.repeat(total === null ? null : share(total, workers, worker), () => {
          program.wait(jobs[queue]!);
          program.runDraw(compress);
          program.post(done[queue]!);
        });
      });
      children.push({ entry, template: w.template({ ...task, entry }), count: 1 });
    }
    const inTurn = (each: (queue: number) => void): void => {
      program.repeat(total === null ? null : Math.floor(total / queues), () => {
        for (let queue = 0; queue < queues; queue++) each(queue);
      });
      for (let queue = 0; queue < (total ?? 0) % queues; queue++) each(queue);
    };
    const writer = program.routine(() => {
      inTurn((queue) => {
        program.wait(done[queue]!);
        program.runDraw(write);
        program.mark(1);
        program.post(free);
      });
    });
    const writes = w.template({ comm: 'zstd', entry: writer, workingSet: 262_144, touchRate: 500 });
    children.push({ entry: writer, template: writes, count: 1 });
    const started = site.main('zstd', {}, children, FORK_THREAD_NS, () => {
      inTurn((queue) => {
        program.wait(free);
        program.runDraw(read);
        program.post(jobs[queue]!);
      });
      program.join();
    });
    return site.finish(started, 'blocks', total === null ? 'duration' : 'exit');
  },
});
