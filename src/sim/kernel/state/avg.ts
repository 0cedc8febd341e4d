import { Table } from './table.js';

/** `struct sched_avg` and `struct util_est`: first the rows of the entities, then those of the cfs_rqs, then avg_rt by CPU. */
export class AvgTable extends Table {
  /** ns of the PELT clock, or 0 where the entity is not attached. */
  readonly last_update_time = this.f64();
  readonly load_sum = this.f64();
  readonly runnable_sum = this.f64();
  readonly util_sum = this.u32();
  /** 0…1023 µs (of 1024 ns) already counted of the running period. */
  readonly period_contrib = this.u32();
  readonly load_avg = this.f64();
  readonly runnable_avg = this.f64();
  readonly util_avg = this.f64();
  /** `util_est.enqueued` without its flag bit, which stands in util_est_unchanged. */
  readonly util_est_enqueued = this.u32();
  /** UTIL_AVG_UNCHANGED of util_est.enqueued. */
  readonly util_est_unchanged = this.u8();
  readonly util_est_ewma = this.u32();
}
