import { check } from '../../input/check.js';
import { InputError } from '../../input/error.js';
import { readJsonFile } from '../../input/json.js';
import { z } from '../../input/zod.js';
import { DEFAULT_FEATURES } from '../../sim/kernel/config.js';
import type { DomainsSettings } from '../../sim/kernel/topology/tune.js';
import type { MachineProfile } from '../../sim/profile.js';
import { cacheSchema, costsSchema, DEFAULT_CACHE, DEFAULT_COSTS } from './profile-costs.js';
import { machineFile } from './profile-files.js';
import { defaultSysctl, domainsSchema, featuresSchema, overlay, sysctlSchema } from './profile-sysctl.js';
import { parseTopology } from './profile-topology.js';

export { machineNames } from './profile-files.js';

/** A machine profile's file. A full profile of 1024 CPUs has some 100 KiB. */
const MAX_BYTES = 2 ** 20;

/** What tasks get of init (init_task's timer_slack_ns), and the most that a profile may say, ns. */
const KERNEL_SLACK_NS = 50_000;
const MAX_SLACK_NS = 10_000_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in hexadecimal');
const recordings = z.array(z.strictObject({ name: z.string().min(1).max(255), hash: sha256 })).max(1000);

/** What `cfslab calibrate` leaves in a profile. */
const calibrationSchema = z.strictObject({
  base: z.string().min(1).max(64),
  fittedOn: recordings,
  heldOut: recordings,
  documentHash: sha256,
});

export const profileSchema = z.strictObject({
  name: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name of letters, digits, dots, underscores and hyphens'),
  description: z.string().min(1).max(2000),
  /** Where its numbers come from, for the reader. */
  source: z.string().min(1).max(4000),
  /** Checked by parseTopology(), which says what is missing. */
  topology: z.unknown().optional(),
  hz: z.literal([100, 250, 300, 1000]),
  tickSkewNs: z.int().min(0).max(10_000_000).default(0),
  timerSlackNs: z.int().min(0).max(MAX_SLACK_NS).default(KERNEL_SLACK_NS),
  smtSpeed: z.int().min(1).max(1024).default(1024),
  sysctl: sysctlSchema.default({}),
  features: featuresSchema.default({}),
  domains: domainsSchema.optional(),
  costs: costsSchema.default({}),
  cache: cacheSchema.default({}),
  calibrationErrorPercent: z.number().min(0).max(100).optional(),
  calibration: calibrationSchema.optional(),
});

/**
 * Reads a machine profile that is JSON already.
 *
 * What it leaves out gets the defaults: sysctls as a 6.1 kernel boots with on so many CPUs, its features, costs of a
 * common x86 machine (DEFAULT_COSTS), no refill costs, no SMT contention, ticks all at once.
 *
 * @param file where it came from, for errors
 * @throws InputError naming the field, what was expected and what was found
 */
export function parseMachine(json: unknown, file: string): MachineProfile {
  const given = check(profileSchema, json, file);
  const topology = parseTopology(given.topology, file, 'topology');
  const tick = 1_000_000_000 / given.hz;
  if (given.tickSkewNs * topology.cpus.length > tick) {
    const most = Math.floor(tick / topology.cpus.length);
    throw new InputError(file, 'tickSkewNs', `at most ${most}, all CPUs within one tick`, String(given.tickSkewNs));
  }
  return {
    name: given.name,
    description: given.description,
    topology,
    hz: given.hz,
    tickSkewNs: given.tickSkewNs,
    timerSlackNs: given.timerSlackNs,
    smtSpeed: given.smtSpeed,
    sysctl: overlay(defaultSysctl(topology.cpus.length), given.sysctl),
    features: overlay(DEFAULT_FEATURES, given.features),
    ...(given.domains === undefined ? {} : { domains: given.domains as DomainsSettings }),
    costs: overlay(DEFAULT_COSTS, given.costs),
    cache: overlay(DEFAULT_CACHE, given.cache),
    ...(given.calibrationErrorPercent === undefined ? {} : { calibrationErrorPercent: given.calibrationErrorPercent }),
    ...(given.calibration === undefined ? {} : { calibration: given.calibration }),
  };
}

/**
 * Loads a machine profile by its name (`i5-1035g1`) or from a file.
 * @throws InputError where there is none, or where it is wrong
 */
export function loadMachine(nameOrPath: string): MachineProfile {
  const file = machineFile(nameOrPath);
  return parseMachine(readJsonFile(file, MAX_BYTES), file);
}

/** A machine profile's file as it is written, checked to be a profile. @throws InputError */
export function machineJson(nameOrPath: string): Readonly<Record<string, unknown>> {
  const file = machineFile(nameOrPath);
  const json = readJsonFile(file, MAX_BYTES);
  parseMachine(json, file);
  return json as Readonly<Record<string, unknown>>;
}

/** The text of a profile's file, with nothing left to defaults; parseMachine() gives the same profile back. */
export function formatMachine(profile: MachineProfile, source: string): string {
  const { name, description, ...rest } = profile;
  return `${JSON.stringify({ name, description, source, ...rest }, null, 2)}\n`;
}
