import { Table } from './table.js';

/** What the kernel keeps once for the whole machine: one row, read and written at index 0. */
export class GlobalTable extends Table {
  /** ns of simulated time, 0 at the start of the run. */
  readonly now = this.f64();
  /** Ticks since the start of the run. */
  readonly jiffies = this.f64();
  /** CPU on whose behalf the running kernel code executes (smp_processor_id). */
  readonly this_cpu = this.i32();
  /** ns of kernel work charged to this_cpu since the running event began. */
  readonly charged = this.f64();

  // struct root_domain (one: cpusets are not modelled).
  readonly overload = this.u8();
  readonly max_cpu_capacity = this.f64(1024);

  /** The spinlock `balancing` of fair.c: 1 while a CPU has it. */
  readonly balancing = this.u8();

  // The static struct nohz of fair.c.
  readonly nohz_nr_cpus = this.i32();
  readonly nohz_has_blocked = this.u8();
  readonly nohz_needs_update = this.u8();
  /** jiffies */
  readonly nohz_next_balance = this.f64();
  /** jiffies */
  readonly nohz_next_blocked = this.f64();
}
