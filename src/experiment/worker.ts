import { workerData } from 'node:worker_threads';
import { JobRunner, type Job } from './job.js';
import { describeFailure, type WorkerAnswer, type WorkerData } from './pool-messages.js';

/**
 * A thread of the pool. Its answer depends on the job alone.
 */
const { scenarios, control } = workerData as WorkerData;
const cells = new Int32Array(control);
const runner = new JobRunner(scenarios);

/** Makes one run; `slot` is where it tells how far it is. */
export default async function work(job: Job & { slot: number }): Promise<WorkerAnswer> {
  const progress = (share: number): boolean => {
    Atomics.store(cells, job.slot, Math.min(1000, Math.round(share * 1000)));
    return Atomics.load(cells, 0) === 0;
  };
  try {
    return { ok: true, result: await runner.run(job, progress) };
  } catch (error) {
    return { ok: false, failure: describeFailure(error) };
  }
}
