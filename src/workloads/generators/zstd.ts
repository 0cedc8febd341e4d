import { bimodal, logNormal } from '../distributions.js';
import { defineGenerator, integer, memory } from './params.js';
import { FORK_THREAD_NS, Site, US, orCpus, type Children } from './parts.js';

/** Pieces that a block is read in, and that it is written in when it is compressed (128 KiB of a block of 512). */
const READ_PIECES = 4;
const WRITE_PIECES = 2;
/** Pieces that may be read ahead. */
const READ_AHEAD = 10;
/** Blocks that may be under way beyond one for each worker. */
const MORE_BLOCKS = 2;

/**
 * `zstd -T WORKERS -B SIZE FILE` (1.5.4: lib/compress/zstdmt_compress.c, programs/fileio_asyncio.c):
 *
 *     reader ──pieces──► main ──blocks──► workers ──done, in order──► main ──pieces──► writer
 *
 * The main thread copies what was read and gives a block to whichever worker is free. Where none is, it waits for the oldest block
 * that is under way – the others may be done – and hands that on to the writer. A worker takes over what the block before it ends
 * with, adds its block to the checksum when those before it have been added, and compresses.
 */
export const zstd = defineGenerator({
  name: 'zstd',
  description: 'compression: a reader, a main thread that deals out blocks, workers that compress them, a writer; in order',
  unit: 'blocks',
  params: {
    workers: integer(0, 0, 256, 'number of workers (-T); 0: one for each CPU'),
    blocks: integer(400, 0, 10_000_000, 'blocks of the file; 0: without end'),
    readUs: integer(60, 1, 10_000_000, 'mean CPU time of reading a block, µs'),
    copyUs: integer(30, 1, 10_000_000, 'mean CPU time of the main thread for a block, µs'),
    prefixUs: integer(100, 0, 10_000_000, 'CPU time of a worker before the checksum, µs'),
    checksumUs: integer(20, 0, 10_000_000, 'CPU time of adding a block to the checksum, µs'),
    compressUs: integer(4000, 1, 100_000_000, 'mean CPU time of compressing an ordinary block, µs'),
    spreadPct: integer(25, 0, 200, 'standard deviation of that, as of a logarithm, %'),
    hardPct: integer(15, 0, 100, 'share of blocks that take longer, %'),
    hardFactor: integer(3, 1, 100, 'how many times as long they take'),
    writeUs: integer(40, 1, 10_000_000, 'mean CPU time of writing a block, µs'),
    order: {
      kind: 'choice',
      default: 'strict',
      choices: ['strict', 'completion'],
      doc: 'in which order blocks are added to the checksum and written; completion: as they get done',
    },
    ...memory(1024, 250),
  },
  build(params, machine) {
    const site = new Site('zstd', machine);
    const { w } = site;
    const { program } = w;
    const workers = orCpus(params.workers, machine);
    const total = params.blocks === 0 ? null : params.blocks;
    const part = (us: number, parts: number): number => w.distribution(logNormal((us * US) / parts, 0.3));
    const [read, write] = [part(params.readUs, READ_PIECES), part(params.writeUs, WRITE_PIECES)];
    const copy = part(params.copyUs, READ_PIECES + WRITE_PIECES);
    const [easy, hard] = [1, params.hardFactor].map((times) => logNormal(params.compressUs * times * US, params.spreadPct / 100));
    const compress = w.distribution(bimodal(easy!, hard!, params.hardPct / 100));
    const task = { comm: 'zstd', workingSet: params.workingSetKiB * 1024, touchRate: params.touchRate };
    const children: Children[] = [];
    const add = (body: () => void, own = task, count = 1): void => {
      const entry = program.routine(body);
      children.push({ entry, template: w.template({ ...own, entry }), count });
    };

    const [reads, pieces, jobs, writes] = [w.semaphore(), w.semaphore(), w.semaphore(), w.semaphore()];
    const [idle, places] = [w.semaphore(workers), w.semaphore(workers + MORE_BLOCKS)];
    // Blocks that no worker has begun, and that main has dealt out and not got back.
    const [left, under] = [w.semaphore(total ?? 0), w.semaphore()];
    const [begun, taken] = [w.semaphore(), w.semaphore()];
    // A place for each block that may be under way; with one place for all, the order is that in which they get there.
    const size = params.order === 'strict' ? workers + MORE_BLOCKS : 1;
    const turns = Array.from({ length: size }, (_, i) => w.semaphore(i === 0 ? 1 : 0));
    const done = Array.from({ length: size }, () => w.semaphore());

    const streaming = { ...task, workingSet: 262_144, touchRate: 500 };
    add(() => {
      program.repeat(total, () => {
        for (let piece = 0; piece < WRITE_PIECES; piece++) {
          program.wait(writes);
          program.runDraw(write);
        }
        program.mark(1);
      });
    }, streaming);
    add(() => {
      program.repeat(total === null ? null : total * READ_PIECES, () => {
        program.wait(reads);
        program.runDraw(read);
        program.post(pieces);
      });
    }, streaming);
    add(() => {
      program.forever(() => {
        program.wait(jobs);
        if (total !== null) program.takeOr(left, () => program.exit());
        program.numbered(begun, (block) => {
          program.run(params.prefixUs * US);
          program.waitAt(turns, block);
          program.run(params.checksumUs * US);
          program.postAt(turns, block, 1);
          program.runDraw(compress);
          program.post(idle);
          program.postAt(done, block);
        });
      });
    }, task, workers);

    const takeOldest = (): void => {
      program.numbered(taken, (block) => program.waitAt(done, block));
      for (let piece = 0; piece < WRITE_PIECES; piece++) {
        program.runDraw(copy);
        program.post(writes);
      }
      program.post(places);
    };
    const started = site.main('zstd', {}, children, FORK_THREAD_NS, () => {
      program.post(reads, READ_AHEAD);
      program.repeat(total, () => {
        for (let piece = 0; piece < READ_PIECES; piece++) {
          program.wait(pieces);
          program.runDraw(copy);
          program.post(reads);
        }
        for (const needed of [places, idle]) {
          program.takeOr(needed, () => {
            program.wait(under);
            takeOldest();
          });
        }
        program.post(under);
        program.post(jobs);
      });
      program.takeAll(under, takeOldest);
      program.post(jobs, workers);
      program.join();
    });
    return site.finish(started, 'blocks', total === null ? 'duration' : 'exit');
  },
});
