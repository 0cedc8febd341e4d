/** Tasks of the classes above the fair one: stoppers and real-time tasks. */
import { rq_clock_skip_update, update_rq_clock } from '../sim/kernel/core/clock.js';
import { add_nr_running, sub_nr_running } from '../sim/kernel/core/nr-running.js';
import { update_rt_rq_load_avg } from '../sim/kernel/core/rt-avg.js';
import type { Kernel } from '../sim/kernel/kernel.js';
import { NIL } from '../sim/kernel/state/table.js';

/**
 * Where those tasks run and wait. The model picks and moves none of them, the recording says what they do; but they count as
 * running, take the CPU from fair tasks, and leave them less of its capacity.
 */
export class Above {
  /** pid of the task above the fair class that runs on a CPU, or 0. */
  private readonly running: Int32Array;
  /** CPU that each of them is runnable on. */
  private readonly on = new Map<number, number>();

  /** @param isRealtime whether a task above the fair class is a real-time one, no stopper */
  constructor(private readonly k: Kernel, private readonly isRealtime: (pid: number) => boolean) {
    this.running = new Int32Array(k.cpus);
  }

  /** Whether such a task runs on `cpu`. */
  runs(cpu: number): boolean {
    return this.running[cpu] !== 0;
  }

  /** The task that does, or 0. */
  current(cpu: number): number {
    return this.running[cpu]!;
  }

  /** CPU that the task is runnable on, or −1. */
  cpuOf(pid: number, cpu: number): number {
    return this.on.get(key(pid, cpu)) ?? -1;
  }

  /** The task is runnable on `cpu` from now on, wherever it was before. */
  queue(pid: number, cpu: number): void {
    const before = this.cpuOf(pid, cpu);
    if (before === cpu) return;
    if (before >= 0) sub_nr_running(this.k, before, 1);
    this.on.set(key(pid, cpu), cpu);
    add_nr_running(this.k, cpu, 1);
  }

  /** It has woken up there: a fair or idle task has to give way, which does not read the clock again. */
  woken(pid: number, cpu: number): void {
    update_rq_clock(this.k, cpu);
    this.queue(pid, cpu);
    if (this.runs(cpu)) return;
    this.k.rq.need_resched[cpu] = 1;
    rq_clock_skip_update(this.k, cpu);
  }

  /** It is not runnable any more. */
  leave(pid: number, cpu: number): void {
    const before = this.cpuOf(pid, cpu);
    if (before < 0) return;
    this.on.delete(key(pid, cpu));
    sub_nr_running(this.k, before, 1);
  }

  /**
   * What runs on a CPU whose clock is up to date: a task above the fair class, or 0.
   * @kernel kernel/sched/rt.c set_next_task_rt, put_prev_task_rt
   * @omits the choice of the task, pushing and pulling
   */
  switchTo(cpu: number, pid: number): void {
    const { rq } = this.k;
    const realtime = pid !== 0 && this.isRealtime(pid);
    if (rq.rt_running[cpu] !== 0 || realtime) update_rt_rq_load_avg(this.k, cpu, rq.rt_running[cpu]!);
    if (pid !== 0) this.queue(pid, cpu);
    this.running[cpu] = pid;
    rq.stop_running[cpu] = pid === 0 ? 0 : 1;
    rq.rt_running[cpu] = realtime ? 1 : 0;
    if (pid !== 0) rq.curr[cpu] = NIL;
  }

  /** A tick on a CPU that such a task runs on, whose clock is up to date. */
  tick(cpu: number): void {
    if (this.k.rq.rt_running[cpu] !== 0) update_rt_rq_load_avg(this.k, cpu, 1);
  }
}

/** All stoppers of the simulator's recordings have one pid: each CPU has its own. */
function key(pid: number, cpu: number): number {
  return pid < 0 ? -1 - cpu : pid;
}
