import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../../../input/cache-root.js';
import { InputError, OutsideError } from '../../../input/error.js';
import { makeDirectory } from '../../../input/make-directory.js';
import { METRIC_NAMES, type Metrics } from '../../../sim/records/metrics.js';
import type { JobResult } from '../../job.js';

/** What is kept of a run. Nothing in it depends on where and when it ran. */
export type StoredRun = Pick<JobResult, 'seed' | 'streamHash' | 'events' | 'simulatedNs' | 'finished' | 'metrics'>;

/**
 * Finished runs of all sweeps: a file for each cell (a scenario under a policy), a line for each seed.
 *
 *     ROOT/runs/ab/ab12….runs     CHECK {"seed":1,"streamHash":…}
 *
 * A line is appended in one write when its run has ended, so that a process that is killed loses no run that had ended, and several
 * may write at once. CHECK is the beginning of the sha256 of the rest: a line that a full disk or a power cut has torn is passed
 * over. Each write begins and ends a line, so that what comes after a torn one stands by itself.
 */
export class RunStore {
  private readonly root: string;
  private readonly made = new Set<string>();

  /** @param root the cache's directory; the user's otherwise */
  constructor(root = cacheRoot()) {
    this.root = join(root, 'runs');
  }

  /** The finished runs of a cell by seed. */
  read(cell: string): Map<number, StoredRun> {
    const runs = new Map<number, StoredRun>();
    let text: string;
    try {
      text = readFileSync(this.file(cell), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return runs;
      throw cannot(error);
    }
    for (const line of text.split('\n')) {
      const run = parseLine(line);
      if (run !== null) runs.set(run.seed, run);
    }
    return runs;
  }

  /** @throws OutsideError where the disk is full or may not be written to */
  append(cell: string, run: StoredRun): void {
    const folder = join(this.root, cell.slice(0, 2));
    try {
      if (!this.made.has(folder)) makeDirectory(folder);
      this.made.add(folder);
      appendFileSync(this.file(cell), `\n${formatLine(run)}\n`);
    } catch (error) {
      throw cannot(error);
    }
  }

  private file(cell: string): string {
    return join(this.root, cell.slice(0, 2), `${cell}.runs`);
  }
}

function cannot(error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOTDIR' || code === 'EEXIST') return new InputError('CFSLAB_CACHE', '', 'a directory', message);
  return new OutsideError(`the cache of runs cannot be used (CFSLAB_CACHE names another place): ${message}`);
}

/** One run as a line of the store, without its end. */
export function formatLine({ seed, streamHash, events, simulatedNs, finished, metrics }: StoredRun): string {
  const text = JSON.stringify({ seed, streamHash, events, simulatedNs, finished, metrics: METRIC_NAMES.map((name) => metrics[name]) });
  return `${checkOf(text)} ${text}`;
}

/** @returns null where the line is torn, or is none of ours */
export function parseLine(line: string): StoredRun | null {
  const at = line.indexOf(' ');
  const text = line.slice(at + 1);
  if (at < 0 || line.slice(0, at) !== checkOf(text)) return null;
  const { metrics, ...rest } = JSON.parse(text) as Omit<StoredRun, 'metrics'> & { readonly metrics: ReadonlyArray<number | null> };
  if (metrics.length !== METRIC_NAMES.length) return null;
  return { ...rest, metrics: Object.fromEntries(METRIC_NAMES.map((name, i) => [name, metrics[i]!])) as Metrics };
}

function checkOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
