import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ingest } from '../../bundle/ingest.js';
import { readRunFile, type RunFacts } from '../../bundle/capture/measured-run.js';
import { writeFileAtomic } from '../../input/atomic.js';
import { InputError, OutsideError, StoppedError } from '../../input/error.js';
import { isTemporaryName } from '../../input/temporary.js';
import { bootCapture } from '../boot/boot.js';
import { HASH_FILE, type RunIdentity } from '../boot/capture.js';
import type { GuestMachine } from '../boot/command.js';
import type { Phase } from '../boot/console.js';
import type { GuestOptions } from '../boot/guest.js';
import { GuestError } from '../boot/guest-error.js';
import { hereCapture } from '../boot/here.js';
import { tscRate } from '../boot/outcome.js';
import { BUNDLES, CAPTURES } from './folders.js';
import { plannedRuns, runHash, type MeasurePlan, type PlannedRun } from './plan.js';
import { inQueues } from './queues.js';

/**
 * A measurement is a directory:
 *
 *     OUT/captures/RUN/   a capture: what the kernel recorded, `run.json` of what run it is, `run.sha256` of what it was made with
 *     OUT/bundles/RUN/    its bundle
 *     OUT/failed/RUN.log  the last lines of a guest that did not come to its end
 */
export interface MeasureOptions extends Omit<GuestOptions, 'onLine' | 'onPhase'> {
  /** How many guests at a time. */
  readonly jobs: number;
  /** What all runs are made with, for telling whether one that is there is the same. */
  readonly made: Readonly<Record<string, string | number>>;
  readonly onRun?: (run: PlannedRun, phase: Phase | 'there' | 'ingested' | 'failed') => void;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface MeasuredRun {
  readonly name: string;
  readonly capture: string;
  readonly bundle: string;
  readonly facts: RunFacts;
  /** It was there before. */
  readonly reused: boolean;
}

export interface Measurement {
  readonly runs: readonly MeasuredRun[];
  readonly failed: readonly { readonly name: string; readonly why: string; readonly console: readonly string[] }[];
}

/** How far a run is, 0…1, when a guest has come to a phase. */
const SHARES: Readonly<Partial<Record<Phase, number>>> = {
  booted: 0.15, ready: 0.3, running: 0.35, ran: 0.7, whole: 0.8, 'handed out': 0.85, done: 0.9,
};

/**
 * Makes the runs of a plan that are not there yet, and a bundle of each. A guest that fails is noted and the others go on; where
 * anything else fails, all stop. Whatever ends it, it can be taken up again.
 *
 * @param machine the guest's; null on the user's own
 * @throws InputError where the directory holds something else, StoppedError on abort, OutsideError
 */
export async function measure(
  plan: MeasurePlan, machine: GuestMachine | null, out: string, options: MeasureOptions,
): Promise<Measurement> {
  const planned = plannedRuns(plan);
  prepare(out, planned);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  options.signal?.addEventListener('abort', abort);
  if (options.signal?.aborted === true) abort();
  const runs = new Map<string, MeasuredRun>();
  const failed: Measurement['failed'][number][] = [];
  const shares = new Map<string, number>();
  const tell = (run: PlannedRun, share: number): void => {
    shares.set(run.name, share);
    options.onProgress?.([...shares.values()].reduce((sum, one) => sum + one, 0), planned.length);
  };
  try {
    await inQueues(planned, options.jobs, async (run) => {
      if (stop.signal.aborted) throw new StoppedError('interrupted');
      try {
        runs.set(run.name, await makeRun(run, machine, out, { ...options, signal: stop.signal }, tell));
      } catch (error) {
        if (!(error instanceof GuestError)) throw error;
        mkdirSync(join(out, 'failed'), { recursive: true });
        writeFileAtomic(join(out, 'failed', `${run.name}.log`), `${error.message}\n${error.console.join('\n')}\n`);
        failed.push({ name: run.name, why: error.message, console: error.console });
        options.onRun?.(run, 'failed');
      }
      tell(run, 1);
    }, abort);
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
  // In the order of the plan, whichever was done first.
  return { runs: planned.flatMap(({ name }) => runs.get(name) ?? []), failed };
}

async function makeRun(
  run: PlannedRun, machine: GuestMachine | null, out: string, options: MeasureOptions, tell: (run: PlannedRun, share: number) => void,
): Promise<MeasuredRun> {
  const capture = join(out, CAPTURES, run.name);
  const bundle = join(out, BUNDLES, run.name);
  const hash = runHash(run, options.made);
  const reused = isThere(capture, hash);
  if (reused) {
    options.onRun?.(run, 'there');
  } else {
    // A bundle of another run of that name must not outlive its capture.
    rmSync(bundle, { recursive: true, force: true });
    const guest: GuestOptions = {
      ...options,
      onPhase(phase) {
        tell(run, SHARES[phase] ?? 0);
        options.onRun?.(run, phase);
      },
    };
    const identity: RunIdentity = {
      workload: run.workload.name, unit: run.workload.unit, policy: run.policy.policy, model: run.policy.model,
      repetition: run.repetition, hash,
    };
    if (machine === null) await hereCapture(run.settings, identity, capture, guest);
    else await bootCapture({ ...machine, quantumNs: run.quantumNs, seed: run.settings.seed }, run.settings, identity, capture, guest);
  }
  if (!existsSync(join(bundle, 'manifest.json'))) {
    const rate = run.settings.place === 'lab' ? null : tscRate(capture);
    await ingest([capture], bundle, { ...(rate === null ? {} : { tickRate: rate }), ...(options.signal && { signal: options.signal }) });
    options.onRun?.(run, 'ingested');
  }
  const facts = readRunFile(capture);
  if (facts === null) throw new OutsideError(`${capture}: its run.json is gone`);
  return { name: run.name, capture, bundle, facts, reused };
}

function isThere(capture: string, hash: string): boolean {
  const file = join(capture, HASH_FILE);
  return existsSync(file) && readFileSync(file, 'utf8').trim() === hash;
}

/** @throws InputError where runs lie there that are none of the plan: they would be taken for some of it later */
function prepare(out: string, planned: readonly PlannedRun[]): void {
  const names = new Set(planned.map(({ name }) => name));
  for (const folder of [CAPTURES, BUNDLES]) {
    const path = join(out, folder);
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw new InputError('--out', '', 'a place for a directory', (error as Error).message);
    }
    const other = readdirSync(path).find((name) => !names.has(name) && !isTemporaryName(name));
    if (other !== undefined) throw new InputError(out, folder, 'runs of this plan only', other);
  }
  rmSync(join(out, 'failed'), { recursive: true, force: true });
}
