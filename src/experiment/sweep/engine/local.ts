import type { JobResult } from '../../job.js';
import { openPool, type PoolOptions } from '../../pool.js';
import type { ResolvedScenario } from '../../resolved.js';
import type { StoredRun } from '../store/run-store.js';
import type { Engine, RunRequest } from './types.js';
import { StoppedError } from '../../../input/error.js';

/** Jobs that are handed to the pool for each thread before one of them has ended. */
const AHEAD = 4;

/** The threads of this machine. @param threads 0: this one */
export function localEngine(scenarios: readonly ResolvedScenario[], threads: number, options: PoolOptions = {}): Engine {
  const pool = openPool(scenarios, threads, options);
  let simulatingNs = 0;
  return {
    name: 'local',
    threads: Math.max(1, threads),
    simulatingNs: () => simulatingNs,
    async run(requests, onRun, signal) {
      const order = byWorkload(requests);
      let next = 0;
      let failure: Error | null = null;
      const stop = (): void => {
        failure ??= new StoppedError('interrupted');
        void pool.close();
      };
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      const feed = async (): Promise<void> => {
        while (next < order.length && failure === null) {
          const index = order[next++]!;
          const { base: scenario, policy, seed, variant } = requests[index]!;
          try {
            const result = await pool.run({ scenario, policy, seed, variant, bundle: null });
            simulatingNs += result.wallNs;
            if (failure === null) onRun(index, storedRun(result));
          } catch (error) {
            failure ??= error as Error;
          }
        }
      };
      try {
        await Promise.all(Array.from({ length: Math.max(1, threads * AHEAD) }, feed));
      } finally {
        signal.removeEventListener('abort', stop);
      }
      // A closure sets it, which the compiler does not see.
      const failed = failure as Error | null;
      if (failed !== null) throw failed;
    },
    close: () => pool.close(),
  };
}

/** What is kept of a run's result. */
export function storedRun({ seed, streamHash, events, simulatedNs, finished, metrics }: JobResult): StoredRun {
  return { seed, streamHash, events, simulatedNs, finished, metrics };
}

/** Indices by scenario and seed: runs of one workload follow each other, so that a thread builds it once. */
function byWorkload(requests: readonly RunRequest[]): number[] {
  const order = requests.map((_, i) => i);
  return order.sort((i, j) => requests[i]!.base - requests[j]!.base || requests[i]!.seed - requests[j]!.seed || i - j);
}
