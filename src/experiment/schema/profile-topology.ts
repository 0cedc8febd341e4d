import { check } from '../../input/check.js';
import { InputError } from '../../input/error.js';
import { z } from '../../input/zod.js';
import type { TopologyDescription } from '../../sim/kernel/topology/description.js';

/** The most CPUs that a machine may have. */
export const MAX_CPUS = 1024;
const MAX_NODES = 64;
/** What the kernel takes for a node's distance to itself (LOCAL_DISTANCE), and one byte's end. */
const LOCAL_DISTANCE = 10;
const MAX_DISTANCE = 255;

const id = z.int().min(0).max(65535);
const distance = z.array(z.array(z.int().min(LOCAL_DISTANCE).max(MAX_DISTANCE)).min(1).max(MAX_NODES)).min(1).max(MAX_NODES);
const reclaimDistance = z.int().min(LOCAL_DISTANCE).max(MAX_DISTANCE).optional();

export const fullSchema = z.strictObject({
  cpus: z
    .array(
      z.strictObject({
        core: id,
        package: id,
        node: z.int().min(0).max(MAX_NODES - 1),
        llc: id,
        cluster: id.optional(),
        capacity: z.int().min(1).max(1024).optional(),
      }),
    )
    .min(1)
    .max(MAX_CPUS),
  distance,
  reclaimDistance,
});

export const compactSchema = z.strictObject({
  sockets: z.int().min(1).max(MAX_NODES),
  coresPerSocket: z.int().min(1).max(MAX_CPUS),
  threadsPerCore: z.int().min(1).max(8),
  numaNodesPerSocket: z.int().min(1).max(MAX_NODES).default(1),
  /** Cores that share a last-level cache; absent: all of a node. */
  coresPerLlc: z.int().min(1).max(MAX_CPUS).optional(),
  /** Cores that share an L2 (SCHED_CLUSTER); absent: none do. */
  coresPerCluster: z.int().min(1).max(MAX_CPUS).optional(),
  /** Needed where there are several nodes. */
  distance: distance.optional(),
  reclaimDistance,
  cpuNumbering: z.enum(['siblings-adjacent', 'siblings-last']).default('siblings-adjacent'),
});

type Compact = z.output<typeof compactSchema>;

/**
 * Reads the `topology` of a machine profile: the full list of CPUs where it has `cpus`, else the compact form.
 *
 * @param place name of the field in `file`, for errors
 * @throws InputError
 */
export function parseTopology(value: unknown, file: string, place: string): TopologyDescription {
  const full = typeof value === 'object' && value !== null && Object.hasOwn(value, 'cpus');
  const description = full
    ? plain(checkAt(fullSchema, value, file, place))
    : expand(checkAt(compactSchema, value, file, place), file, place);
  checkTopology(description, file, place);
  return description;
}

function checkAt<S extends z.ZodType>(schema: S, value: unknown, file: string, place: string): z.output<S> {
  const wrapped = check(z.object({ [place]: schema }), { [place]: value }, file) as Record<string, z.output<S>>;
  return wrapped[place]!;
}

/** Leaves out the optional fields that are not there, as the types of a TopologyDescription ask. */
function plain(full: z.output<typeof fullSchema>): TopologyDescription {
  return {
    cpus: full.cpus.map(({ cluster, capacity, ...cpu }) => ({
      ...cpu,
      ...(cluster === undefined ? {} : { cluster }),
      ...(capacity === undefined ? {} : { capacity }),
    })),
    distance: full.distance,
    ...(full.reclaimDistance === undefined ? {} : { reclaimDistance: full.reclaimDistance }),
  };
}

/** Lists the CPUs that a compact description stands for. */
function expand(compact: Compact, file: string, place: string): TopologyDescription {
  const { sockets, coresPerSocket, threadsPerCore, numaNodesPerSocket } = compact;
  const cpus = sockets * coresPerSocket * threadsPerCore;
  const wrong = (field: string, expected: string, found: number): InputError =>
    new InputError(file, field === '' ? place : `${place}.${field}`, expected, String(found));
  if (cpus > MAX_CPUS) throw wrong('', `at most ${MAX_CPUS} CPUs`, cpus);
  const nodes = sockets * numaNodesPerSocket;
  if (nodes > MAX_NODES) throw wrong('numaNodesPerSocket', `at most ${MAX_NODES} nodes in all`, nodes);
  if (coresPerSocket % numaNodesPerSocket !== 0) {
    throw wrong('numaNodesPerSocket', `a divisor of coresPerSocket (${coresPerSocket})`, numaNodesPerSocket);
  }
  const coresPerNode = coresPerSocket / numaNodesPerSocket;
  const coresPerLlc = compact.coresPerLlc ?? coresPerNode;
  if (coresPerNode % coresPerLlc !== 0) {
    throw wrong('coresPerLlc', `a divisor of the ${coresPerNode} cores of a node`, coresPerLlc);
  }
  const { coresPerCluster } = compact;
  if (coresPerCluster !== undefined && coresPerLlc % coresPerCluster !== 0) {
    throw wrong('coresPerCluster', `a divisor of the ${coresPerLlc} cores of a last-level cache`, coresPerCluster);
  }
  if (compact.distance === undefined && nodes > 1) {
    throw new InputError(file, `${place}.distance`, `the distances of ${nodes} nodes`, 'nothing');
  }

  const list: Array<TopologyDescription['cpus'][number]> = [];
  for (let socket = 0; socket < sockets; socket++) {
    for (let core = 0; core < coresPerSocket; core++) {
      const global = socket * coresPerSocket + core;
      const cpu = {
        core,
        package: socket,
        node: Math.floor(global / coresPerNode),
        llc: Math.floor(global / coresPerLlc),
        ...(coresPerCluster === undefined ? {} : { cluster: Math.floor(global / coresPerCluster) }),
      };
      for (let thread = 0; thread < threadsPerCore; thread++) {
        const last = compact.cpuNumbering === 'siblings-last';
        list[last ? thread * sockets * coresPerSocket + global : global * threadsPerCore + thread] = cpu;
      }
    }
  }
  return {
    cpus: list,
    distance: compact.distance ?? [[LOCAL_DISTANCE]],
    ...(compact.reclaimDistance === undefined ? {} : { reclaimDistance: compact.reclaimDistance }),
  };
}

/**
 * Refuses a description whose parts contradict each other.
 *
 * @param place name of the topology in `file`, empty where the whole file is the topology
 * @throws InputError
 */
export function checkTopology(description: TopologyDescription, file: string, place: string): void {
  const at = (field: string): string => (place === '' ? field : `${place}.${field}`);
  checkDistances(description.distance, file, at('distance'));
  const nodes = description.distance.length;
  description.cpus.forEach((cpu, number) => {
    if (cpu.node >= nodes) {
      throw new InputError(file, at(`cpus.${number}.node`), `0…${nodes - 1}, a row of distance`, String(cpu.node));
    }
  });
  checkShared(description, file, at, 'SMT siblings in one last-level cache', (cpu) => `${cpu.package} ${cpu.core}`, 'llc');
  checkShared(description, file, at, 'SMT siblings in one cluster', (cpu) => `${cpu.package} ${cpu.core}`, 'cluster');
  checkShared(description, file, at, 'SMT siblings of one capacity', (cpu) => `${cpu.package} ${cpu.core}`, 'capacity');
  checkShared(description, file, at, 'a cluster in one last-level cache', (cpu) => cpu.cluster, 'llc');
  checkShared(description, file, at, 'a last-level cache on one node', (cpu) => cpu.llc, 'node');
}

type Cpu = TopologyDescription['cpus'][number];

/** CPUs of the same `key` must agree in `field`. */
function checkShared(
  description: TopologyDescription,
  file: string,
  at: (field: string) => string,
  expected: string,
  key: (cpu: Cpu) => string | number | undefined,
  field: 'llc' | 'cluster' | 'capacity' | 'node',
): void {
  const first = new Map<string | number, number>();
  description.cpus.forEach((cpu, number) => {
    const own = key(cpu);
    if (own === undefined) return;
    const other = first.get(own);
    if (other === undefined) first.set(own, number);
    else if (description.cpus[other]![field] !== cpu[field]) {
      const found = `${cpu[field] ?? 'none'} and, for CPU ${other}, ${description.cpus[other]![field] ?? 'none'}`;
      throw new InputError(file, at(`cpus.${number}.${field}`), expected, found);
    }
  });
}

/** Distances are a square of the nodes, 10 from a node to itself, more to others, the same both ways. */
function checkDistances(rows: TopologyDescription['distance'], file: string, place: string): void {
  rows.forEach((row, a) => {
    if (row.length !== rows.length) {
      throw new InputError(file, `${place}.${a}`, `${rows.length} distances, as there are rows`, `${row.length}`);
    }
    row.forEach((value, b) => {
      const expected =
        a === b
          ? value === LOCAL_DISTANCE || `${LOCAL_DISTANCE}, a node's distance to itself`
          : value <= LOCAL_DISTANCE
            ? `more than ${LOCAL_DISTANCE}`
            : value === rows[b]![a] || `the distance back, ${rows[b]![a]}`;
      if (expected !== true) throw new InputError(file, `${place}.${a}.${b}`, expected, String(value));
    });
  });
}
