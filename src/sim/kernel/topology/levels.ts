import { SD_NUMA, SD_SHARE_CPUCAPACITY, SD_SHARE_PKG_RESOURCES } from '../constants.js';
import { cpumaskOf, type Cpumask } from './cpumask.js';
import type { TopologyDescription } from './description.js';
import type { TopologyName } from './names.js';

/** `struct sched_domain_topology_level`: one level of the machine, before it is known whether it says anything new. */
export interface TopologyLevel {
  readonly name: TopologyName;
  /** The CPUs that share this level with a CPU, by CPU. CPUs of one set have the same object. */
  readonly mask: readonly Cpumask[];
  /** What sd_flags() of the level answers. */
  readonly sd_flags: number;
  /** SDTL_OVERLAP: the sets of different CPUs may overlap without being equal. */
  readonly overlap: boolean;
  /** Node distance up to which the level reaches; 0 below the NUMA levels. */
  readonly numa_distance: number;
}

type DescribedCpu = TopologyDescription['cpus'][number];

/**
 * The levels of an x86 machine from the lowest to the highest: SMT, CLS, MC, DIE, then NODE and one NUMA level per
 * distance. A level's number is what `sd->level` shows. All sets stay within a node, as the kernel insists.
 *
 * @kernel arch/x86/kernel/smpboot.c native_smp_cpus_done
 * @omits SD_ASYM_PACKING (ITMT: a description has no core priorities), the hybrid table without CLS
 */
export function sched_topology(description: TopologyDescription): TopologyLevel[] {
  const { cpus } = description;
  const smt = masksByClass(cpus, sameCore);
  const has_cluster = cpus.some((cpu) => cpu.cluster !== undefined);
  const cls = has_cluster ? masksByClass(cpus, sameCluster) : smt;
  const levels: TopologyLevel[] = [
    level('SMT', smt, SD_SHARE_CPUCAPACITY | SD_SHARE_PKG_RESOURCES),
    level('CLS', cls, SD_SHARE_PKG_RESOURCES),
    level('MC', masksByClass(cpus, sameLlc), SD_SHARE_PKG_RESOURCES),
  ];
  const nodes = masksByClass(cpus, sameNode);
  if (!hasNumaInPackage(cpus)) levels.push(level('DIE', nodes, 0));
  return levels.concat(sched_init_numa(description));
}

/**
 * The levels above the node. NODE reaches as far as a node's distance to itself, each NUMA level as far as the next
 * distance that occurs between nodes with CPUs.
 *
 * @kernel kernel/sched/topology.c sched_init_numa
 * @omits nodes going on and off line, sched_numa_topology_type (of NUMA balancing only)
 */
export function sched_init_numa(description: TopologyDescription): TopologyLevel[] {
  const { cpus, distance } = description;
  const populated = [...new Set(cpus.map((cpu) => cpu.node))].sort((a, b) => a - b);
  const occurring = new Set<number>();
  for (const a of populated) for (const b of populated) occurring.add(distance[a]![b]!);
  const distances = [...occurring].sort((a, b) => a - b);
  return distances.map((reach, index) => {
    const byNode: Cpumask[] = [];
    for (const node of populated) {
      const members: number[] = [];
      cpus.forEach((cpu, number) => {
        if (distance[node]![cpu.node]! <= reach) members.push(number);
      });
      byNode[node] = cpumaskOf(cpus.length, members);
    }
    const mask = cpus.map((cpu) => byNode[cpu.node]!);
    if (index === 0) return level('NODE', mask, 0);
    return { name: 'NUMA', mask, sd_flags: SD_NUMA, overlap: true, numa_distance: reach };
  });
}

/** CPUs by what `same` puts together; `same` is an equivalence. CPUs of one class have the same mask object. */
export function masksByClass(cpus: readonly DescribedCpu[], same: (a: DescribedCpu, b: DescribedCpu) => boolean): Cpumask[] {
  const firsts: number[] = [];
  const members: number[][] = [];
  const classOf = cpus.map((cpu, number) => {
    let index = firsts.findIndex((first) => same(cpus[first]!, cpu));
    if (index < 0) {
      index = firsts.push(number) - 1;
      members.push([]);
    }
    members[index]!.push(number);
    return index;
  });
  const masks = members.map((list) => cpumaskOf(cpus.length, list));
  return classOf.map((index) => masks[index]!);
}

function level(name: TopologyName, mask: readonly Cpumask[], sd_flags: number): TopologyLevel {
  return { name, mask, sd_flags, overlap: false, numa_distance: 0 };
}

/** @kernel arch/x86/kernel/smpboot.c match_smt @omits what tells Bulldozer's compute units apart */
export function sameCore(a: DescribedCpu, b: DescribedCpu): boolean {
  return a.package === b.package && a.core === b.core && sameLlc(a, b);
}

/** @kernel arch/x86/kernel/smpboot.c match_l2c @omits nothing */
function sameCluster(a: DescribedCpu, b: DescribedCpu): boolean {
  if (a.cluster === undefined) return sameCore(a, b);
  return a.cluster === b.cluster && sameLlc(a, b);
}

/** @kernel arch/x86/kernel/smpboot.c match_llc @omits the warning where a cache reaches over nodes */
function sameLlc(a: DescribedCpu, b: DescribedCpu): boolean {
  return a.llc === b.llc && a.node === b.node;
}

function sameNode(a: DescribedCpu, b: DescribedCpu): boolean {
  return a.node === b.node;
}

/** x86_has_numa_in_package: two CPUs of one package are on different nodes, so that DIE would say nothing. */
function hasNumaInPackage(cpus: readonly DescribedCpu[]): boolean {
  const nodeOfPackage = new Map<number, number>();
  return cpus.some((cpu) => {
    const node = nodeOfPackage.get(cpu.package);
    if (node === undefined) nodeOfPackage.set(cpu.package, cpu.node);
    return node !== undefined && node !== cpu.node;
  });
}
