import type { JobVariant } from '../../job.js';
import type { StoredRun } from '../store/run-store.js';

/** One run to be made: plain data, the same for every engine. */
export interface RunRequest {
  /** The cell's identity. */
  readonly cell: string;
  /** Index of the base scenario. */
  readonly base: number;
  readonly variant: JobVariant;
  readonly policy: string;
  readonly seed: number;
}

/** Makes runs somewhere, in any order. */
export interface Engine {
  readonly name: string;
  /** Threads of this machine that it runs on; absent where others make the runs. */
  readonly threads?: number;
  /** Wall time that these threads have spent inside of simulations so far, added up, ns. Says how much a sweep itself takes; no result depends on it. */
  readonly simulatingNs?: () => number;
  /**
   * Makes all of them. Each is handed over as it ends.
   * @throws StoppedError where the signal stopped it, and what went wrong with a run
   */
  run(requests: readonly RunRequest[], onRun: (index: number, run: StoredRun) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
