import { z } from '../../input/zod.js';

/** The JSON that `calibration/probe` writes, version 1; its README describes every field. */

/** What the two CPUs share, from most to least; then two ways to lose a cache without a move. */
export const RELATIONS = ['smt', 'llc', 'node', 'remote', 'displaced', 'flushed'] as const;
export const PATTERNS = ['chase', 'stream'] as const;
export const ACCESSES = ['read', 'write'] as const;

export type RelationName = (typeof RELATIONS)[number];
export type PatternName = (typeof PATTERNS)[number];
export type AccessName = (typeof ACCESSES)[number];

const MAX_NS = 1e15;
const ns = z.number().min(-MAX_NS).max(MAX_NS);
const count = z.int().min(0).max(1e9);
const bytes = z.int().min(1).max(2 ** 40);
const cpu = z.int().min(0).max(65_535);

/** A quantity that was measured n times. */
const distribution = z.strictObject({ n: z.int().min(1).max(1e6), q1: ns, median: ns, q3: ns });

/** First pass after a treatment, less a pass when warm again: quartiles and every sample, ns. */
const cell = z.strictObject({
  ...distribution.shape,
  firstNs: ns,
  steadyNs: ns,
  samples: z.array(ns).min(1).max(1e6),
});

const point = z.strictObject({
  bytes,
  stayed: cell,
  returned: cell.optional(),
  treated: cell,
});

const curve = z.strictObject({
  relation: z.enum(RELATIONS),
  pattern: z.enum(PATTERNS),
  access: z.enum(ACCESSES),
  points: z.array(point).min(1).max(1000),
});

const machine = z.strictObject({
  model: z.string().max(256),
  kernel: z.string().max(256),
  cpus: z.array(cpu).min(1).max(65_536),
  lineBytes: z.int().min(16).max(65_536),
  privateBytes: bytes.nullable(),
  llcBytes: bytes.nullable(),
  caches: z.array(z.strictObject({ level: z.int().min(0).max(16), bytes, cpus: z.int().min(1).max(65_536) })).max(64),
  relations: z.array(
    z.discriminatedUnion('measured', [
      z.strictObject({ name: z.enum(RELATIONS), measured: z.literal(true), from: cpu, to: cpu }),
      z.strictObject({ name: z.enum(RELATIONS), measured: z.literal(false), why: z.string().max(500) }),
    ]),
  ),
});

const direct = z.strictObject({
  pipeSelfNs: distribution,
  pingPongNs: distribution,
  writePlainNs: distribution,
  across: z.array(
    z.strictObject({
      relation: z.enum(RELATIONS),
      writeWakingNs: distribution,
      wakeLatencyNs: distribution,
      moveCallNs: distribution,
    }),
  ),
});

export const probeSchema = z.strictObject({
  format: z.literal('cfslab-probe'),
  version: z.literal(1),
  settings: z.strictObject({
    seed: z.int().min(0).max(2 ** 32 - 1),
    reps: z.int().min(1).max(1e6),
    seconds: z.number().min(0).max(1e9),
    quick: z.boolean(),
    pages: z.enum(['4k', 'huge']),
    cleaning: z.enum(['clflush', 'sweep']),
  }),
  machine,
  timer: z.strictObject({ resolutionNs: z.number().min(0).max(1e9), stepNs: ns, overheadNs: ns }),
  direct,
  disturbed: count,
  cut: z.boolean(),
  tookSeconds: z.number().min(0).max(1e9),
  curves: z.array(curve).max(RELATIONS.length * PATTERNS.length * ACCESSES.length),
});

/** What the probe found, checked. */
export type Probe = z.output<typeof probeSchema>;
export type ProbeCurve = Probe['curves'][number];
export type ProbePoint = ProbeCurve['points'][number];
