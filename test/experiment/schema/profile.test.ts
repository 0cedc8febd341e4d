import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { capturedFeatures, capturedSysctl, parseCaptureDebugfs } from '../../support/capture-debugfs.js';
import { parseCaptureTopology } from '../../../src/experiment/schema/capture-topology.js';
import { formatMachine, loadMachine, machineNames, parseMachine } from '../../../src/experiment/schema/profile.js';
import { packageRoot } from '../../../src/input/package-root.js';
import { defaultSysctl } from '../../../src/experiment/schema/profile-sysctl.js';
import { InputError } from '../../../src/input/error.js';
import { build_topology } from '../../../src/sim/kernel/topology/build.js';
import type { BuiltTopology } from '../../../src/sim/kernel/topology/built.js';

const SMALL = {
  name: 'm',
  description: 'd',
  source: 's',
  topology: { sockets: 1, coresPerSocket: 2, threadsPerCore: 2 },
  hz: 250,
};
const FULL = {
  ...SMALL,
  topology: {
    cpus: [
      { core: 0, package: 0, node: 0, llc: 0, cluster: 0, capacity: 1024 },
      { core: 1, package: 0, node: 0, llc: 0 },
      { core: 0, package: 1, node: 1, llc: 1 },
    ],
    distance: [[10, 20], [20, 10]],
    reclaimDistance: 32,
  },
  tickSkewNs: 1000,
  smtSpeed: 700,
  sysctl: { migration_cost_ns: -1, child_runs_first: true },
  features: { NEXT_BUDDY: true },
  costs: { tick: 0 },
  cache: { privateBytes: 4096 },
};

const changed = (path: string, value: unknown, base: unknown = FULL): unknown => {
  const copy = structuredClone(base) as Record<string, unknown>;
  const keys = path.split('.');
  let at: Record<string, unknown> = copy;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
  if (value === undefined) delete at[keys.at(-1)!];
  else at[keys.at(-1)!] = value;
  return copy;
};

const folder = mkdtempSync(join(tmpdir(), 'cfslab-profile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

/** The message of the InputError that `run` throws. */
function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('defaults', () => {
  it.each([
    [1, 6_000_000, 750_000, 1_000_000],
    [2, 12_000_000, 1_500_000, 2_000_000],
    [4, 18_000_000, 2_250_000, 3_000_000],
    [7, 18_000_000, 2_250_000, 3_000_000],
    [8, 24_000_000, 3_000_000, 4_000_000],
    [256, 24_000_000, 3_000_000, 4_000_000],
  ])('scale with %i CPUs as the kernel does', (cpus, latency_ns, min_granularity_ns, wakeup_granularity_ns) => {
    expect(defaultSysctl(cpus)).toEqual({
      latency_ns,
      min_granularity_ns,
      wakeup_granularity_ns,
      idle_min_granularity_ns: 750_000,
      migration_cost_ns: 500_000,
      nr_migrate: 32,
      child_runs_first: false,
      cfs_bandwidth_slice_us: 5000,
    });
  });

  it('fill in what a profile leaves out', () => {
    const machine = parseMachine(SMALL, 'm.json');
    expect(machine).toMatchObject({ name: 'm', description: 'd', hz: 250, tickSkewNs: 0, smtSpeed: 1024 });
    expect(machine.sysctl).toEqual(defaultSysctl(4));
    expect(machine.features.GENTLE_FAIR_SLEEPERS).toBe(true);
    expect(machine.cache).toMatchObject({ llcPsPerByte: 0, memoryPsPerByte: 0, remotePsPerByte: 0 });
    expect(Object.keys(machine)).not.toContain('source');
  });

  it('give way to what a profile says', () => {
    const machine = parseMachine(FULL, 'm.json');
    expect(machine.sysctl).toEqual({ ...defaultSysctl(3), migration_cost_ns: -1, child_runs_first: true });
    expect([machine.features.NEXT_BUDDY, machine.features.LAST_BUDDY, machine.costs.tick]).toEqual([true, true, 0]);
    expect(machine.topology).toEqual(FULL.topology);
  });
});

describe('compact topologies', () => {
  const cpusOf = (topology: object): unknown[] =>
    parseMachine({ ...SMALL, topology }, 'm.json').topology.cpus.map((cpu) => [cpu.package, cpu.core, cpu.node, cpu.llc]);

  it('number siblings next to each other', () => {
    expect(cpusOf({ sockets: 1, coresPerSocket: 2, threadsPerCore: 2, cpuNumbering: 'siblings-adjacent' })).toEqual([
      [0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0],
    ]);
  });

  it('number siblings last', () => {
    const distance = [[10, 20], [20, 10]];
    const topology = { sockets: 2, coresPerSocket: 2, threadsPerCore: 2, distance, cpuNumbering: 'siblings-last' };
    const first = [[0, 0, 0, 0], [0, 1, 0, 0], [1, 0, 1, 1], [1, 1, 1, 1]];
    expect(cpusOf(topology)).toEqual([...first, ...first]);
  });

  it('cut sockets into nodes and nodes into caches', () => {
    const distance = [[10, 11], [11, 10]];
    const topology = { sockets: 1, coresPerSocket: 8, threadsPerCore: 1, numaNodesPerSocket: 2, coresPerLlc: 2, distance };
    expect(cpusOf(topology).map((cpu) => (cpu as number[]).slice(2))).toEqual([
      [0, 0], [0, 0], [0, 1], [0, 1], [1, 2], [1, 2], [1, 3], [1, 3],
    ]);
  });
});

describe('machines of the package', () => {
  it('are these', () => {
    expect(machineNames()).toEqual([
      'epyc-256', 'flat2', 'flat4', 'flat64', 'i5-1035g1', 'pvt8', 'pvt8c', 'pvt8numa', 'xeon-2s',
    ]);
  });

  it.each(machineNames())('%s is named as its file, and builds', (name) => {
    const machine = loadMachine(name);
    expect(machine.name).toBe(name);
    expect(build_topology(machine.topology).cpus).toBe(machine.topology.cpus.length);
    expect(parseMachine(JSON.parse(formatMachine(machine, 'here')), 'm.json')).toEqual(machine);
  });

  it.each(['pvt8', 'pvt8c', 'pvt8numa'])('%s is the machine of its captures', (name) => {
    const captures = join(packageRoot(), 'calibration', 'captures', 'topologies', name);
    const captured = parseCaptureDebugfs(readFileSync(join(captures, 'sched_debugfs'), 'utf8'), 'sched_debugfs');
    const topology = parseCaptureTopology(readFileSync(join(captures, 'topology'), 'utf8'), 'topology');
    const machine = loadMachine(name);
    expect(build_topology(machine.topology)).toEqual(build_topology(topology));
    // The migration cost of a capture was set before it; the machine has the default.
    const { migration_cost_ns } = machine.sysctl;
    expect(machine.sysctl).toEqual({ ...capturedSysctl(captured, machine.sysctl), migration_cost_ns });
    expect(machine.features).toEqual(capturedFeatures(captured));
  });

  it.each([
    ['i5-1035g1', 8, ['SMT', 'MC'], [0, 4]],
    ['xeon-2s', 64, ['SMT', 'MC', 'NUMA'], [0, 32]],
    ['flat2', 2, ['MC'], [0]],
    ['flat4', 4, ['MC'], [0]],
    ['flat64', 64, ['MC'], [0]],
    ['epyc-256', 256, ['SMT', 'MC', 'DIE', 'NUMA'], [0, 128]],
  ])('%s has %i CPUs and the domains %j', (name, cpus, names, siblings) => {
    const built: BuiltTopology = build_topology(loadMachine(name).topology);
    expect(built.cpus).toBe(cpus);
    expect(built.sds.filter((sd) => sd.cpu === 0).map((sd) => sd.name)).toEqual(names);
    const { off, len } = built.perCpu[0]!.smt;
    expect(built.cpuLists.slice(off, off + len)).toEqual(siblings);
  });
});

describe('loadMachine', () => {
  it('reads a file', () => {
    expect(loadMachine(written('good.json', JSON.stringify(FULL)))).toEqual(parseMachine(FULL, 'm.json'));
  });

  it.each([
    [
      'a name that is none',
      'i7',
      /^i7: expected a machine profile's file or one of epyc-256, flat2, .*, found nothing of that name$/,
    ],
    ['no name', '', /^machine: expected a machine profile's file/],
    ['a path out of the folder', '../machines/pvt8', /found nothing of that name$/],
    ['a folder', folder, /expected a file, found a directory$/],
    ['text', written('text.json', 'hello'), /text\.json: line 1, column 1: expected JSON, found "hello"$/],
    [
      'a file cut off',
      written('cut.json', JSON.stringify(FULL).slice(0, 50)),
      /cut\.json: line 1, .*: expected JSON, found the end of the file$/,
    ],
    [
      'a file too large',
      written('large.json', ' '.repeat(2 ** 20 + 1)),
      /expected at most 1048576 bytes, found 1048577 bytes$/,
    ],
    [
      'a mistake',
      written('bad.json', JSON.stringify({ ...FULL, hz: 60 })),
      /bad\.json: hz: expected one of 100, 250, 300, 1000, found 60$/,
    ],
  ])('refuses %s', (_, name, message) => {
    expect(() => loadMachine(name)).toThrow(InputError);
    expect(() => loadMachine(name)).toThrow(message);
  });
});

describe('parseMachine refuses', () => {
  it.each([
    ['no object', 7, /^expected an object, found 7$/],
    ['no name', changed('name', undefined), /^name: expected a string, found nothing$/],
    ['a name with a slash', changed('name', 'a/b'), /^name: expected a name of letters, digits, .*, found "a\/b"$/],
    ['no source', changed('source', undefined), /^source: expected a string, found nothing$/],
    ['an unknown field', changed('cores', 4), /^cores: expected no such field, found 4$/],
    ['an unknown cost', changed('costs.switch', 4), /^costs\.switch: expected no such field, found 4$/],
    ['an unknown feature', changed('features.HRTICK', true), /^features\.HRTICK: expected no such field/],
    ['an unknown sysctl', changed('sysctl.latency', 1), /^sysctl\.latency: expected no such field/],
    ['a negative cost', changed('costs.tick', -1), /^costs\.tick: expected at least 0, found -1$/],
    ['a cost that is no integer', changed('costs.tick', 1.5), /^costs\.tick: expected an integer, found 1\.5$/],
    ['a cost too large', changed('costs.tick', 1e10), /^costs\.tick: expected at most 10000000, found 10000000000$/],
    ['a speed of 0', changed('smtSpeed', 0), /^smtSpeed: expected at least 1, found 0$/],
    ['a latency of 0', changed('sysctl.latency_ns', 0), /^sysctl\.latency_ns: expected at least 1000, found 0$/],
    ['a feature that is a number', changed('features.NEXT_BUDDY', 1), /^features\.NEXT_BUDDY: expected a boolean, found 1$/],
    ['a cache of no bytes', changed('cache.llcBytes', 0), /^cache\.llcBytes: expected at least 4096, found 0$/],
    ['ticks spread over more than a tick', changed('tickSkewNs', 2_000_000), /^tickSkewNs: expected at most 1333333, /],
    ['no topology', changed('topology', undefined), /^topology: expected an object, found nothing$/],
    ['no CPUs', changed('topology.cpus', []), /^topology\.cpus: expected at least 1 entries, found \[\]$/],
    ['CPUs that are no list', changed('topology.cpus', {}), /^topology\.cpus: expected an array, found \{\}$/],
    [
      'a CPU without a core',
      changed('topology.cpus.1.core', undefined),
      /^topology\.cpus\.1\.core: expected .*, found nothing$/,
    ],
    [
      'a capacity of 0',
      changed('topology.cpus.1.capacity', 0),
      /^topology\.cpus\.1\.capacity: expected at least 1, found 0$/,
    ],
    [
      'a node that is not there',
      changed('topology.cpus.2.node', 2),
      /^topology\.cpus\.2\.node: expected 0…1, a row of distance, found 2$/,
    ],
    ['no distance', changed('topology.distance', undefined), /^topology\.distance: expected an array, found nothing$/],
    ['a distance to itself of 11', changed('topology.distance.1.1', 11), /^topology\.distance\.1\.1: expected 10, /],
    [
      'a distance of 10',
      changed('topology.distance.0.1', 10),
      /^topology\.distance\.0\.1: expected more than 10, found 10$/,
    ],
    [
      'a one-way distance',
      changed('topology.distance.0.1', 30),
      /^topology\.distance\.0\.1: expected the distance back, 20, found 30$/,
    ],
    [
      'a cache on two nodes',
      changed('topology.cpus.2.llc', 0),
      /^topology\.cpus\.2\.node: expected a last-level cache on one node, /,
    ],
    [
      'siblings of two caches',
      changed('topology.cpus.2.package', 0),
      /^topology\.cpus\.2\.llc: expected SMT siblings in one last-level/,
    ],
    ['no cores', changed('topology.coresPerSocket', 0, SMALL), /^topology\.coresPerSocket: expected at least 1, found 0$/],
    ['too many CPUs', changed('topology.coresPerSocket', 1000, SMALL), /^topology: expected at most 1024 CPUs, found 2000$/],
    ['both forms', changed('topology.cpus', FULL.topology.cpus, SMALL), /^topology\.\w+: expected /],
    [
      'nodes without distances',
      changed('topology.numaNodesPerSocket', 2, SMALL),
      /^topology\.distance: expected the distances of 2 nodes/,
    ],
    [
      'half a core in a node',
      changed('topology.numaNodesPerSocket', 4, SMALL),
      /topology\.numaNodesPerSocket: expected a divisor of coresPerSocket \(2\), found 4$/,
    ],
    [
      'a cache that does not fit',
      changed('topology.coresPerLlc', 3, SMALL),
      /topology\.coresPerLlc: expected a divisor of the 2 cores of a node, found 3$/,
    ],
    [
      'an unknown numbering',
      changed('topology.cpuNumbering', 'x', SMALL),
      /topology\.cpuNumbering: expected one of siblings-adjacent, siblings-last, found "x"$/,
    ],
    [
      'an own __proto__',
      JSON.parse(JSON.stringify(SMALL).replace('{', '{"__proto__":{"hz":1},')) as unknown,
      /expected no such field/,
    ],
  ])('%s', (_, json, message) => {
    const refusal = refusalOf(() => parseMachine(json, 'm.json'));
    expect(refusal.slice(0, 8)).toBe('m.json: ');
    expect(refusal.slice(8)).toMatch(message);
  });

  it('any mutation with an InputError, or reads it as a machine that can be built', () => {
    const paths = pathsOf(FULL).concat(pathsOf(SMALL));
    let read = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(FULL, SMALL),
        fc.array(fc.tuple(fc.constantFrom(...paths), mutations), { minLength: 1, maxLength: 3 }),
        (base, changes) => {
          let json: unknown = structuredClone(base);
          for (const [path, mutation] of changes) json = mutate(json, path, mutation);
          try {
            const machine = parseMachine(JSON.parse(JSON.stringify(json)), 'm.json');
            build_topology(machine.topology);
            read++;
          } catch (error) {
            if (!(error instanceof InputError)) throw error;
            if (/[\n\r]/.test(error.message)) throw new Error('a message of several lines');
            refused++;
          }
        },
      ),
      { numRuns: 3000 },
    );
    // Both must happen often, or the mutations test nothing.
    expect(Math.min(read, refused)).toBeGreaterThan(100);
  });
});

type Mutation = { readonly put: unknown } | { readonly drop: true } | { readonly add: string };

const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    put: fc.oneof(fc.integer(), fc.nat(64), fc.constantFrom(10, 20, 250, 1000, true, 'x', null, 0.5, -1), fc.jsonValue()),
  }),
  fc.constant({ drop: true as const }),
  fc.record({
    add: fc.oneof(fc.string(), fc.constantFrom('cpus', 'sockets', 'capacity', 'cluster', '__proto__', 'constructor')),
  }),
);

/** Every path to a value within `json`. */
function pathsOf(json: unknown): PropertyKey[][] {
  if (typeof json !== 'object' || json === null) return [[]];
  return [[], ...Object.entries(json).flatMap(([key, value]) => pathsOf(value).map((rest) => [key, ...rest]))];
}

function mutate(json: unknown, path: readonly PropertyKey[], mutation: Mutation): unknown {
  if (path.length === 0) {
    if ('put' in mutation) return mutation.put;
    if ('add' in mutation && typeof json === 'object' && json !== null) Object.defineProperty(json, mutation.add, own(1));
    return json;
  }
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, path[0]!)) return json;
  const record = json as Record<PropertyKey, unknown>;
  if (path.length === 1 && 'drop' in mutation) delete record[path[0]!];
  else Object.defineProperty(record, path[0]!, own(mutate(record[path[0]!], path.slice(1), mutation)));
  return json;
}

function own(value: unknown): PropertyDescriptor {
  return { value, enumerable: true, writable: true, configurable: true };
}
