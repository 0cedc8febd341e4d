/** dataset.json as a zod schema: manifest.ts and options.ts say what the fields mean. */
import { z } from '../../input/zod.js';

const count = z.int().nonnegative();
const classes = z.object({ rows: count, positives: count });
const counts = z.object({
  calls: count, refused: count, unlabelled: count, censored: count, invalid: count, straddling: count, unbalanced: count,
  train: classes,
  test: classes,
});
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const DATASET_MANIFEST = z.object({
  schema: z.literal(1),
  kind: z.literal('dataset'),
  options: z.object({
    task: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    features: z.array(z.string()).min(1),
    rows: z.enum(['decided', 'all']),
    windowNs: count.nullable(),
    series: z.enum(['thesis', 'wait']),
    censored: z.enum(['drop', 'keep']),
    balance: z.enum(['natural', 'even']),
    dropConstant: z.boolean(),
    dropInvalid: z.boolean(),
    float32: z.boolean(),
    normalise: z.enum(['none', 'minmax', 'zscore']),
    holdOut: z.number().min(0).max(0.9),
    seed: z.int().min(0).max(2 ** 32 - 1),
  }),
  features: z.array(z.string()).min(1),
  constant: z.array(z.object({ name: z.string(), value: z.number() })),
  statistics: z.array(
    z.object({ name: z.string(), min: z.number(), max: z.number(), mean: z.number(), deviation: z.number().nonnegative() }),
  ),
  sources: z
    .array(
      z.object({
        name: z.string(),
        workload: z.string(),
        release: z.string(),
        source: z.enum(['kernel', 'sim']),
        role: z.enum(['train', 'test']),
        hash: sha256,
        counts,
      }),
    )
    .min(1),
  counts,
  hash: sha256,
});
