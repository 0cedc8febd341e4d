import { z } from '../../input/zod.js';
import type { SchedFeatures, Sysctl } from '../../sim/kernel/config.js';
import { DEFAULT_FEATURES } from '../../sim/kernel/config.js';
import { SET_FLAG_NAMES, type SetFlag } from '../../sim/kernel/topology/tune.js';
import { TOPOLOGY_NAMES, type TopologyName } from '../../sim/kernel/topology/names.js';

const MAX_NS = 1_000_000_000;
const ns = (min: number): z.ZodOptional<z.ZodInt> => z.int().min(min).max(MAX_NS).optional();

/** The `sysctl` of a machine profile: what differs from the defaults, by the kernel's names. */
export const sysctlSchema = z.strictObject({
  latency_ns: ns(1000),
  min_granularity_ns: ns(1000),
  idle_min_granularity_ns: ns(0),
  wakeup_granularity_ns: ns(0),
  migration_cost_ns: ns(-1),
  nr_migrate: z.int().min(1).max(100_000).optional(),
  child_runs_first: z.boolean().optional(),
  cfs_bandwidth_slice_us: z.int().min(1).max(1_000_000).optional(),
});

const flags = Object.fromEntries(SET_FLAG_NAMES.map((name) => [name, z.boolean().optional()])) as Record<SetFlag, z.ZodOptional<z.ZodBoolean>>;

const domain = z.strictObject({
  cache_nice_tries: z.int().min(0).max(1000).optional(),
  imbalance_pct: z.int().min(100).max(10_000).optional(),
  busy_factor: z.int().min(1).max(10_000).optional(),
  min_interval: z.int().min(1).max(10_000).optional(),
  max_interval: z.int().min(1).max(10_000).optional(),
  max_newidle_lb_cost: ns(0),
  ...flags,
});

/** The `domains` of a machine profile: what is set after boot of the sched domains of a level, by the level's name. */
export const domainsSchema = z.strictObject(
  Object.fromEntries(TOPOLOGY_NAMES.map((name) => [name, domain.optional()])) as Record<TopologyName, z.ZodOptional<typeof domain>>,
);

/** The `features` of a machine profile: the names of SchedFeatures, true or false. */
export const featuresSchema = z.strictObject(
  Object.fromEntries(Object.keys(DEFAULT_FEATURES).map((name) => [name, z.boolean().optional()])) as Record<
    keyof SchedFeatures,
    z.ZodOptional<z.ZodBoolean>
  >,
);

/**
 * What a 6.1 kernel boots with on a machine of so many CPUs: three of the numbers grow with the logarithm of the CPUs,
 * up to eight (get_update_sysctl_factor with SCHED_TUNABLESCALING_LOG).
 */
export function defaultSysctl(cpus: number): Sysctl {
  const factor = 32 - Math.clz32(Math.min(cpus, 8));
  return {
    latency_ns: 6_000_000 * factor,
    min_granularity_ns: 750_000 * factor,
    idle_min_granularity_ns: 750_000,
    wakeup_granularity_ns: 1_000_000 * factor,
    migration_cost_ns: 500_000,
    nr_migrate: 32,
    child_runs_first: false,
    cfs_bandwidth_slice_us: 5000,
  };
}

/** `base` with the fields of `given` that are there. */
export function overlay<T extends object>(base: T, given: { readonly [K in keyof T]?: T[K] | undefined }): T {
  const result = { ...base };
  for (const key of Object.keys(base) as Array<keyof T>) {
    const value = given[key];
    if (value !== undefined) result[key] = value;
  }
  return result;
}
