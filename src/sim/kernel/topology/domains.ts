import {
  SCHED_CAPACITY_SCALE,
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
} from '../constants.js';
import {
  cpumask_equal,
  cpumask_first,
  cpumask_intersects,
  cpumaskOf,
  cpumask_subset,
  cpumask_weight,
  type Cpumask,
} from './cpumask.js';
import type { Draft, DraftDomain, DraftShared } from './draft.js';

/** RECLAIM_DISTANCE, what node_reclaim_distance is unless the CPU's vendor says otherwise. */
export const RECLAIM_DISTANCE = 30;

/**
 * The CPUs of each capacity, from the lowest capacity; nothing where there is one capacity only.
 * @kernel kernel/sched/topology.c asym_cpu_capacity_scan
 * @omits isolated CPUs
 */
export function asym_cpu_capacity_scan(capacity: readonly number[]): Cpumask[] {
  const values = [...new Set(capacity)].sort((a, b) => a - b);
  if (values.length < 2) return [];
  return values.map((value) => cpumaskOf(capacity.length, capacity.flatMap((own, cpu) => (own === value ? [cpu] : []))));
}

/**
 * The SD_ASYM_* flags of a span: whether it holds CPUs of several capacities, and whether of all that there are.
 * @kernel kernel/sched/topology.c asym_cpu_capacity_classify
 * @omits nothing
 */
export function asym_cpu_capacity_classify(draft: Draft, sd_span: Cpumask): number {
  let count = 0;
  let miss = 0;
  for (const same of draft.asym_cap_list) {
    if (cpumask_intersects(sd_span, same)) count++;
    else miss++;
  }
  if (count < 2) return 0;
  return miss > 0 ? SD_ASYM_CPUCAPACITY : SD_ASYM_CPUCAPACITY | SD_ASYM_CPUCAPACITY_FULL;
}

/**
 * A CPU's domain of one level, with the numbers and flags that the level gives it.
 * @kernel kernel/sched/topology.c sd_init
 * @omits cpu_map other than all CPUs
 */
export function sd_init(draft: Draft, tl: number, child: DraftDomain | null, cpu: number): DraftDomain {
  const level = draft.levels[tl]!;
  const data = draft.data[tl]!;
  const span = level.mask[cpu]!;
  const sd_weight = cpumask_weight(span);
  const sd: DraftDomain = {
    cpu,
    tl,
    parent: null,
    child,
    level: 0,
    name: level.name,
    flags: SD_BALANCE_NEWIDLE | SD_BALANCE_EXEC | SD_BALANCE_FORK | SD_WAKE_AFFINE | SD_PREFER_SIBLING | level.sd_flags,
    span,
    groups: null,
    imbalance_pct: 117,
    cache_nice_tries: 0,
    busy_factor: 16,
    min_interval: sd_weight,
    max_interval: 2 * sd_weight,
    balance_interval: sd_weight,
    newidle_call: 512,
    newidle_success: 256,
    newidle_ratio: 512,
    imb_numa_nr: 0,
    shared: null,
  };
  sd.flags |= asym_cpu_capacity_classify(draft, span);
  if ((sd.flags & SD_ASYM_CPUCAPACITY) !== 0 && child !== null) child.flags &= ~SD_PREFER_SIBLING;

  if ((sd.flags & SD_SHARE_CPUCAPACITY) !== 0) {
    sd.imbalance_pct = 110;
  } else if ((sd.flags & SD_SHARE_PKG_RESOURCES) !== 0) {
    sd.cache_nice_tries = 1;
  } else if ((sd.flags & SD_NUMA) !== 0) {
    sd.cache_nice_tries = 2;
    sd.flags = (sd.flags & ~SD_PREFER_SIBLING) | SD_SERIALIZE;
    if (level.numa_distance > draft.reclaim_distance) sd.flags &= ~(SD_BALANCE_EXEC | SD_BALANCE_FORK | SD_WAKE_AFFINE);
  } else {
    sd.cache_nice_tries = 1;
  }
  if ((sd.flags & SD_SHARE_PKG_RESOURCES) !== 0) {
    const shared: DraftShared = (data.sds[cpumask_first(span)] ??= { nr_busy_cpus: sd_weight });
    sd.shared = shared;
  }
  data.sd[cpu] = sd;
  return sd;
}

/**
 * Puts a CPU's domain of one level on top of the one below.
 * @kernel kernel/sched/topology.c build_sched_domain
 * @omits relax_domain_level, the repair of a level that does not hold the one below: RangeError instead
 */
function build_sched_domain(draft: Draft, tl: number, child: DraftDomain | null, cpu: number): DraftDomain {
  const sd = sd_init(draft, tl, child, cpu);
  if (child !== null) {
    sd.level = child.level + 1;
    child.parent = sd;
    if (!cpumask_subset(child.span, sd.span)) {
      throw new RangeError(`CPU ${cpu}: the ${child.name} domain is not a subset of the ${sd.name} domain`);
    }
  }
  return sd;
}

/**
 * The domains of every CPU, each up to the first one that spans the machine; their groups are not there yet.
 * @kernel kernel/sched/topology.c build_sched_domains
 * @omits allocation, the sanity check of spans; the later steps stand in build.ts
 * @returns whether a domain has CPUs of different capacity
 */
export function build_all_sched_domains(draft: Draft): boolean {
  let has_asym = false;
  for (let cpu = 0; cpu < draft.cpus; cpu++) {
    let sd: DraftDomain | null = null;
    for (let tl = 0; tl < draft.levels.length; tl++) {
      sd = build_sched_domain(draft, tl, sd, cpu);
      has_asym ||= (sd.flags & SD_ASYM_CPUCAPACITY) !== 0;
      if (tl === 0) draft.lowest[cpu] = sd;
      if (draft.levels[tl]!.overlap) sd.flags |= SD_OVERLAP;
      if (cpumask_equal(draft.cpu_map, sd.span)) break;
    }
  }
  return has_asym;
}

/** What every CPU's rq->cpu_capacity is before its domains are there. */
export function bootCapacities(cpus: number): number[] {
  return new Array<number>(cpus).fill(SCHED_CAPACITY_SCALE);
}
