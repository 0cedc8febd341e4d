import { check } from '../../input/check.js';
import { z } from '../../input/zod.js';

/** The longest run, seconds of simulated time. */
export const MAX_DURATION_SECONDS = 86_400;

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a name of 1 to 64 letters, digits, ".", "_" or "-"');
const count = (min: number, max: number) => z.int().min(min).max(max);
const knobs = z.record(z.string(), z.union([z.number(), z.boolean()]));
const params = z.record(z.string(), z.union([z.number(), z.string(), z.array(z.number()).max(4096)]));

/** A task group of the scenario, as cgroup v2 describes one; `tasks` says who is in it. */
const group = z.strictObject({
  name,
  /** Name of a group above it in the list; absent: the root. */
  parent: name.optional(),
  weight: count(1, 10_000).default(100),
  quotaUs: count(1000, 1e9).nullable().default(null),
  periodUs: count(1000, 1_000_000).default(100_000),
  burstUs: count(0, 1e9).default(0),
  idle: z.boolean().default(false),
  /** comm of the tasks in it; a trailing * stands for any rest. */
  tasks: z.string().min(1).max(16).optional(),
});

/** What is changed about the tasks whose comm matches. */
const taskRule = z.strictObject({
  match: z.string().min(1).max(16),
  nice: count(-20, 19).optional(),
  policy: z.enum(['normal', 'batch', 'idle']).optional(),
  cpus: z.array(count(0, 4095)).min(1).optional(),
  preferredNode: count(0, 1023).optional(),
});

const workload = z
  .strictObject({
    generator: z.string().min(1).optional(),
    params: params.optional(),
    /** Path of an rt-app file, relative to the scenario's own. */
    rtapp: z.string().min(1).optional(),
    /** Path of a bundle or of a capture directory, relative to the scenario's own. */
    capture: z.string().min(1).optional(),
  })
  .refine((w) => [w.generator, w.rtapp, w.capture].filter((source) => source !== undefined).length === 1, {
    error: 'exactly one of generator, rtapp and capture',
  })
  .refine(
    (w) => w.params === undefined || w.rtapp === undefined,
    { error: 'a generator or a capture where there are params', path: ['params'] },
  );

const overrides = z.strictObject({
  sysctl: knobs.optional(),
  costs: knobs.optional(),
  features: knobs.optional(),
  cache: knobs.optional(),
  /** By level: SMT, MC, DIE … */
  domains: z.record(z.string(), z.record(z.string(), z.number())).optional(),
  hz: z.number().optional(),
  tickSkewNs: z.number().optional(),
  timerSlackNs: z.number().optional(),
  smtSpeed: z.number().optional(),
});

export const ScenarioSchema = z
  .strictObject({
    name,
    description: z.string().max(2000).optional(),
    /** Name of a shipped machine, path of a profile relative to the scenario's own, or a profile. */
    machine: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).optional(),
    workload,
    durationMs: z.number().positive().max(MAX_DURATION_SECONDS * 1000).optional(),
    durationSeconds: z.number().positive().max(MAX_DURATION_SECONDS).optional(),
    /** How many seeds (1…n), or which. */
    seeds: z.union([count(1, 10_000), z.array(count(0, 2 ** 32 - 1)).min(1).max(10_000)]).optional(),
    policies: z.array(z.string().min(1)).min(1).optional(),
    groups: z.array(group).max(1000).optional(),
    tasks: z.array(taskRule).max(1000).optional(),
    overrides: overrides.optional(),
  })
  .refine((s) => s.durationMs === undefined || s.durationSeconds === undefined, {
    error: 'either durationMs or durationSeconds',
    path: ['durationSeconds'],
  })
  .refine((s) => distinct(s.policies), { error: 'policies that differ', path: ['policies'] })
  .refine((s) => !Array.isArray(s.seeds) || distinct(s.seeds), { error: 'seeds that differ', path: ['seeds'] });

/** A scenario file, checked. */
export type ScenarioSpec = z.output<typeof ScenarioSchema>;
export type GroupRule = z.output<typeof group>;
export type TaskRule = z.output<typeof taskRule>;
export type OverrideSpec = z.output<typeof overrides>;

/** Checks a scenario. @param file names it in the error @throws InputError */
export function checkScenario(value: unknown, file: string): ScenarioSpec {
  return check(ScenarioSchema, value, file);
}

function distinct(values: readonly unknown[] | undefined): boolean {
  return values === undefined || new Set(values).size === values.length;
}
