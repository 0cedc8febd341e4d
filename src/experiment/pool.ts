import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { JobRunner, type Job, type JobResult } from './job.js';
import { revive, type WorkerAnswer, type WorkerData } from './pool-messages.js';
import type { ResolvedScenario } from './resolved.js';
import { StoppedError } from '../input/error.js';

/** Runs jobs, in whatever order; the results do not depend on it. */
export interface Pool {
  run(job: Job): Promise<JobResult>;
  /** Shares of the jobs under way that are done, added up: 2.5 is two and a half jobs. */
  underWay(): number;
  /** Stops what runs and gives the threads back. */
  close(): Promise<void>;
}

/**
 * Threads need the compiled worker. From sources (under a test runner) there is none beside this file, and a compiled
 * one elsewhere may be older: then jobs run in this thread, one after another, which gives the same results.
 */
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** What a pool may take of the machine. */
export interface PoolOptions {
  /** The most MiB of heap that a thread may use; a run that needs more fails. Absent: what Node allows. */
  readonly memoryMiB?: number;
}

/** @param threads 0: in this thread */
export function openPool(scenarios: readonly ResolvedScenario[], threads: number, options: PoolOptions = {}): Pool {
  return threads === 0 || !existsSync(WORKER) ? inThisThread(scenarios) : inThreads(scenarios, threads, options);
}

function inThisThread(scenarios: readonly ResolvedScenario[]): Pool {
  const runner = new JobRunner(scenarios);
  let stop = false;
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(job) {
      const mine = last.then(() => runner.run(job, () => !stop));
      last = mine.catch(() => undefined);
      return mine;
    },
    underWay: () => 0,
    close() {
      stop = true;
      return Promise.resolve();
    },
  };
}

function inThreads(scenarios: readonly ResolvedScenario[], threads: number, { memoryMiB }: PoolOptions): Pool {
  const control = new SharedArrayBuffer(4 * (threads + 1));
  const cells = new Int32Array(control);
  const workerData: WorkerData = { scenarios, control };
  const piscina = new Piscina<Job & { slot: number }, WorkerAnswer>({
    filename: WORKER,
    minThreads: threads,
    maxThreads: threads,
    workerData,
    // Slots are handed out here, so no more jobs may be under way than there are slots.
    concurrentTasksPerWorker: 1,
    ...(memoryMiB === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memoryMiB } }),
  });
  const free = Array.from({ length: threads }, (_, i) => i + 1);
  const waiting: Array<(slot: number | null) => void> = [];
  let closed = false;
  return {
    async run(job) {
      // A slot goes from hand to hand, so that nobody who comes between takes it.
      const slot = free.pop() ?? (await new Promise<number | null>((resolve) => waiting.push(resolve)));
      if (closed || slot === null) throw new StoppedError('stopped');
      try {
        const answer = await piscina.run({ ...job, slot });
        if (!answer.ok) throw revive(answer.failure);
        return answer.result;
      } finally {
        Atomics.store(cells, slot, 0);
        const next = waiting.shift();
        if (next === undefined) free.push(slot);
        else next(slot);
      }
    },
    underWay() {
      let sum = 0;
      for (let i = 1; i < cells.length; i++) sum += Atomics.load(cells, i) / 1000;
      return sum;
    },
    async close() {
      closed = true;
      Atomics.store(cells, 0, 1);
      await piscina.destroy();
      for (const resolve of waiting.splice(0)) resolve(null);
    },
  };
}
