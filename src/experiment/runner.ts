import { join } from 'node:path';
import { InputError, StoppedError } from '../input/error.js';
import type { Job, JobResult } from './job.js';
import { openPool, type Pool } from './pool.js';
import type { ResolvedScenario } from './resolved.js';

/** How a set of runs is made. Nothing here changes a result. */
export interface RunnerOptions {
  /** Threads; 0: in this one. */
  readonly jobs: number;
  /** Stops everything when aborted. */
  readonly signal?: AbortSignal;
  /** Called now and then with the runs done (in fractions) and their number. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Directory that each run's bundle is written under; absent: none is kept. */
  readonly bundles?: string;
}

const PROGRESS_MS = 200;

/**
 * The runs of policies × workloads × seeds in the order that results have. Policies and workloads are in the order they
 * were asked for in, so that the baseline comes first.
 */
export function planJobs(scenarios: readonly ResolvedScenario[], policies: readonly string[], bundles?: string): Job[] {
  const names = scenarios.map((scenario) => scenario.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError('compare', '', 'scenarios of different names', `two called ${twice}`);
  return policies.flatMap((policy) =>
    scenarios.flatMap(({ name, seeds }, scenario) =>
      seeds.map((seed) => {
        const bundle = bundles === undefined ? null : join(bundles, bundlePath(policy, name, seed));
        return { scenario, policy, seed, bundle };
      }),
    ),
  );
}

/** Where a run's bundle stands below the output directory. */
export function bundlePath(policy: string, workload: string, seed: number): string {
  return join(policy.replace(/[^A-Za-z0-9._=,-]+/g, '_'), workload, `seed-${seed}`);
}

/**
 * Makes the runs. The results are in the order of the jobs, whatever the number of threads; the first failure, in order
 * of the jobs that have ended, stops the rest.
 *
 * @throws StoppedError where the signal stopped it
 */
export async function runJobs(
  scenarios: readonly ResolvedScenario[],
  jobs: readonly Job[],
  options: RunnerOptions,
): Promise<JobResult[]> {
  const pool = openPool(scenarios, Math.min(options.jobs, jobs.length));
  const results = new Array<JobResult | undefined>(jobs.length);
  let done = 0;
  const tell = (): void => options.onProgress?.(Math.min(done + pool.underWay(), jobs.length), jobs.length);
  const timer = options.onProgress === undefined ? null : setInterval(tell, PROGRESS_MS);
  try {
    await untilAborted(options.signal, pool, async () => {
      // One seed of one workload after another, all policies of it in a row: a thread then builds a workload once.
      await Promise.all(
        byWorkload(jobs).map(async (i) => {
          results[i] = await pool.run(jobs[i]!);
          done += 1;
          tell();
        }),
      );
    });
  } finally {
    if (timer !== null) clearInterval(timer);
    await pool.close();
  }
  return results.map((result) => result!);
}

/** Indices of the jobs, by scenario, then seed, then as they were. */
function byWorkload(jobs: readonly Job[]): number[] {
  const order = jobs.map((_, i) => i);
  return order.sort((i, j) => jobs[i]!.scenario - jobs[j]!.scenario || jobs[i]!.seed - jobs[j]!.seed || i - j);
}

async function untilAborted(signal: AbortSignal | undefined, pool: Pool, work: () => Promise<void>): Promise<void> {
  if (signal === undefined) return work();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      reject(new StoppedError('interrupted'));
      void pool.close();
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    work().then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
