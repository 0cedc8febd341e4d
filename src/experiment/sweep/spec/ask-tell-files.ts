import { createHash } from 'node:crypto';
import { check } from '../../../input/check.js';
import { InputError } from '../../../input/error.js';
import { z } from '../../../input/zod.js';
import type { SearchState } from '../search/ask-tell.js';
import type { SweepSpec } from './schema.js';

/** What `sweep ask` and `sweep tell` keep between them. */
export interface SearchFile {
  readonly schema: 1;
  /** Of the sweep's axes and search: a state is that of one search. */
  readonly search: string;
  readonly state: SearchState;
}

export const AnswersSchema = z.strictObject({
  answers: z
    .array(
      z
        .strictObject({
          id: z.int().min(0).optional(),
          value: z.number().nullable().optional(),
          values: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
        })
        .refine((a) => (a.id === undefined) !== (a.values === undefined), { error: 'either id or values' })
        .refine((a) => a.values === undefined || a.value === undefined, { error: 'no value where there are values', path: ['value'] }),
    )
    .min(1)
    .max(100_000),
});

export type TellEntry = z.output<typeof AnswersSchema>['answers'][number];

/** @throws InputError */
export function checkAnswers(json: unknown, file: string): readonly TellEntry[] {
  return check(AnswersSchema, json, file).answers;
}

const trial = z.strictObject({ point: z.array(z.number()), share: z.number() });
const stateFile = z.strictObject({
  schema: z.literal(1),
  search: z.string(),
  state: z.strictObject({
    schema: z.literal(1),
    method: z.string(),
    step: z.strictObject({ trials: z.array(trial).min(1), inner: z.unknown() }).nullable(),
    firstId: z.int().min(0),
    asked: z.int().min(0),
    told: z.array(z.strictObject({ at: z.int().min(0), value: z.number().nullable() })),
  }),
});

/** @throws InputError where it is no state, or that of another search */
export function checkState(json: unknown, file: string, spec: SweepSpec): SearchState {
  const { search, state } = check(stateFile, json, file);
  if (search !== searchKey(spec)) throw new InputError(file, 'search', 'the state of a search with these axes and options', 'that of another');
  return state as SearchState;
}

/** What a search's state belongs to. */
export function searchKey({ axes, search }: SweepSpec): string {
  return createHash('sha256').update(JSON.stringify([axes, search])).digest('hex');
}
