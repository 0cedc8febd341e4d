/**
 * A domain tree, built and not yet attached to a kernel: what build_sched_domains() leaves behind, as plain data.
 * Rows refer to each other by index; spans are ranges of `cpuLists`, ascending. −1 is the null pointer.
 */
export interface BuiltTopology {
  readonly cpus: number;
  readonly nodes: number;
  /** Node distances, row by row: nodes × nodes. */
  readonly distance: readonly number[];
  /** NUMA node by CPU. */
  readonly nodeOf: readonly number[];
  /** Core (private cache) by CPU, numbered 0… in order of first CPU. */
  readonly coreOf: readonly number[];
  /** arch_scale_cpu_capacity by CPU, 1…1024. */
  readonly capacity: readonly number[];
  readonly smtActive: boolean;
  /** sched_asym_cpucap_active() */
  readonly asymCapacity: boolean;
  readonly cpuLists: readonly number[];
  readonly sds: readonly BuiltDomain[];
  readonly sgs: readonly BuiltGroup[];
  readonly sgcs: readonly BuiltGroupCapacity[];
  /** nr_busy_cpus of each sched_domain_shared at the start. */
  readonly shared: readonly number[];
  readonly perCpu: readonly BuiltCpu[];
}

export interface Span {
  readonly off: number;
  readonly len: number;
}

export interface BuiltDomain {
  readonly cpu: number;
  readonly parent: number;
  readonly child: number;
  readonly level: number;
  /** Name as debugfs prints it: SMT, MC, DIE, NUMA. (6.1.192 calls DIE so in debugfs; a capture tells.) */
  readonly name: string;
  readonly flags: number;
  readonly span: Span;
  /** First group of the ring. */
  readonly groups: number;
  readonly imbalancePct: number;
  readonly cacheNiceTries: number;
  readonly busyFactor: number;
  /** ms */
  readonly minInterval: number;
  /** ms */
  readonly maxInterval: number;
  /** ms, at the start */
  readonly balanceInterval: number;
  readonly newidleCall: number;
  readonly newidleSuccess: number;
  readonly newidleRatio: number;
  /** ns, at the start: none has been measured. */
  readonly maxNewidleLbCost: number;
  readonly imbNumaNr: number;
  /** Row of `shared`, or −1. */
  readonly shared: number;
}

export interface BuiltGroup {
  readonly next: number;
  readonly span: Span;
  readonly mask: Span;
  readonly flags: number;
  readonly asymPreferCpu: number;
  readonly sgc: number;
}

export interface BuiltGroupCapacity {
  readonly capacity: number;
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

export interface BuiltCpu {
  /** Lowest domain, or −1. */
  readonly sd: number;
  readonly llc: number;
  readonly llcShared: number;
  readonly llcId: number;
  readonly llcSize: number;
  readonly asymCapacity: number;
  readonly asymPacking: number;
  /** SMT siblings, itself included. */
  readonly smt: Span;
}
