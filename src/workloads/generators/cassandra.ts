import { bimodal, exponential, logNormal } from '../distributions.js';
import { defineGenerator, integer, memory } from './params.js';
import { FORK_THREAD_NS, Site, US, MS, share, type Children } from './parts.js';

/** Requests after which the order of reads and writes that one transport thread sees repeats. */
const PATTERN = 32;
/** Requests of a pattern for one sign of life to the collector, and writes for one to the compaction. */
const SIGN = 32;

/**
 * Closed-loop clients, a stage of transport threads, a stage each for reads and writes, a commit log, compaction, and a
 * stop-the-world collector. The collector closes a gate, waits until no thread works on a request, lets its threads run,
 * and opens the gate. Both it and the compaction are set off by work done, as memory that is used up sets them off.
 */
export const cassandra = defineGenerator({
  name: 'cassandra',
  description: 'a database: clients, staged thread pools with queues, a commit log, compaction and collector pauses',
  unit: 'requests',
  params: {
    clients: integer(64, 1, 4096, 'number of clients'),
    transports: integer(16, 1, 512, 'transport threads'),
    readers: integer(16, 1, 512, 'threads of the read stage'),
    writers: integer(16, 1, 512, 'threads of the mutation stage'),
    compactors: integer(2, 0, 64, 'compaction threads'),
    readPct: integer(50, 0, 100, 'share of reads, %'),
    requests: integer(0, 0, 100_000_000, 'requests in all; 0: without end'),
    thinkUs: integer(500, 0, 10_000_000, 'mean time a client thinks, µs'),
    readUs: integer(180, 1, 10_000_000, 'mean CPU time of a read, µs'),
    writeUs: integer(70, 1, 10_000_000, 'mean CPU time of a write, µs'),
    compactMs: integer(40, 1, 100_000, 'mean CPU time of a compaction, ms'),
    compactWrites: integer(4096, 32, 100_000_000, 'writes for one compaction'),
    gcThreads: integer(4, 0, 256, 'threads of the collector; 0: no collector'),
    gcMs: integer(6, 1, 10_000, 'mean CPU time of a collector thread in a pause, ms'),
    gcRequests: integer(8192, 32, 100_000_000, 'requests for one pause'),
    ...memory(256, 120),
  },
  build(params, machine) {
    const site = new Site('cassandra', machine);
    const { w } = site;
    const { program } = w;
    const [requests, answers] = [w.semaphore(), w.semaphore()];
    const [reads, writes, log] = [w.semaphore(), w.semaphore(), w.semaphore()];
    const [dirty, full] = [w.semaphore(), w.semaphore()];
    const mutators = params.transports + params.readers + params.writers;
    const [permits, gate] = [w.semaphore(mutators), w.mutex()];
    const collects = params.gcThreads > 0;
    const total = params.requests === 0 ? null : params.requests;
    const task = { workingSet: params.workingSetKiB * 1024, touchRate: params.touchRate };
    const children: Children[] = [];
    const add = (comm: string, count: number, body: () => void): void => {
      if (count === 0) return;
      const entry = program.routine(body);
      children.push({ entry, template: w.template({ comm, entry, ...task }), count });
    };
    /** Work that the collector must wait for, and that waits for the collector. */
    const mutate = (body: () => void): void => {
      if (collects) {
        program.section(gate, () => program.wait(permits));
      }
      body();
      if (collects) program.post(permits);
    };

    // Transport threads: each has drawn beforehand which of its requests are reads.
    const decode = w.distribution(logNormal(25 * US, 0.4));
    let readTotal = 0;
    let signs = 0;
    for (let thread = 0; thread < params.transports; thread++) {
      const random = site.stream(`transport ${thread}`);
      const isRead = Array.from({ length: PATTERN }, () => random.below(100) < params.readPct);
      const quota = total === null ? PATTERN : share(total, params.transports, thread);
      const rounds = Math.floor(quota / PATTERN);
      const rest = isRead.slice(0, quota % PATTERN);
      readTotal += rounds * isRead.filter(Boolean).length + rest.filter(Boolean).length;
      signs += rounds;
      const serve = (read: boolean): void => {
        program.wait(requests);
        mutate(() => program.runDraw(decode));
        program.post(read ? reads : writes);
      };
      add('Native-Transpor', 1, () => {
        program.repeat(total === null ? null : rounds, () => {
          isRead.forEach(serve);
          if (collects) program.post(full);
        });
        rest.forEach(serve);
      });
    }

    const answer = (): void => {
      program.mark(1);
      program.post(answers);
    };
    const read = w.distribution(bimodal(logNormal(params.readUs * US, 0.5), logNormal(4 * params.readUs * US, 0.5), 0.05));
    for (let thread = 0; thread < params.readers; thread++) {
      add('ReadStage', 1, () => {
        program.repeat(total === null ? null : share(readTotal, params.readers, thread), () => {
          program.wait(reads);
          mutate(() => program.runDraw(read));
          answer();
        });
      });
    }
    const write = w.distribution(logNormal(params.writeUs * US, 0.5));
    const writeTotal = (total ?? 0) - readTotal;
    let writeSigns = 0;
    for (let thread = 0; thread < params.writers; thread++) {
      const quota = total === null ? SIGN : share(writeTotal, params.writers, thread);
      writeSigns += Math.floor(quota / SIGN);
      const serve = (): void => {
        program.wait(writes);
        mutate(() => program.runDraw(write));
        program.post(log);
        answer();
      };
      add('MutationStage', 1, () => {
        program.repeat(total === null ? null : Math.floor(quota / SIGN), () => {
          program.loop(SIGN, serve);
          if (params.compactors > 0) program.post(dirty);
        });
        if (total !== null) program.loop(quota % SIGN, serve);
      });
    }
    const append = w.distribution(logNormal(12 * US, 0.4));
    add('COMMIT-LOG-WRIT', 1, () => {
      program.repeat(total === null ? null : writeTotal, () => {
        program.wait(log);
        program.runDraw(append);
      });
    });

    // Compaction and collection, each for so many signs.
    const compact = w.distribution(logNormal(params.compactMs * MS, 0.6));
    const perCompaction = Math.max(1, Math.floor(params.compactWrites / SIGN));
    const compactions = Math.floor(writeSigns / perCompaction);
    for (let thread = 0; thread < params.compactors; thread++) {
      add('CompactionExecu', 1, () => {
        program.repeat(total === null ? null : share(compactions, params.compactors, thread), () => {
          program.loop(perCompaction, () => program.wait(dirty));
          program.runDraw(compact);
        });
      });
    }
    if (collects) {
      const perPause = Math.max(1, Math.floor(params.gcRequests / PATTERN));
      const pauses = total === null ? null : Math.floor(signs / perPause);
      const [begin, end] = [w.semaphore(), w.barrier(params.gcThreads + 1)];
      const pause = w.distribution(exponential(params.gcMs * MS));
      add('VM Thread', 1, () => {
        program.repeat(pauses, () => {
          program.loop(perPause, () => program.wait(full));
          program.section(gate, () => {
            program.loop(mutators, () => program.wait(permits));
            program.run(20 * US);
            program.post(begin, params.gcThreads);
            program.barrier(end);
            program.post(permits, mutators);
          });
        });
      });
      add('GC Thread', params.gcThreads, () => {
        program.repeat(pauses, () => {
          program.wait(begin);
          program.runDraw(pause);
          program.barrier(end);
        });
      });
    }

    const think = w.distribution(exponential(params.thinkUs * US));
    const prepare = w.distribution(logNormal(15 * US, 0.4));
    const quotas = new Map<number | null, number>();
    for (let client = 0; client < params.clients; client++) {
      const quota = total === null ? null : share(total, params.clients, client);
      quotas.set(quota, (quotas.get(quota) ?? 0) + 1);
    }
    for (const [quota, count] of quotas) {
      add('client', count, () => {
        program.repeat(quota, () => {
          if (params.thinkUs > 0) program.sleepDraw(think);
          program.runDraw(prepare);
          program.post(requests);
          program.wait(answers);
        });
      });
    }
    return site.finish(site.main('java', {}, children, FORK_THREAD_NS), 'requests', total === null ? 'duration' : 'exit');
  },
});
