import type { LbEnv } from './kernel/env.js';
import type { Kernel } from './kernel/kernel.js';

/**
 * What a policy may look at when it decides: the task, the balance in progress and, through `kernel`, every number that
 * the kernel itself could read there. One instance is reused for every decision; a policy must not keep it, nor write
 * to anything that it reaches.
 */
export class MigrationContext {
  /** Task row. */
  p = -1;
  /** 1 where the stock test calls the task cache-hot (task_hot(), or a NUMA preference), else 0. */
  hot = 0;

  constructor(
    readonly kernel: Kernel,
    public env: LbEnv,
  ) {}

  /** sd->nr_balance_failed */
  get nrBalanceFailed(): number {
    return this.kernel.sd.nr_balance_failed[this.env.sd]!;
  }

  /** sd->cache_nice_tries */
  get cacheNiceTries(): number {
    return this.kernel.sd.cache_nice_tries[this.env.sd]!;
  }
}

/**
 * A policy replaces the soft branch of can_migrate_task(): it is asked only after the hard refusals (throttled pair,
 * per-CPU kthread, affinity, running, active balance), so no policy can break affinity or move a running task.
 * It must answer alike for the same state and change nothing.
 */
export interface Policy {
  readonly name: string;
  /** Every parameter by name, as it is in force. Part of the run's identity. */
  readonly params: Readonly<Record<string, number>>;
  /** ns of CPU time that one decision takes beyond the stock test, charged to the CPU that balances. Integer ≥ 0. */
  readonly costNs: number;
  /** Whether the task may be moved. */
  mayMigrate(context: MigrationContext): boolean;
  /**
   * Optional: another CPU for a task that wakes up. Stock answers where it is absent; an answer that the task's
   * affinity forbids is ignored.
   */
  selectCpu?(kernel: Kernel, p: number, prev: number, wakeFlags: number, stock: number): number;
}
