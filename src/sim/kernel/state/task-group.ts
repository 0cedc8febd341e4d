import { NIL, Table } from './table.js';

/** `struct task_group` with its `struct cfs_bandwidth`. Row 0 is the root group. */
export class TaskGroupTable extends Table {
  readonly parent = this.i32(NIL);
  /** Scaled by 1024; cpu.weight 100 is NICE_0_LOAD. */
  readonly shares = this.f64(2 ** 20);
  readonly load_avg = this.f64();
  readonly idle = this.u8();

  /** ns a period, or Infinity for RUNTIME_INF. */
  readonly quota = this.f64(Infinity);
  readonly period = this.f64(100_000_000);
  readonly burst = this.f64();
  readonly runtime = this.f64();
  readonly runtime_snap = this.f64();
  readonly cfs_b_idle = this.u8();
  readonly period_active = this.u8();
  readonly slack_started = this.u8();
  /** Expiry of the period timer, ns of the kernel's clock (CLOCK_BASE + simulated time). */
  readonly period_expires = this.f64();
  readonly throttled_head = this.i32(NIL);
  readonly throttled_tail = this.i32(NIL);
  readonly nr_periods = this.f64();
  readonly nr_throttled = this.f64();
  readonly nr_burst = this.f64();
  readonly burst_time = this.f64();
  readonly throttled_time = this.f64();
}
