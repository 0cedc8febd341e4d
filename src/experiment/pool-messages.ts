import { InputError, OutsideError, StoppedError } from '../input/error.js';
import type { JobResult } from './job.js';
import type { ResolvedScenario } from './resolved.js';

/** What a worker is started with. */
export interface WorkerData {
  readonly scenarios: readonly ResolvedScenario[];
  /** [1 = stop, thousandths done by the thread that has slot 1, slot 2, …] */
  readonly control: SharedArrayBuffer;
}

/** What a worker answers: errors do not survive the way between threads as what they are, so they go as data. */
export type WorkerAnswer =
  | { readonly ok: true; readonly result: JobResult }
  | { readonly ok: false; readonly failure: Failure };

export interface Failure {
  readonly kind: 'input' | 'outside' | 'stopped' | 'bug';
  readonly message: string;
  readonly parts: readonly [string, string, string, string] | null;
  readonly code: string | null;
  readonly stack: string;
}

/** An error as data, for the way to the main thread. */
export function describeFailure(error: unknown): Failure {
  const { message, stack } = error as Error;
  const common = { message, stack: stack ?? '', parts: null, code: (error as NodeJS.ErrnoException).code ?? null };
  if (error instanceof InputError) {
    return { ...common, kind: 'input', parts: [error.file, error.place, error.expected, error.found] };
  }
  if (error instanceof OutsideError) return { ...common, kind: 'outside' };
  return { ...common, kind: error instanceof StoppedError ? 'stopped' : 'bug' };
}

/** The error that `describeFailure` described. */
export function revive(failure: Failure): Error {
  if (failure.kind === 'input') return new InputError(...failure.parts!);
  if (failure.kind === 'outside') return new OutsideError(failure.message);
  if (failure.kind === 'stopped') return new StoppedError(failure.message);
  const error: NodeJS.ErrnoException = new Error(failure.message);
  error.stack = failure.stack;
  if (failure.code !== null) error.code = failure.code;
  return error;
}
