import { NIL, Table } from './table.js';

/** `struct cfs_rq`: first the root one of each CPU (row = cpu), then one per task group and CPU (row = group·cpus + cpu). */
export class CfsRqTable extends Table {
  /** Scaled load weight of what is queued; its inverse is computed where it is needed. */
  readonly weight = this.f64();
  readonly nr_running = this.i32();
  readonly h_nr_running = this.i32();
  readonly idle_nr_running = this.i32();
  readonly idle_h_nr_running = this.i32();
  readonly min_vruntime = this.f64(-(2 ** 20));
  /** Entities, or NIL. */
  readonly curr = this.i32(NIL);
  readonly next = this.i32(NIL);
  readonly last = this.i32(NIL);
  readonly skip = this.i32(NIL);
  /** Timeline: leftmost and rightmost waiting entity. */
  readonly first = this.i32(NIL);
  readonly tail = this.i32(NIL);
  readonly cpu = this.i32();
  /** Task group, 0 for the root. */
  readonly tg = this.i32();
  /** 1 where the group is SCHED_IDLE (cpu.idle). */
  readonly idle = this.u8();

  // Averages of what left, waiting to be subtracted (struct cfs_rq.removed), and their propagation upwards.
  readonly removed_nr = this.i32();
  readonly removed_load = this.f64();
  readonly removed_util = this.f64();
  readonly removed_runnable = this.f64();
  readonly tg_load_avg_contrib = this.f64();
  readonly propagate = this.u8();
  readonly prop_runnable_sum = this.f64();

  // Hierarchical load.
  readonly h_load = this.f64();
  /** jiffies */
  readonly last_h_load_update = this.f64(-1);
  /** Entity, or NIL. */
  readonly h_load_next = this.i32(NIL);

  // leaf_cfs_rq_list.
  readonly on_list = this.u8();
  readonly leaf_next = this.i32(NIL);
  readonly leaf_prev = this.i32(NIL);

  // Bandwidth.
  readonly runtime_enabled = this.u8();
  readonly runtime_remaining = this.f64();
  readonly throttled = this.u8();
  readonly throttle_count = this.i32();
  readonly throttled_clock = this.f64();
  readonly throttled_clock_pelt = this.f64();
  readonly throttled_clock_pelt_time = this.f64();
  /** Infinity stands for U64_MAX. */
  readonly throttled_pelt_idle = this.f64();
  readonly throttled_next = this.i32(NIL);
  readonly throttled_prev = this.i32(NIL);
}
