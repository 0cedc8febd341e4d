/** The JSON files of a bundle, as zod schemas: contents.ts says what the fields mean. */
import { z } from '../../input/zod.js';
import { INSTRUMENT_NAMES, type InstrumentName } from '../../sim/records/records.js';
import { DIRTY_KINDS, TREATMENTS, type DirtyKind } from '../dirty.js';
import { RUN_FACTS } from '../capture/measured-run.js';

const integer = z.int();
const count = z.int().nonnegative();
const numbers = z.record(z.string(), z.number());

export const MANIFEST = z.object({
  schema: z.literal(2),
  source: z.enum(['kernel', 'sim']),
  release: z.string(),
  hz: count,
  preemption: z.string(),
  topology: z.string(),
  cpus: z.int().positive(),
  sysctl: numbers,
  features: z.array(z.string()),
  policy: z.object({ name: z.string(), params: numbers, hash: z.string() }),
  workload: z.string(),
  seed: z.int().nonnegative().nullable(),
  run: RUN_FACTS.exactOptional(),
  clockResolutionNs: z.int().positive(),
  quantumNs: z.int().positive().exactOptional(),
  durationNs: count,
  lostEvents: count,
  inputs: z.record(z.string(), z.string()),
  firstTimestampNs: z.string().regex(/^-?\d{1,30}$/).exactOptional(),
  startNs: integer.exactOptional(),
  endNs: integer.exactOptional(),
  throughout: z.array(z.object({ cpu: count, pid: count })).exactOptional(),
  topologyFile: z.string().exactOptional(),
  runQueues: z
    .array(
      z.object({
        minVruntimeNs: integer,
        avgIdleNs: count,
        maxIdleBalanceCostNs: count,
        averages: z
          .object({
            clockNs: count,
            load: count,
            runnable: count,
            util: count,
            removed: z.object({ load: count, runnable: count, util: count }),
            running: count,
          })
          .exactOptional(),
      }),
    )
    .exactOptional(),
  groups: z
    .array(
      z.object({
        id: z.int().positive(),
        parent: count,
        name: z.string(),
        weight: z.int().min(1).max(10_000),
        quotaNs: z.int().positive().nullable(),
        periodNs: z.int().positive(),
        burstNs: count,
        idle: z.boolean(),
      }),
    )
    .exactOptional(),
  rows: z.object({
    decisions: count,
    balances: count,
    events: count,
    ...(Object.fromEntries(INSTRUMENT_NAMES.map((name) => [name, count.exactOptional()])) as Record<
      InstrumentName,
      ReturnType<typeof count.exactOptional>
    >),
  }),
  formats: z.record(z.string(), z.string()).exactOptional(),
  dirty: z
    .array(
      z.object({
        kind: z.enum(Object.keys(DIRTY_KINDS) as DirtyKind[]),
        treatment: z.enum(TREATMENTS),
        count: z.int().positive(),
        first: z.object({
          file: z.string().exactOptional(),
          line: z.int().positive().exactOptional(),
          ts: integer.exactOptional(),
        }),
      }),
    )
    .exactOptional(),
  notes: z.array(z.string()),
});

export const TASKS = z.object({
  masks: z.array(z.array(count)),
  tasks: z.array(
    z.object({
      pid: integer,
      comm: z.string(),
      parent: integer,
      prio: integer,
      allowed: z.int().min(-1),
      group: integer,
      policy: integer.exactOptional(),
      preexisting: z.boolean(),
    }),
  ),
});

export const DOMAINS = z.array(
  z.object({
    cpu: count,
    level: count,
    name: z.string(),
    flags: z.array(z.string()),
    span: z.array(count).nullable(),
    imbalancePct: count,
    cacheNiceTries: count,
    busyFactor: count,
    minIntervalMs: count,
    maxIntervalMs: count,
  }),
);

export const COUNTERS = numbers;
