import { NIL, Table } from './table.js';

/** `struct rq`: one row per CPU. Clocks are ns; jiffies are ticks since the start of the run. */
export class RqTable extends Table {
  // Clocks (kernel/sched/core.c update_rq_clock, pelt.h update_rq_clock_pelt).
  readonly clock = this.f64();
  readonly clock_task = this.f64();
  readonly clock_pelt = this.f64();
  readonly lost_idle_time = this.f64();
  readonly clock_idle = this.f64();
  readonly clock_pelt_idle = this.f64();
  /** RQCF_* bits: a clock update that may be skipped once after a yield or a preemption. */
  readonly clock_update_flags = this.u8();

  // What runs.
  readonly nr_running = this.i32();
  /** The running task, or NIL for the idle task. */
  readonly curr = this.i32(NIL);
  /** 1 while a class above the fair one runs on this CPU; `curr` is then NIL but the CPU is not idle. */
  readonly stop_running = this.u8();
  /** 1 while a real-time task runs on this CPU: stop_running is then 1 too. */
  readonly rt_running = this.u8();
  readonly need_resched = this.u8();
  /** Time of the run, ns, at which a CPU without a task is through with its last schedule(), newly-idle balancing included. */
  readonly idle_from = this.f64();
  readonly ttwu_pending = this.u8();
  readonly nr_switches = this.f64();

  // Idleness and balancing.
  readonly idle_stamp = this.f64();
  readonly avg_idle = this.f64();
  readonly max_idle_balance_cost = this.f64();
  /** jiffies */
  readonly next_balance = this.f64();
  readonly idle_balance = this.u8();
  /** Flags of the nohz balance that this CPU was kicked for. */
  readonly nohz_idle_balance = this.u8();
  /** NOHZ_* bits. */
  readonly nohz_flags = this.u8();
  readonly nohz_tick_stopped = this.u8();
  readonly has_blocked_load = this.u8();
  /** jiffies */
  readonly last_blocked_load_update_tick = this.f64();
  readonly active_balance = this.u8();
  readonly push_cpu = this.i32();
  /** CPU that cpumask_any_and_distribute() chose last on this one. */
  readonly distribute_cpu_mask_prev = this.i32();

  // A newly-idle balance that is under way (see balance/newidle.ts): whether one is, the domain, and the kernel's local variables.
  readonly searching = this.u8();
  readonly search_sd = this.i32(NIL);
  /** 1 where the balance of search_sd is before its lock. */
  readonly search_balancing = this.u8();
  /** What a success in search_sd counts for. */
  readonly search_weight = this.i32();
  readonly search_tried = this.u8();
  readonly search_pulled = this.i32();
  readonly search_cost = this.f64();
  /** sched_clock() */
  readonly search_t0 = this.f64();
  /** jiffies */
  readonly search_next_balance = this.f64();
  /** State with which its task has called schedule(). */
  readonly search_prev_state = this.u8();

  // Capacity, in 1/1024 of the fastest CPU.
  readonly cpu_capacity = this.f64(1024);
  readonly cpu_capacity_orig = this.f64(1024);
  readonly misfit_task_load = this.f64();

  // Lists: `cfs_tasks` (all queued tasks of the CPU, most recently run first) and the leaf cfs_rqs.
  readonly cfs_tasks_head = this.i32(NIL);
  readonly cfs_tasks_tail = this.i32(NIL);
  /** First and last cfs_rq of `leaf_cfs_rq_list`; NIL where it is empty. */
  readonly leaf_head = this.i32(NIL);
  readonly leaf_tail = this.i32(NIL);
  /** The cfs_rq that `tmp_alone_branch` points at, or NIL where it points at the list head. */
  readonly tmp_alone_branch = this.i32(NIL);
  /** Tasks that other CPUs queued for this one (`wake_list`), chained by TaskTable.wake_next. */
  readonly wake_head = this.i32(NIL);
  readonly wake_tail = this.i32(NIL);
  /** Those of them that the CPU is about to queue. */
  readonly wake_taken = this.i32(NIL);

  // The idle task is a waker too (interrupts on an idle CPU): its part of record_wakee().
  readonly idle_wakee_flips = this.i32();
  readonly idle_wakee_flip_decay_ts = this.f64();
  readonly idle_last_wakee = this.i32(NIL);

  // Topology, filled by topology/attach.ts. Rows of SdTable and SdsTable, or NIL.
  /** Lowest domain. */
  readonly sd = this.i32(NIL);
  readonly sd_llc = this.i32(NIL);
  readonly sd_llc_shared = this.i32(NIL);
  /** First CPU of the CPUs that share the last-level cache. */
  readonly sd_llc_id = this.i32();
  readonly sd_llc_size = this.i32(1);
  readonly sd_asym_cpucapacity = this.i32(NIL);
  readonly sd_asym_packing = this.i32(NIL);
  /** NUMA node. */
  readonly node = this.i32();
  /** SMT siblings, itself included: a range of Topology.cpus. */
  readonly smt_off = this.i32();
  readonly smt_len = this.i32(1);
  /** Core number, 0…cores-1: the private cache that the CPU uses. */
  readonly core = this.i32();
}
