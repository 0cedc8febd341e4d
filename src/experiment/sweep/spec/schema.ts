import { check } from '../../../input/check.js';
import { z } from '../../../input/zod.js';
import { METRIC_NAMES } from '../../../sim/records/metrics.js';
import { MAX_DURATION_SECONDS } from '../../schema/scenario.js';

/** The most axes that a sweep may have. */
export const MAX_AXES = 20;
/** The most runs of one sweep: what is known of them is held in memory. */
export const MAX_RUNS = 200_000;
const MAX_POINTS = 100_000;

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a name of 1 to 64 letters, digits, ".", "_" or "-"');
const seed = z.int().min(0).max(2 ** 32 - 1);
const steps = z.int().min(1).max(10_000).optional();
const value = z.union([z.number(), z.string().min(1).max(1000), z.boolean()]);

const linear = z
  .strictObject({ from: z.number(), to: z.number(), steps })
  .refine((range) => range.from < range.to, { error: 'from below to', path: ['to'] });
const log = z
  .strictObject({ from: z.number().positive(), to: z.number().positive(), steps })
  .refine((range) => range.from < range.to, { error: 'from below to', path: ['to'] });
const integer = z
  .strictObject({ from: z.int(), to: z.int(), step: z.int().min(1).default(1) })
  .refine((range) => range.from <= range.to, { error: 'from not above to', path: ['to'] });

const axis = z
  .strictObject({
    knob: z.string().min(1).max(100),
    values: z.array(value).min(1).max(10_000).optional(),
    linear: linear.optional(),
    log: log.optional(),
    integer: integer.optional(),
    role: z.enum(['choice', 'condition']).optional(),
  })
  .refine((a) => [a.values, a.linear, a.log, a.integer].filter((given) => given !== undefined).length === 1, {
    error: 'exactly one of values, linear, log and integer',
  })
  .refine((a) => a.values === undefined || new Set(a.values).size === a.values.length, { error: 'values that differ', path: ['values'] });

const objective = z.strictObject({
  metric: z.enum(METRIC_NAMES),
  better: z.enum(['lower', 'higher']).optional(),
  scale: z.enum(['relative', 'absolute']).default('relative'),
  weight: z.number().positive().max(1e6).default(1),
});

const points = z.int().min(1).max(MAX_POINTS);
const search = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('grid') }),
  z.strictObject({ method: z.literal('random'), points, seed: seed.default(1) }),
  z.strictObject({ method: z.literal('latin'), points, seed: seed.default(1) }),
  z.strictObject({ method: z.literal('sobol'), points, seed: seed.default(1) }),
  z.strictObject({ method: z.literal('halving'), points, eta: z.int().min(2).max(10).default(3), seed: seed.default(1) }),
  z.strictObject({
    method: z.literal('cmaes'),
    points,
    population: z.int().min(4).max(1000).optional(),
    sigma: z.number().positive().max(1).default(0.3),
    seed: seed.default(1),
  }),
]);

const seeds = z
  .strictObject({ first: z.int().min(1).max(10_000), most: z.int().min(1).max(10_000) })
  .refine((s) => s.first <= s.most, { error: 'most not below first', path: ['most'] });

export const SweepSchema = z
  .strictObject({
    name,
    description: z.string().max(2000).optional(),
    scenarios: z.array(z.string().min(1).max(1000)).min(1).max(100),
    machine: z.string().min(1).optional(),
    durationMs: z.number().positive().max(MAX_DURATION_SECONDS * 1000).optional(),
    policy: z.string().min(1).max(1000).default('stock'),
    baseline: z.string().min(1).max(1000).default('stock'),
    axes: z.array(axis).min(1).max(MAX_AXES),
    objectives: z.array(objective).min(1).max(4).default([{ metric: 'throughput', scale: 'relative', weight: 1 }]),
    search: search.default({ method: 'grid' }),
    seeds: z.union([z.int().min(1).max(10_000), seeds]).default(5),
    budget: z.strictObject({ runs: z.int().min(1).max(MAX_RUNS) }).default({ runs: MAX_RUNS }),
  })
  .refine((s) => new Set(s.axes.map((a) => a.knob)).size === s.axes.length, { error: 'axes of different knobs', path: ['axes'] })
  .refine((s) => new Set(s.scenarios).size === s.scenarios.length, { error: 'scenarios that differ', path: ['scenarios'] })
  .refine((s) => new Set(s.objectives.map((o) => o.metric)).size === s.objectives.length, {
    error: 'objectives of different metrics',
    path: ['objectives'],
  });

/** A sweep's file, checked. */
export type SweepSpec = z.output<typeof SweepSchema>;
export type AxisSpec = SweepSpec['axes'][number];
export type ObjectiveSpec = SweepSpec['objectives'][number];
export type SearchSpec = SweepSpec['search'];

/** Checks a sweep. @param file names it in the error @throws InputError */
export function checkSweep(json: unknown, file: string): SweepSpec {
  return check(SweepSchema, json, file);
}
