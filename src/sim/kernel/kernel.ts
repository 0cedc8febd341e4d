import type { KernelCosts, SchedFeatures, Sysctl } from './config.js';
import { LbEnv } from './env.js';
import { SliceMemory } from './fair/slice.js';
import type { DecisionHook, Hardware, Tracepoints } from './hooks.js';
import { Arena } from './state/arena.js';
import { AvgTable } from './state/avg.js';
import { PendingBalanceTable, RebalanceTable } from './state/balancing.js';
import { CfsRqTable } from './state/cfs-rq.js';
import { SdsTable, SdStatsTable, SdTable, SgcTable, SgTable } from './state/domain.js';
import { EntityTable } from './state/entity.js';
import { GlobalTable } from './state/global.js';
import { MaskTable } from './state/masks.js';
import { RqTable } from './state/rq.js';
import { NIL } from './state/table.js';
import { TaskGroupTable } from './state/task-group.js';
import { TaskTable } from './state/task.js';
import type { BuiltTopology } from './topology/built.js';

/** How large the tables are made and what is fixed for the run. */
export interface KernelOptions {
  /** Task rows: the most tasks that are alive at once. */
  readonly tasks: number;
  /** Task groups, the root included: at least 1. */
  readonly groups: number;
  /** Rows of the mask table: at least 1. Row 0 is filled with all CPUs. */
  readonly masks: number;
  readonly topology: BuiltTopology;
  readonly sysctl: Sysctl;
  readonly features: SchedFeatures;
  readonly costs: KernelCosts;
  /** Ticks a second: 100, 250, 300 or 1000. */
  readonly hz: number;
}

/**
 * sched_clock() at time 0 of the run, in ns. Not 0, because the kernel takes a time stamp of 0 for "never".
 */
export const CLOCK_BASE = 2 ** 30;

/**
 * The state of a simulated kernel: tables of numbers, and nothing else. The functions of this folder take it as their
 * first argument. An index is a pointer: tasks are rows 0…tasks−1 of `task` and of `se`; the entity of group g (≥1) on
 * a CPU follows them; cfs_rq rows are the root ones by CPU, then those of group g by CPU.
 */
export class Kernel {
  readonly arena = new Arena();
  readonly cpus: number;
  readonly tasks: number;
  readonly groups: number;
  /** First row of `avg` that belongs to a cfs_rq: its avg is row cfs_avg + cfs_rq. */
  readonly cfs_avg: number;
  /** First row of `avg` that is a CPU's avg_rt. */
  readonly rt_avg: number;

  readonly g: GlobalTable;
  readonly rq: RqTable;
  readonly cfs: CfsRqTable;
  readonly se: EntityTable;
  readonly avg: AvgTable;
  readonly task: TaskTable;
  readonly tg: TaskGroupTable;
  readonly sd: SdTable;
  readonly sd_stats: SdStatsTable;
  readonly sg: SgTable;
  readonly sgc: SgcTable;
  readonly sds: SdsTable;
  readonly mask: MaskTable;
  readonly pending_lb: PendingBalanceTable;
  readonly rebalance: RebalanceTable;
  /** nohz.idle_cpus_mask, one byte per CPU. */
  readonly nohz_idle_mask: Uint8Array;

  /** CPU lists that the spans of domains, groups and SMT siblings are ranges of. Constant. */
  readonly topo_cpus: Int32Array;
  /** arch_scale_cpu_capacity() by CPU, 1…1024. Constant. */
  readonly cpu_scale: Int32Array;
  readonly node_distance: Int32Array;
  readonly nodes: number;

  readonly sysctl: Sysctl;
  readonly feat: SchedFeatures;
  readonly cost: KernelCosts;
  readonly hz: number;
  /** DIV_ROUND_UP(latency, min_granularity) */
  readonly sched_nr_latency: number;
  /** jiffies */
  readonly max_load_balance_interval: number;
  readonly smt_active: boolean;
  readonly asym_cpucap_active: boolean;
  /** cfs_bandwidth_used(): set once a group has a quota. */
  cfs_bandwidth_used = false;

  /** Set by whoever builds the machine, before the first event. */
  hw!: Hardware;
  trace!: Tracepoints;
  /** null: the stock kernel decides. */
  policy: DecisionHook | null = null;
  /**
   * in_task(): the running event is a task's own call into the kernel, not an interrupt (a timer, a tick, another CPU's
   * message). Set by whoever dispatches the event; nothing of it outlives the event.
   */
  in_task = true;

  /** Scratch of load_balance() and of the stopper. */
  readonly lb_env: LbEnv;
  readonly active_env: LbEnv;
  /** See SliceMemory: derived, so no part of the state. */
  readonly slice_memory: SliceMemory;
  /** Scratch of select_idle_cpu() and find_idlest_group(): select_rq_mask. */
  readonly select_rq_mask: Uint8Array;

  constructor(options: KernelOptions) {
    const { topology } = options;
    const a = this.arena;
    const cpus = topology.cpus;
    this.cpus = cpus;
    this.tasks = options.tasks;
    this.groups = options.groups;
    const entities = options.tasks + (options.groups - 1) * cpus;
    const cfsRqs = options.groups * cpus;
    this.cfs_avg = entities;
    this.rt_avg = entities + cfsRqs;

    this.g = new GlobalTable(a, 1);
    this.rq = new RqTable(a, cpus);
    this.cfs = new CfsRqTable(a, cfsRqs);
    this.se = new EntityTable(a, entities);
    this.avg = new AvgTable(a, entities + cfsRqs + cpus);
    this.task = new TaskTable(a, options.tasks);
    this.tg = new TaskGroupTable(a, options.groups);
    this.sd = new SdTable(a, topology.sds.length);
    this.sd_stats = new SdStatsTable(a, topology.sds.length * 3);
    this.sg = new SgTable(a, topology.sgs.length);
    this.sgc = new SgcTable(a, topology.sgcs.length);
    this.sds = new SdsTable(a, topology.shared.length);
    this.mask = new MaskTable(a, options.masks, cpus);
    this.pending_lb = new PendingBalanceTable(a, cpus);
    this.rebalance = new RebalanceTable(a, cpus);
    this.nohz_idle_mask = a.u8(cpus);

    this.topo_cpus = Int32Array.from(topology.cpuLists);
    this.cpu_scale = Int32Array.from(topology.capacity);
    this.nodes = topology.nodes;
    this.node_distance = Int32Array.from(topology.distance);
    this.smt_active = topology.smtActive;
    this.asym_cpucap_active = topology.asymCapacity;

    this.sysctl = options.sysctl;
    this.feat = options.features;
    this.cost = options.costs;
    this.hz = options.hz;
    this.sched_nr_latency = Math.ceil(options.sysctl.latency_ns / options.sysctl.min_granularity_ns);
    this.max_load_balance_interval = Math.max(1, Math.floor((options.hz * cpus) / 10));

    this.lb_env = new LbEnv(cpus);
    this.active_env = new LbEnv(cpus);
    this.slice_memory = new SliceMemory(cpus);
    this.select_rq_mask = new Uint8Array(cpus);
  }

  /** entity_is_task() */
  is_task(se: number): boolean {
    return se < this.tasks;
  }

  /** group_cfs_rq(): the cfs_rq that a group's entity owns, NIL for a task. */
  group_cfs_rq(se: number): number {
    return se < this.tasks ? NIL : se - this.tasks + this.cpus;
  }

  /** tg->cfs_rq[cpu] */
  tg_cfs_rq(tg: number, cpu: number): number {
    return tg * this.cpus + cpu;
  }

  /** tg->se[cpu], NIL for the root group. */
  tg_se(tg: number, cpu: number): number {
    return tg === 0 ? NIL : this.tasks + (tg - 1) * this.cpus + cpu;
  }

  /** Charges `ns` of kernel work to the CPU that the running event executes on. */
  charge(ns: number): void {
    this.g.charged[0] += ns;
  }

  /** Charges one trace event. Called where the instrumented kernel emits one, after what is reported of it. */
  charge_event(): void {
    this.g.charged[0] += this.cost.trace_event;
  }

  /** The present within an event: its time, and the kernel work that it has charged so far, ns. */
  present(): number {
    return this.g.now[0]! + this.g.charged[0]!;
  }

  /** sched_clock_cpu(): ns, of the CPU that executes; it moves on with the work charged. */
  sched_clock(): number {
    return CLOCK_BASE + this.g.now[0] + this.g.charged[0];
  }
}
