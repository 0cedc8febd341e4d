import type { LbEnv } from '../kernel/env.js';
import type { Kernel } from '../kernel/kernel.js';

/** What can happen to a policy in a run. */
export enum PolicyEvent {
  /** Another model decides from now on: a its slot, 0 or 1; b decisions so far. */
  SWAP,
  /** The policy has found that its model is off, and is the stock kernel from now on: a share of its answers that turned out right, ‰; b answers judged. */
  FALLBACK,
}

/** Where a policy's events go. */
export interface PolicySink {
  policy(event: PolicyEvent, a: number, b: number): void;
}

/**
 * What a policy may look at when it decides: the task, the balance in progress and, through `kernel`, every number that
 * the kernel itself could read there. One instance is reused for every decision; a policy must not keep it, nor write
 * to anything that it reaches but `state`.
 */
export class MigrationContext {
  /** Task row. */
  p = -1;
  /** 1 where the stock test calls the task cache-hot (task_hot(), or a NUMA preference), else 0. */
  hot = 0;

  /**
   * @param state doubles of the policy's own (`Policy.stateDoubles`), which are part of a run's snapshots; a policy may
   * write here and nowhere else
   * @param sink hears what the policy tells of itself
   */
  constructor(
    readonly kernel: Kernel,
    public env: LbEnv,
    readonly state: Float64Array = new Float64Array(0),
    private readonly sink: PolicySink | null = null,
  ) {}

  /** Tells that something happened to the policy itself: it becomes an event of the stream and of the bundle. */
  tell(event: PolicyEvent, a: number, b: number): void {
    this.sink?.policy(event, a, b);
  }

  /** sd->nr_balance_failed */
  get nrBalanceFailed(): number {
    return this.kernel.sd.nr_balance_failed[this.env.sd]!;
  }

  /** sd->cache_nice_tries */
  get cacheNiceTries(): number {
    return this.kernel.sd.cache_nice_tries[this.env.sd]!;
  }
}

/** A model of a policy: what its user called it, and the hash of what it holds. */
export interface PolicyModel {
  readonly source: string;
  readonly hash: string;
}

/**
 * A policy replaces the soft branch of can_migrate_task(): it is asked only after the hard refusals (throttled pair,
 * per-CPU kthread, affinity, running, active balance), so no policy can break affinity or move a running task.
 * It must answer alike for the same state (the kernel's and its own) and change nothing but its own.
 */
export interface Policy {
  readonly name: string;
  /** Every parameter by name, as it is in force. Part of the run's identity. */
  readonly params: Readonly<Record<string, number>>;
  /** Models that it decides by, by the name under which they are given. Part of its identity. */
  readonly models?: Readonly<Record<string, PolicyModel>>;
  /** ns of CPU time that one decision takes beyond the stock test, charged to the CPU that balances. Integer ≥ 0. */
  readonly costNs: number;
  /** What the next decision costs as things stand in a run, ns; `costNs` where it is absent. */
  costNow?(state: Float64Array): number;
  /** How many doubles of its own it keeps in a run on so many CPUs (`MigrationContext.state`, all 0 at first); none where it is absent. */
  stateDoubles?(cpus: number): number;
  /** Whether the task may be moved. */
  mayMigrate(context: MigrationContext): boolean;
  /**
   * Optional: another CPU for a task that wakes up. Stock answers where it is absent; an answer that the task's
   * affinity forbids is ignored.
   */
  selectCpu?(kernel: Kernel, p: number, prev: number, wakeFlags: number, stock: number): number;
}
