import type { Cpumask } from './cpumask.js';
import type { TopologyLevel } from './levels.js';

/** `struct sched_domain_shared` while the tree is built. */
export interface DraftShared {
  nr_busy_cpus: number;
}

/** `struct sched_group_capacity` while the tree is built. */
export interface DraftGroupCapacity {
  capacity: number;
  min_capacity: number;
  max_capacity: number;
  /** group_balance_mask() of the groups that share it; null until the first of them claims it. */
  mask: Cpumask | null;
}

/** `struct sched_group` while the tree is built. */
export interface DraftGroup {
  next: DraftGroup | null;
  readonly span: Cpumask;
  flags: number;
  asym_prefer_cpu: number;
  readonly sgc: DraftGroupCapacity;
}

/** `struct sched_domain` while the tree is built. */
export interface DraftDomain {
  readonly cpu: number;
  /** Its topology level; the level's number is the index in the list of levels. */
  readonly tl: number;
  parent: DraftDomain | null;
  child: DraftDomain | null;
  level: number;
  readonly name: string;
  flags: number;
  readonly span: Cpumask;
  groups: DraftGroup | null;
  imbalance_pct: number;
  cache_nice_tries: number;
  readonly busy_factor: number;
  readonly min_interval: number;
  readonly max_interval: number;
  readonly balance_interval: number;
  readonly newidle_call: number;
  readonly newidle_success: number;
  readonly newidle_ratio: number;
  imb_numa_nr: number;
  shared: DraftShared | null;
}

/** `struct sd_data`: what a topology level has for each CPU. A row that nobody asked for is undefined. */
export interface LevelData {
  readonly sd: Array<DraftDomain | undefined>;
  readonly sds: Array<DraftShared | undefined>;
  readonly sg: Array<DraftGroup | undefined>;
  readonly sgc: Array<DraftGroupCapacity | undefined>;
}

/** Everything that the steps of build_topology() share. */
export interface Draft {
  readonly cpus: number;
  /** All CPUs: the kernel's cpu_map, as there are no cpusets. */
  readonly cpu_map: Cpumask;
  readonly levels: readonly TopologyLevel[];
  readonly data: readonly LevelData[];
  /** asym_cap_list: the CPUs of each capacity, empty where all CPUs have the same. */
  readonly asym_cap_list: readonly Cpumask[];
  /** arch_scale_cpu_capacity() by CPU. */
  readonly capacity: readonly number[];
  /** rq->cpu_capacity by CPU: SCHED_CAPACITY_SCALE until the lowest domain's capacity is computed. */
  readonly cpu_capacity: number[];
  /** node_reclaim_distance */
  readonly reclaim_distance: number;
  /** Lowest domain by CPU. */
  readonly lowest: Array<DraftDomain | null>;
}
