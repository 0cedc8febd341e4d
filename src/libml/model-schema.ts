import { z } from '../input/zod.js';
import { FORMATS } from './program.js';

const whole = z.int();
const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in hexadecimal');

const inputSchema = z.strictObject({
  name: z.string().min(1),
  scaling: z.strictObject({
    kind: z.enum(['linear', 'log2']),
    lo: whole,
    hi: whole,
    base: whole,
    preShift: z.int().min(0).max(63),
    multiplier: z.int().min(1).max(2 ** 31 - 1),
    add: whole,
    shift: z.int().min(0).max(63),
  }),
});

const integerLayerSchema = z.strictObject({
  weights: z.array(z.array(z.int().min(-(2 ** 31)).max(2 ** 31 - 1)).min(1)).min(1),
  biases: z.array(whole),
  shifts: z.array(z.int().min(0).max(31)),
});

export const programSchema = z.strictObject({
  kind: z.literal('network'),
  format: z.enum(FORMATS),
  accumulatorBits: z.union([z.literal(32), z.literal(64)]),
  inputs: z.array(inputSchema).min(1),
  layers: z.array(integerLayerSchema).min(1),
  threshold: whole,
  logitUnit: z.number().positive(),
});

const optionsSchema = z.strictObject({
  hidden: z.array(z.int().min(1)),
  seed: z.int().min(0).max(2 ** 32 - 1),
  optimiser: z.enum(['sgd', 'adam']),
  learningRate: z.number().positive(),
  rateDecay: z.number().positive().max(1),
  weightDecay: z.number().min(0),
  batch: z.int().min(1),
  epochs: z.int().min(1),
  patience: count,
  classWeights: z.tuple([z.number().positive(), z.number().positive()]),
});

/** A model file. Kinds other than `network` become schemas of their own beside it. */
export const modelSchema = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('network'),
  task: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  inputs: z.array(inputSchema).min(1),
  layers: z.array(z.strictObject({ weights: z.array(z.array(z.number()).min(1)).min(1), biases: z.array(z.number()) })).min(1),
  probability: z.number().gt(0).lt(1),
  quantisation: z.enum(FORMATS),
  programs: z.strictObject({
    q16: programSchema.optional(),
    s11: programSchema.optional(),
    int8: programSchema.optional(),
  }),
  dataset: z.strictObject({ hash: sha256, rows: count, positives: count }),
  training: z.strictObject({ library: z.enum(['libml', 'tensorflow']), epochs: count, options: optionsSchema }),
  metrics: z.record(z.string(), z.number().nullable()),
  hash: sha256,
});
