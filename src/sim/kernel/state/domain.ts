import { NIL, Table } from './table.js';

/** `struct sched_domain`: one row per CPU and level. Spans are ranges of Topology.cpus, ascending. */
export class SdTable extends Table {
  readonly cpu = this.i32();
  readonly parent = this.i32(NIL);
  readonly child = this.i32(NIL);
  /** sd->level: 0 SMT, 2 MC, 3 DIE, 4… NUMA. */
  readonly level = this.i32();
  /** Index into TOPOLOGY_NAMES. */
  readonly name = this.i32();
  /** SD_* of constants.ts. */
  readonly flags = this.i32();
  readonly span_off = this.i32();
  readonly span_weight = this.i32();
  /** First group: the one that holds this CPU. Row of SgTable. */
  readonly groups = this.i32(NIL);
  readonly imbalance_pct = this.i32(117);
  readonly cache_nice_tries = this.i32();
  readonly busy_factor = this.i32(16);
  /** ms */
  readonly min_interval = this.i32();
  /** ms */
  readonly max_interval = this.i32();
  /** ms */
  readonly balance_interval = this.i32();
  /** jiffies */
  readonly last_balance = this.f64();
  readonly nr_balance_failed = this.i32();
  readonly max_newidle_lb_cost = this.f64();
  /** jiffies */
  readonly last_decay_max_lb_cost = this.f64();
  readonly newidle_call = this.i32();
  readonly newidle_success = this.i32();
  /** The chance of n in 1024 that newly-idle balancing of this domain is tried. */
  readonly newidle_ratio = this.i32();
  readonly imb_numa_nr = this.i32();
  readonly nohz_idle = this.u8();
  /** Row of SdsTable, or NIL. */
  readonly shared = this.i32(NIL);

  // schedstats; the index is sd·3 + idle type, see SdStats.
  readonly alb_count = this.i32();
  readonly alb_failed = this.i32();
  readonly alb_pushed = this.i32();
  readonly ttwu_move_affine = this.i32();
}

/** The counters of /proc/schedstat that a domain keeps per idle type: row = sd·3 + idle type. */
export class SdStatsTable extends Table {
  readonly lb_count = this.i32();
  readonly lb_balanced = this.i32();
  readonly lb_failed = this.i32();
  readonly lb_imbalance = this.f64();
  readonly lb_gained = this.i32();
  readonly lb_hot_gained = this.i32();
  readonly lb_nobusyg = this.i32();
  readonly lb_nobusyq = this.i32();
}

/** `struct sched_group`. Span and balance mask are ranges of Topology.cpus, ascending. */
export class SgTable extends Table {
  /** The ring of the domain's groups. */
  readonly next = this.i32(NIL);
  readonly span_off = this.i32();
  readonly group_weight = this.i32();
  /** group_balance_mask */
  readonly mask_off = this.i32();
  readonly mask_len = this.i32();
  readonly flags = this.i32();
  readonly asym_prefer_cpu = this.i32();
  /** Row of SgcTable. */
  readonly sgc = this.i32(NIL);
}

/** `struct sched_group_capacity`, shared by the groups of the same balance CPU and level. */
export class SgcTable extends Table {
  readonly capacity = this.f64(1024);
  readonly min_capacity = this.f64(1024);
  readonly max_capacity = this.f64(1024);
  /** jiffies */
  readonly next_update = this.f64();
  readonly imbalance = this.i32();
}

/** `struct sched_domain_shared`, one per last-level cache and level below. */
export class SdsTable extends Table {
  readonly nr_busy_cpus = this.i32();
  readonly has_idle_cores = this.u8();
  readonly nr_idle_scan = this.i32();
}
