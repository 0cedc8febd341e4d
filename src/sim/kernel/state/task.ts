import { NIL, Table } from './table.js';

/** `struct task_struct`, the scheduler's part: one row per task that ever lives in the run. */
export class TaskTable extends Table {
  readonly pid = this.i32();
  /** TASK_* of constants.ts. */
  readonly state = this.u8();
  /** 0, TASK_ON_RQ_QUEUED or TASK_ON_RQ_MIGRATING. */
  readonly on_rq = this.u8();
  /** 1 while it is the current task of its CPU. */
  readonly on_cpu = this.u8();
  /** When the switch away from it is over, ns: until then others find it on its CPU (`on_cpu` of the kernel). */
  readonly off_cpu_at = this.f64();
  readonly cpu = this.i32();
  readonly wake_cpu = this.i32();
  readonly recent_used_cpu = this.i32();
  /** SCHED_NORMAL, SCHED_BATCH or SCHED_IDLE. */
  readonly policy = this.u8();
  /** −20…19 */
  readonly nice = this.i32();
  /** PF_* of constants.ts. */
  readonly flags = this.i32();
  /** Row of MaskTable. */
  readonly mask = this.i32();
  readonly tg = this.i32();
  readonly numa_preferred_nid = this.i32(NIL);
  readonly sched_task_hot = this.u8();
  readonly sched_remote_wakeup = this.u8();

  // wake_wide's bookkeeping.
  readonly wakee_flips = this.i32();
  /** jiffies */
  readonly wakee_flip_decay_ts = this.f64();
  readonly last_wakee = this.i32(NIL);

  // Lists: rq->cfs_tasks (group_node) and wake_list.
  readonly group_prev = this.i32(NIL);
  readonly group_next = this.i32(NIL);
  readonly wake_next = this.i32(NIL);

  // schedstats.
  readonly nr_forced_migrations = this.i32();
  readonly nr_failed_migrations_affine = this.i32();
  readonly nr_failed_migrations_running = this.i32();
  readonly nr_failed_migrations_hot = this.i32();
}
