import type { Kernel } from '../kernel/kernel.js';
import { NIL } from '../kernel/state/table.js';
import type { SimTaskTable } from '../programs/sim-tasks.js';

/**
 * Which tasks are in a system call. A kernel without preemption of its own code preempts a task on its way back to user mode:
 * whoever wakes several tasks in one system call wakes them all first, however much better the first one is.
 *
 *     wake-up ── wake-up ──┬─ user_return ─┬─ user mode
 *     a better task is queued              may be preempted
 */
export class SystemCalls {
  /** Until when the task of each CPU is still in the system call in which it has woken another, ns. */
  private readonly until: Float64Array;

  constructor(
    private readonly k: Kernel,
    private readonly t: SimTaskTable,
  ) {
    this.until = k.arena.f64(k.cpus);
  }

  /** The task of `cpu` has woken another one, and is through with that at time `now`: it leaves the system call. */
  leave(cpu: number, now: number): void {
    this.until[cpu] = now + this.k.cost.user_return;
  }

  /** `cpu` has another task now, which is in none. */
  forget(cpu: number): void {
    this.until[cpu] = 0;
  }

  /** From when on the task of `cpu` may be preempted; Infinity in a wake-up, in a row of them, in schedule(), and where its program says so. */
  preemptibleFrom(cpu: number): number {
    const p = this.k.rq.curr[cpu]!;
    if (p === NIL) return 0;
    const { releasing, wakeStage, leaving, inKernel } = this.t;
    return releasing[p]! > 0 || wakeStage[p] !== 0 || leaving[p] !== 0 || inKernel[p] !== 0 ? Infinity : this.until[cpu]!;
  }
}
