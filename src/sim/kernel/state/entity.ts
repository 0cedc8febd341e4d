import { NIL, Table } from './table.js';

/**
 * `struct sched_entity`: first one row per task (row = task), then one per task group and CPU
 * (see Kernel.group_se). vruntime is a signed difference in ns of weighted time: the kernel's u64 read as s64.
 */
export class EntityTable extends Table {
  /** Scaled by 1024, as `load.weight` is on 64-bit. */
  readonly weight = this.f64();
  /** `load.inv_weight`, 0 where it must be computed. */
  readonly inv_weight = this.f64();
  readonly on_rq = this.u8();
  readonly exec_start = this.f64();
  readonly sum_exec_runtime = this.f64();
  readonly prev_sum_exec_runtime = this.f64();
  readonly vruntime = this.f64();
  readonly nr_migrations = this.i32();
  readonly depth = this.i32();
  /** Entity of the group that it is in, or NIL. */
  readonly parent = this.i32(NIL);
  /** cfs_rq that it is queued on. */
  readonly cfs_rq = this.i32();
  /** h_nr_running of the group's own cfs_rq; unused for tasks. */
  readonly runnable_weight = this.f64();
  // Timeline links: neighbours in vruntime order (the kernel's rb-tree).
  readonly prev = this.i32(NIL);
  readonly next = this.i32(NIL);
}
