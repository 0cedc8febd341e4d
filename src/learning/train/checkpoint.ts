import { existsSync } from 'node:fs';
import { writeFileAtomic } from '../../input/atomic.js';
import { check } from '../../input/check.js';
import { InputError } from '../../input/error.js';
import { readJsonFile } from '../../input/json.js';
import { z } from '../../input/zod.js';
import { parseState, type TrainingState } from '../../libml/training-state.js';
import type { Task } from '../dataset/inputs.js';
import { FORMS, type Form } from './forms.js';
import type { PrepareOptions } from './prepare.js';

/** What a checkpoint belongs to: all that the training depends on beside its own options, which the state has. */
export interface CheckpointFacts {
  readonly form: Form;
  readonly task: Task;
  /** Hash of the data set. */
  readonly dataset: string;
  readonly prepare: PrepareOptions;
}

interface Checkpoint extends CheckpointFacts {
  readonly schema: 1;
  readonly kind: 'checkpoint';
  readonly state: TrainingState;
}

/** What a checkpoint file holds, but for its state, which has a schema of its own. */
export const checkpointSchema = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('checkpoint'),
  form: z.enum(FORMS),
  task: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  dataset: z.string(),
  prepare: z.record(z.string(), z.unknown()),
  state: z.unknown(),
});

/** Writes where a training stands, whole or not at all. */
export function saveCheckpoint(file: string, facts: CheckpointFacts, state: TrainingState): void {
  const checkpoint: Checkpoint = { schema: 1, kind: 'checkpoint', ...facts, state };
  writeFileAtomic(file, `${JSON.stringify(checkpoint)}\n`);
}

/**
 * Where a training stood; undefined where it has not got to its first checkpoint.
 *
 * @throws InputError where the file is no checkpoint, or that of another training
 */
export function loadCheckpoint(file: string, facts: CheckpointFacts): TrainingState | undefined {
  if (!existsSync(file)) return undefined;
  const value = check(checkpointSchema, readJsonFile(file), file) as unknown as Checkpoint;
  for (const name of ['form', 'task', 'dataset', 'prepare'] as const) {
    const [ours, theirs] = [JSON.stringify(facts[name]), JSON.stringify(value[name])];
    if (ours !== theirs) throw new InputError(file, name, ours, theirs);
  }
  return parseState(value.state, file);
}
