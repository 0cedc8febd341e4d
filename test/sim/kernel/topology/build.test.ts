import { describe, expect, it } from 'vitest';
import {
  SD_ASYM_CPUCAPACITY,
  SD_ASYM_CPUCAPACITY_FULL,
  SD_BALANCE_EXEC,
  SD_BALANCE_FORK,
  SD_BALANCE_NEWIDLE,
  SD_NUMA,
  SD_OVERLAP,
  SD_PREFER_SIBLING,
  SD_SERIALIZE,
  SD_SHARE_CPUCAPACITY,
  SD_SHARE_PKG_RESOURCES,
  SD_WAKE_AFFINE,
} from '../../../../src/sim/kernel/constants.js';
import { build_topology } from '../../../../src/sim/kernel/topology/build.js';
import type { TopologyDescription } from '../../../../src/sim/kernel/topology/description.js';
import { chainOf, cpusOf, groupsOf, nodesOf, range, ringOf } from './shapes.js';

const COMMON = SD_BALANCE_NEWIDLE | SD_BALANCE_EXEC | SD_BALANCE_FORK | SD_WAKE_AFFINE;
const SMT = COMMON | SD_SHARE_CPUCAPACITY | SD_SHARE_PKG_RESOURCES | SD_PREFER_SIBLING;
const MC = COMMON | SD_SHARE_PKG_RESOURCES | SD_PREFER_SIBLING;
const DIE = COMMON | SD_PREFER_SIBLING;
const NUMA = COMMON | SD_NUMA | SD_OVERLAP | SD_SERIALIZE;

describe('machines of one or two CPUs', () => {
  it('gives a single CPU no domain, a cache of its own and a core of its own', () => {
    const built = build_topology(nodesOf([[10]], 1));
    expect(built.sds).toEqual([]);
    expect(built.shared).toEqual([]);
    const own = built.perCpu[0]!;
    expect(own).toMatchObject({ sd: -1, llc: -1, llcShared: -1, llcId: 0, llcSize: 1, asymCapacity: -1, asymPacking: -1 });
    expect(cpusOf(built, own.smt)).toEqual([0]);
    expect(built.smtActive).toBe(false);
    expect(built.asymCapacity).toBe(false);
  });

  it('gives two cores of one cache an MC domain', () => {
    const built = build_topology(nodesOf([[10]], 2));
    expect(chainOf(built, 1).map((sd) => [sd.name, sd.level, sd.flags])).toEqual([['MC', 2, MC]]);
    expect(groupsOf(built, chainOf(built, 1)[0]!)).toEqual([[1], [0]]);
    expect(built.coreOf).toEqual([0, 1]);
  });

  it('gives two threads of one core an SMT domain', () => {
    const built = build_topology(nodesOf([[10]], 1, 2));
    expect(chainOf(built, 0).map((sd) => [sd.name, sd.level, sd.flags])).toEqual([['SMT', 0, SMT]]);
    expect(built.perCpu[1]).toMatchObject({ llcId: 0, llcSize: 2 });
    expect(built.smtActive).toBe(true);
    expect(built.coreOf).toEqual([0, 0]);
  });

  it('gives two caches of one node a DIE domain and no LLC domain', () => {
    const cpus = [0, 1].map((core) => ({ core, package: 0, node: 0, llc: core }));
    const built = build_topology({ cpus, distance: [[10]] });
    expect(chainOf(built, 0).map((sd) => [sd.name, sd.level, sd.flags])).toEqual([['DIE', 3, DIE]]);
    expect(built.perCpu.map((own) => [own.llc, own.llcId, own.llcSize])).toEqual([
      [-1, 0, 1],
      [-1, 1, 1],
    ]);
    expect(built.shared).toEqual([]);
  });
});

describe('64 CPUs of one socket', () => {
  const built = build_topology(nodesOf([[10]], 64));

  it('has one MC domain per CPU', () => {
    for (let cpu = 0; cpu < 64; cpu++) {
      const chain = chainOf(built, cpu);
      expect(chain).toHaveLength(1);
      expect(chain[0]).toMatchObject({
        cpu,
        name: 'MC',
        level: 2,
        flags: MC,
        parent: -1,
        child: -1,
        imbalancePct: 117,
        cacheNiceTries: 1,
        busyFactor: 16,
        minInterval: 64,
        maxInterval: 128,
        balanceInterval: 64,
        newidleCall: 512,
        newidleSuccess: 256,
        newidleRatio: 512,
        imbNumaNr: 0,
      });
    }
  });

  it('has 64 groups that all domains share, each ring starting at its own CPU', () => {
    expect(built.sgs).toHaveLength(64);
    expect(groupsOf(built, chainOf(built, 5)[0]!).map(([cpu]) => cpu)).toEqual([...range(5, 63), ...range(0, 4)]);
    // Every CPU lost its SMT domain, and with it the flags of its own group.
    expect(built.sgs.map((sg) => sg.flags)).toEqual(new Array(64).fill(0));
    expect(built.sgcs).toEqual(new Array(64).fill({ capacity: 1024, minCapacity: 1024, maxCapacity: 1024 }));
  });

  it('has one last-level cache with all CPUs busy at the start', () => {
    expect(built.shared).toEqual([64]);
    expect(built.perCpu.map((own) => [own.llcId, own.llcSize, own.llcShared])).toEqual(new Array(64).fill([0, 64, 0]));
  });
});

describe('two sockets of 16 cores with 2 threads', () => {
  const built = build_topology(nodesOf([[10, 21], [21, 10]], 16, 2));

  it('has SMT, MC and NUMA domains', () => {
    const seen = chainOf(built, 35).map((sd) => [
      sd.name, sd.level, sd.flags, cpusOf(built, sd.span),
      sd.imbalancePct, sd.cacheNiceTries, sd.minInterval, sd.maxInterval,
    ]);
    expect(seen).toEqual([
      ['SMT', 0, SMT, [34, 35], 110, 0, 2, 4],
      ['MC', 2, MC, range(32, 63), 117, 1, 32, 64],
      ['NUMA', 5, NUMA, range(0, 63), 117, 2, 64, 128],
    ]);
  });

  it('has groups with the flags of the level below as it was before levels went', () => {
    const [smt, mc, numa] = chainOf(built, 35);
    expect(groupsOf(built, smt!)).toEqual([[35], [34]]);
    expect(ringOf(built, smt!).map((row) => built.sgs[row]!.flags)).toEqual([0, 0]);
    // The cores' groups copied them from CLS, which repeated SMT without sharing the capacity.
    expect(groupsOf(built, mc!).slice(0, 2)).toEqual([[34, 35], [36, 37]]);
    expect(groupsOf(built, mc!).at(-1)).toEqual([32, 33]);
    expect(ringOf(built, mc!).map((row) => built.sgs[row]!.flags)).toEqual(new Array(16).fill(MC));
    // The nodes' groups copied them from NODE.
    expect(groupsOf(built, numa!)).toEqual([range(32, 63), range(0, 31)]);
    expect(ringOf(built, numa!).map((row) => built.sgs[row]!.flags)).toEqual([DIE, DIE]);
  });

  it('has NUMA groups of its own for each CPU, with two capacities between them', () => {
    const numa = built.sds.filter((sd) => sd.name === 'NUMA');
    const rows = numa.flatMap((sd) => ringOf(built, sd));
    expect(new Set(rows).size).toBe(128);
    expect(new Set(rows.map((row) => built.sgs[row]!.sgc)).size).toBe(2);
    for (const row of rows) {
      const sg = built.sgs[row]!;
      expect(sg.mask).toEqual(sg.span);
      expect(built.sgcs[sg.sgc]).toEqual({ capacity: 32 * 1024, minCapacity: 1024, maxCapacity: 1024 });
    }
  });

  it('allows an eighth of a node of NUMA imbalance, and counts shared objects per cache and core', () => {
    expect(chainOf(built, 0).map((sd) => sd.imbNumaNr)).toEqual([0, 0, 4]);
    expect(built.perCpu.map((own) => own.llcId)).toEqual([...new Array(32).fill(0), ...new Array(32).fill(32)]);
    expect(built.shared.filter((busy) => busy === 32)).toHaveLength(2);
    expect(built.shared.filter((busy) => busy === 2)).toHaveLength(32);
    expect(built.shared[built.perCpu[40]!.llcShared]).toBe(32);
  });
});

describe('several caches in a node', () => {
  it('keeps DIE and allows one task of NUMA imbalance per cache', () => {
    const cpus = range(0, 31).map((cpu) => ({ core: cpu % 16, package: cpu >> 4, node: cpu >> 4, llc: cpu >> 2 }));
    const built = build_topology({ cpus, distance: [[10, 20], [20, 10]] });
    const chain = chainOf(built, 17);
    expect(chain.map((sd) => [sd.name, sd.level, sd.span.len, sd.cacheNiceTries, sd.imbNumaNr])).toEqual([
      ['MC', 2, 4, 1, 0],
      ['DIE', 3, 16, 1, 4],
      ['NUMA', 5, 32, 2, 4],
    ]);
    expect(built.perCpu[17]).toMatchObject({ llcId: 16, llcSize: 4 });
    expect(groupsOf(built, chain[1]!)).toEqual([range(16, 19), range(20, 23), range(24, 27), range(28, 31)]);
  });

  it('leaves DIE out where a package has several nodes, so that NUMA is level 4', () => {
    const cpus = range(0, 7).map((cpu) => ({ core: cpu, package: 0, node: cpu >> 2, llc: cpu >> 2 }));
    const built = build_topology({ cpus, distance: [[10, 11], [11, 10]] });
    expect(chainOf(built, 0).map((sd) => [sd.name, sd.level])).toEqual([['MC', 2], ['NUMA', 4]]);
  });

  it('has a CLS level where clusters are given', () => {
    const cpus = range(0, 7).map((cpu) => ({ core: cpu, package: 0, node: 0, llc: 0, cluster: cpu >> 2 }));
    const built = build_topology({ cpus, distance: [[10]] });
    expect(chainOf(built, 6).map((sd) => [sd.name, sd.level, sd.flags, sd.span.len])).toEqual([
      ['CLS', 1, MC, 4],
      ['MC', 2, MC, 8],
    ]);
  });
});

describe('four nodes in a ring, neighbours at 20 and the opposite at 30', () => {
  const ring = [
    [10, 20, 30, 20],
    [20, 10, 20, 30],
    [30, 20, 10, 20],
    [20, 30, 20, 10],
  ];
  const built = build_topology(nodesOf(ring, 2));

  it('has two NUMA levels', () => {
    expect(chainOf(built, 0).map((sd) => [sd.name, sd.level, sd.flags, cpusOf(built, sd.span)])).toEqual([
      ['MC', 2, MC, [0, 1]],
      ['NUMA', 5, NUMA, [0, 1, 2, 3, 6, 7]],
      ['NUMA', 6, NUMA, range(0, 7)],
    ]);
    expect(chainOf(built, 0).map((sd) => sd.imbNumaNr)).toEqual([0, 1, 1]);
  });

  it('has overlapping groups on the upper one, balanced by the CPUs in their middle', () => {
    const [, near, far] = chainOf(built, 2);
    expect(groupsOf(built, near!)).toEqual([[2, 3], [4, 5], [0, 1]]);
    expect(groupsOf(built, far!)).toEqual([range(0, 5), [0, 1, 4, 5, 6, 7]]);
    const masks = ringOf(built, far!).map((row) => cpusOf(built, built.sgs[row]!.mask));
    expect(masks).toEqual([[2, 3], [6, 7]]);
    for (const row of ringOf(built, far!)) {
      expect(built.sgs[row]!.flags).toBe(NUMA);
      expect(built.sgcs[built.sgs[row]!.sgc]).toEqual({ capacity: 6 * 1024, minCapacity: 1024, maxCapacity: 1024 });
    }
  });

  it('shares capacities between CPUs of the same node, not between nodes', () => {
    const owners = range(0, 7).map((cpu) => built.sgs[chainOf(built, cpu)[2]!.groups]!.sgc);
    expect(owners[0]).toBe(owners[1]);
    expect(new Set(owners).size).toBe(4);
  });

  it('places nothing beyond the reclaim distance', () => {
    const farther = ring.map((row) => row.map((value) => (value === 30 ? 31 : value)));
    const far = chainOf(build_topology(nodesOf(farther, 2)), 0)[2]!;
    expect(far.flags).toBe(NUMA & ~(SD_BALANCE_EXEC | SD_BALANCE_FORK | SD_WAKE_AFFINE));
    const zen = chainOf(build_topology({ ...nodesOf(farther, 2), reclaimDistance: 32 }), 0)[2]!;
    expect(zen.flags).toBe(NUMA);
  });
});

describe('two pairs of near nodes', () => {
  it('allow more NUMA imbalance on the level above the pairs', () => {
    const pairs = [
      [10, 16, 22, 22],
      [16, 10, 22, 22],
      [22, 22, 10, 16],
      [22, 22, 16, 10],
    ];
    const chain = chainOf(build_topology(nodesOf(pairs, 16)), 20);
    expect(chain.map((sd) => [sd.name, sd.span.len, sd.imbNumaNr])).toEqual([['MC', 16, 0], ['NUMA', 32, 2], ['NUMA', 64, 4]]);
  });
});

describe('four nodes in a line, one CPU each', () => {
  const line = range(0, 3).map((a) => range(0, 3).map((b) => 10 + 10 * Math.abs(a - b)));
  const built = build_topology(nodesOf(line, 1));

  it('has as many levels as a CPU needs to reach all', () => {
    const spans = (cpu: number): unknown[] => chainOf(built, cpu).map((sd) => [sd.level, cpusOf(built, sd.span)]);
    expect(spans(0)).toEqual([[5, [0, 1]], [6, [0, 1, 2]], [7, [0, 1, 2, 3]]]);
    expect(spans(1)).toEqual([[5, [0, 1, 2]], [6, [0, 1, 2, 3]]]);
    expect(spans(2)).toEqual([[5, [1, 2, 3]], [6, [0, 1, 2, 3]]]);
  });

  it('takes a smaller group of a sibling whose own reaches too far', () => {
    const [low, middle, high] = chainOf(built, 0);
    expect(groupsOf(built, low!)).toEqual([[0], [1]]);
    expect(groupsOf(built, middle!)).toEqual([[0, 1], [2]]);
    expect(groupsOf(built, high!)).toEqual([[0, 1, 2], [1, 2, 3]]);
    const sgc = (row: number): number => built.sgcs[built.sgs[row]!.sgc]!.capacity;
    expect(ringOf(built, middle!).map(sgc)).toEqual([2048, 1024]);
    expect(ringOf(built, high!).map(sgc)).toEqual([3072, 3072]);
  });
});

describe('two fast cores with threads and a cluster of four slow cores', () => {
  const cpus: TopologyDescription['cpus'] = [
    ...range(0, 3).map((cpu) => ({ core: cpu >> 1, package: 0, node: 0, llc: 0, capacity: 1024 })),
    ...range(4, 7).map((cpu) => ({ core: cpu, package: 0, node: 0, llc: 0, cluster: 1, capacity: 600 })),
  ];
  const built = build_topology({ cpus, distance: [[10]] });

  it('marks the domain that holds all capacities', () => {
    const asym = (MC | SD_ASYM_CPUCAPACITY | SD_ASYM_CPUCAPACITY_FULL) >>> 0;
    expect(chainOf(built, 0).map((sd) => [sd.name, sd.level, sd.flags])).toEqual([['SMT', 0, SMT], ['MC', 2, asym]]);
    expect(chainOf(built, 4).map((sd) => [sd.name, sd.level, sd.flags])).toEqual([
      ['CLS', 1, MC & ~SD_PREFER_SIBLING],
      ['MC', 2, asym],
    ]);
    expect(built.asymCapacity).toBe(true);
    expect(built.sds[built.perCpu[6]!.asymCapacity]).toMatchObject({ name: 'MC', cpu: 6 });
    expect(built.perCpu[6]!.asymPacking).toBe(-1);
  });

  it('sums up capacities', () => {
    const mc = chainOf(built, 0)[1]!;
    expect(groupsOf(built, mc)).toEqual([[0, 1], [2, 3], [4, 5, 6, 7]]);
    expect(ringOf(built, mc).map((row) => built.sgcs[built.sgs[row]!.sgc])).toEqual([
      { capacity: 2048, minCapacity: 1024, maxCapacity: 1024 },
      { capacity: 2048, minCapacity: 1024, maxCapacity: 1024 },
      { capacity: 2400, minCapacity: 600, maxCapacity: 600 },
    ]);
    expect(ringOf(built, mc).map((row) => built.sgs[row]!.flags)).toEqual(new Array(3).fill(MC & ~SD_PREFER_SIBLING));
  });

  it('marks a domain that holds some of the capacities only', () => {
    const three = [1024, 512, 1024, 300].map((capacity, core) => ({ core, package: 0, node: 0, llc: core >> 1, capacity }));
    const chain = chainOf(build_topology({ cpus: three, distance: [[10]] }), 0);
    expect(chain.map((sd) => [sd.name, sd.flags & (SD_ASYM_CPUCAPACITY | SD_ASYM_CPUCAPACITY_FULL)])).toEqual([
      ['MC', SD_ASYM_CPUCAPACITY],
      ['DIE', SD_ASYM_CPUCAPACITY | SD_ASYM_CPUCAPACITY_FULL],
    ]);
  });
});

it('refuses a machine without CPUs', () => {
  expect(() => build_topology({ cpus: [], distance: [[10]] })).toThrow(RangeError);
});
