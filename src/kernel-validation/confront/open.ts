import { openBundle } from '../../bundle/read.js';
import type { Model } from '../../libml/index.js';
import { runAgreement, totalAgreement, type RunAgreement } from './decisions.js';
import { runOf, type Run } from './run.js';
import type { DecisionAgreement, SideName } from './types.js';
import { StoppedError } from '../../input/error.js';

/** A bundle that the user named, and what it is to be. */
export interface NamedBundle {
  readonly side: SideName;
  readonly directory: string;
}

export interface OpenOptions {
  /** By the hash that runs name. */
  readonly models: ReadonlyMap<string, Model>;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Opens the bundles one after another and keeps of each its figures, and how many of its recorded decisions are those of the
 * integer program.
 *
 * @throws InputError where one is not what it is to be, or was decided by a model that is not known; StoppedError
 */
export async function openRuns(
  named: readonly NamedBundle[], options: OpenOptions,
): Promise<{ readonly runs: readonly Run[]; readonly decisions: DecisionAgreement }> {
  const runs: Run[] = [];
  const agreements: RunAgreement[] = [];
  for (const { side, directory } of named) {
    const contents = await openBundle(directory);
    const run = runOf(directory, contents, side);
    const agreement = runAgreement(run, contents, options.models);
    if (agreement !== null) agreements.push(agreement);
    runs.push(run);
    options.onProgress(runs.length, named.length);
    // Reading is done in one go; between bundles Ctrl-C is heard.
    await new Promise((next) => setImmediate(next));
    if (options.signal.aborted) throw new StoppedError('interrupted');
  }
  return { runs, decisions: totalAgreement(agreements) };
}
