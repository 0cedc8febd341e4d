import { SCHED_CAPACITY_SCALE, SD_OVERLAP } from '../constants.js';
import type { BuiltTopology } from './built.js';
import { cpumaskOf, cpumask_weight, type Cpumask } from './cpumask.js';
import { cpu_attach_domain } from './degenerate.js';
import type { TopologyDescription } from './description.js';
import { asym_cpu_capacity_scan, bootCapacities, build_all_sched_domains, RECLAIM_DISTANCE } from './domains.js';
import type { Draft, DraftDomain, LevelData } from './draft.js';
import { build_sched_groups } from './groups.js';
import { set_imb_numa_nr } from './imb-numa.js';
import { init_sched_groups_capacity } from './initial-capacity.js';
import { sched_topology } from './levels.js';
import { build_overlap_sched_groups } from './overlap.js';
import { packTree } from './pack.js';
import { withDomainSettings, type DomainsSettings } from './tune.js';

/**
 * The sched-domain tree of a machine, as the kernel has it after boot.
 *
 * The steps are the kernel's, in its order: the domains of every CPU, their groups, imb_numa_nr, the groups'
 * capacities, and at last the levels that say nothing new are taken out.
 *
 * @param description one to 1024 CPUs; checked where it was read (experiment/schema), not here
 * @param settings what a user has set of the domains since boot
 * @throws RangeError where the description contradicts itself so that no tree can be built
 * @kernel kernel/sched/topology.c build_sched_domains
 * @omits cpusets, isolated CPUs, hotplug, energy models
 */
export function build_topology(description: TopologyDescription, settings: DomainsSettings = {}): BuiltTopology {
  const cpus = description.cpus.length;
  if (cpus === 0) throw new RangeError('a machine needs a CPU');
  const levels = sched_topology(description);
  const capacity = description.cpus.map((cpu) => cpu.capacity ?? SCHED_CAPACITY_SCALE);
  const draft: Draft = {
    cpus,
    cpu_map: cpumaskOf(cpus, description.cpus.map((_, cpu) => cpu)),
    levels,
    data: levels.map((): LevelData => ({ sd: [], sds: [], sg: [], sgc: [] })),
    asym_cap_list: asym_cpu_capacity_scan(capacity),
    capacity,
    cpu_capacity: bootCapacities(cpus),
    reclaim_distance: description.reclaimDistance ?? RECLAIM_DISTANCE,
    lowest: [],
  };

  const has_asym = build_all_sched_domains(draft);
  for (let cpu = 0; cpu < cpus; cpu++) {
    for (let sd: DraftDomain | null = draft.lowest[cpu]!; sd !== null; sd = sd.parent) {
      if ((sd.flags & SD_OVERLAP) !== 0) build_overlap_sched_groups(draft, sd, cpu);
      else build_sched_groups(draft, sd, cpu);
    }
  }
  for (let cpu = 0; cpu < cpus; cpu++) set_imb_numa_nr(draft.lowest[cpu]!);
  // From the last CPU down: a group's capacity is computed by its first CPU, after those of all its members.
  for (let cpu = cpus - 1; cpu >= 0; cpu--) {
    for (let sd: DraftDomain | null = draft.lowest[cpu]!; sd !== null; sd = sd.parent) {
      init_sched_groups_capacity(draft, cpu, sd);
    }
  }
  const attached: Array<DraftDomain | null> = [];
  for (let cpu = 0; cpu < cpus; cpu++) attached.push(cpu_attach_domain(draft.lowest[cpu]!));

  const smt = levels[0]!.mask;
  const built: BuiltTopology = {
    cpus,
    nodes: description.distance.length,
    distance: description.distance.flat(),
    nodeOf: description.cpus.map((cpu) => cpu.node),
    coreOf: coreNumbers(smt),
    capacity,
    smtActive: smt.some((siblings) => cpumask_weight(siblings) > 1),
    asymCapacity: has_asym,
    ...packTree(draft, attached, smt),
  };
  return withDomainSettings(built, settings);
}

/** Cores numbered from 0 in order of their first CPU, by CPU. */
function coreNumbers(smt: readonly Cpumask[]): number[] {
  const numberOf = new Map<Cpumask, number>();
  return smt.map((siblings) => {
    const known = numberOf.get(siblings);
    if (known !== undefined) return known;
    const next = numberOf.size;
    numberOf.set(siblings, next);
    return next;
  });
}
