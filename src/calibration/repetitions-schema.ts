import { z } from '../input/zod.js';

/** The JSON that `cfslab repetitions --out` writes, version 1; docs/FORMATS.md has every field. */

const text = z.string();
const number = z.number().min(-1e18).max(1e18);

const samenessSchema = z.strictObject({
  source: z.enum(['kernel', 'sim']),
  workload: text,
  release: text,
  topology: text,
  cpus: z.int().min(1).max(65_536),
  hz: z.int().min(0).max(1_000_000),
  sysctl: z.record(text, number),
  features: z.array(text),
  policy: text,
  recorded: z.array(z.enum(['switch', 'runtime'])).max(2),
});

const recordingSchema = z.strictObject({
  name: text,
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in hexadecimal'),
  seed: z.int().min(0).nullable(),
  durationNs: z.int().min(0),
  figures: z.record(text, number),
});

export const repetitionsSchema = z.strictObject({
  schema: z.literal(1),
  workloads: z.array(z.strictObject({
    sameness: samenessSchema,
    recordings: z.array(recordingSchema).min(1).max(10_000),
  })).max(10_000),
});
