import { check } from '../input/check.js';
import { InputError } from '../input/error.js';
import { z } from '../input/zod.js';
import type { OptimiserState } from './optimiser.js';
import type { Samples } from './samples.js';
import type { TrainingOptions } from './training-options.js';

/** Where a training stands between two epochs. Plain data; through JSON it comes back as the same bits. */
export interface TrainingState {
  /** Epochs done. */
  readonly epoch: number;
  /** Learning rate of the next epoch. */
  readonly rate: number;
  /** What it was trained on and how, to refuse to go on with something else. */
  readonly rows: number;
  readonly columns: readonly string[];
  readonly options: TrainingOptions;
  readonly parameters: readonly number[];
  readonly optimiser: OptimiserState;
  readonly best: { readonly epoch: number; readonly loss: number; readonly parameters: readonly number[] } | null;
}

const numbers = z.array(z.number());

/** The fields of a state; whether it belongs to a training, `checkState` tells. */
export const stateSchema = z.strictObject({
  epoch: z.int().min(0),
  rate: z.number().positive(),
  rows: z.int().min(1),
  columns: z.array(z.string()),
  options: z.record(z.string(), z.unknown()),
  parameters: numbers,
  optimiser: z.strictObject({ first: numbers, second: numbers, powers: z.tuple([z.number(), z.number()]) }),
  best: z.strictObject({ epoch: z.int().min(1), loss: z.number(), parameters: numbers }).nullable(),
});

/**
 * The state that a file holds.
 *
 * @param file named in the error
 * @throws InputError where it is none
 */
export function parseState(value: unknown, file: string): TrainingState {
  return check(stateSchema, value, file) as unknown as TrainingState;
}

/**
 * Refuses a state that belongs to another training. The number of epochs and the patience may be others.
 *
 * @throws InputError
 */
export function checkState(state: TrainingState, samples: Samples, options: TrainingOptions, parameters: number): void {
  const refuse = (place: string, expected: string, found: string): never => {
    throw new InputError('training state', place, expected, found);
  };
  const { inputs } = samples;
  if (state.rows !== inputs.rows) refuse('rows', String(inputs.rows), String(state.rows));
  if (state.columns.join() !== inputs.columns.join()) refuse('columns', inputs.columns.join(), state.columns.join());
  for (const name of Object.keys(options) as (keyof TrainingOptions)[]) {
    if (name === 'epochs' || name === 'patience') continue;
    const [ours, theirs] = [JSON.stringify(options[name]), JSON.stringify(state.options[name])];
    if (ours !== theirs) refuse(`options.${name}`, ours, theirs ?? 'nothing');
  }
  const moments = options.optimiser === 'adam' ? parameters : 0;
  const count = (place: string, list: readonly number[], expected: number): void => {
    if (list.length !== expected) refuse(place, `${expected} numbers`, `${list.length}`);
  };
  count('parameters', state.parameters, parameters);
  count('optimiser.first', state.optimiser.first, moments);
  count('optimiser.second', state.optimiser.second, moments);
  if (state.best !== null) count('best.parameters', state.best.parameters, parameters);
}
