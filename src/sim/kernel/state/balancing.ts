import { NIL, Table } from './table.js';

/**
 * A load_balance() before the lock of the busiest queue, in a row of the CPU that does the work: what begin_balance() has found. Whether one
 * is under way is known to whoever called it.
 */
export class PendingBalanceTable extends Table {
  /** Row of SdTable. */
  readonly sd = this.i32(NIL);
  readonly idle = this.u8();
  readonly src_cpu = this.i32(NIL);
  readonly imbalance = this.f64();
  readonly migration_type = this.u8();
  readonly loop_max = this.i32();
}

/** A rebalance_domains() that is under way, in a row of the CPU that does the work: the kernel's local variables. */
export class RebalanceTable extends Table {
  /** Not 0 while it is: what comes next when the time has passed that is charged. */
  readonly under_way = this.u8();
  /** The CPU whose domains are balanced. */
  readonly cpu = this.i32(NIL);
  /** The domain that is looked at, or NIL after the last one. */
  readonly sd = this.i32(NIL);
  readonly idle = this.u8();
  readonly busy = this.u8();
  readonly continue_balancing = this.u8();
  /** jiffies at its beginning: it is over within a tick. */
  readonly jiffies = this.f64();
  /** jiffies */
  readonly next_balance = this.f64();
  readonly update_next = this.u8();
  readonly need_decay = this.u8();
  /** ns */
  readonly max_cost = this.f64();
}
