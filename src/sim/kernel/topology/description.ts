/** What a machine is made of, as a user describes it or a capture's `topology` file tells it. */
export interface TopologyDescription {
  /** One entry per logical CPU, in order of CPU number. */
  readonly cpus: ReadonlyArray<{
    /** Physical core, unique within the package. */
    readonly core: number;
    readonly package: number;
    readonly node: number;
    /** CPUs with the same id share the last-level cache. */
    readonly llc: number;
    /** CPUs with the same id share an L2 cluster (SCHED_CLUSTER); absent where the machine has none. */
    readonly cluster?: number;
    /** arch_scale_cpu_capacity, 1…1024; absent: 1024. */
    readonly capacity?: number;
  }>;
  /** Node distances as in /sys/devices/system/node, 10 = local. */
  readonly distance: ReadonlyArray<readonly number[]>;
  /** node_reclaim_distance: beyond it, fork, exec and wake-up do not place tasks. Absent: 30; AMD Zen has 32. */
  readonly reclaimDistance?: number;
}
