/** Tasks of the classes above the fair one: stoppers, deadline and real-time tasks. */
import { rq_clock_skip_update, update_rq_clock } from '../../sim/kernel/core/clock.js';
import { add_nr_running, sub_nr_running } from '../../sim/kernel/core/nr-running.js';
import { update_rt_rq_load_avg } from '../../sim/kernel/core/rt-avg.js';
import { update_avg_idle } from '../../sim/kernel/core/wakeup.js';
import type { Kernel } from '../../sim/kernel/kernel.js';
import { NIL } from '../../sim/kernel/state/table.js';

/** What a task above the fair class is. */
export interface AboveClasses {
  /** A real-time or deadline task, no stopper. */
  readonly isRealtime: (pid: number) => boolean;
  readonly isDeadline: (pid: number) => boolean;
}

/**
 * Where those tasks run and wait. The model picks and moves none of them, the recording says what they do; but they count as
 * running, take the CPU from fair tasks, and leave them less of its capacity.
 */
export class Above {
  /** pid of the task above the fair class that runs on a CPU, or 0. */
  private readonly running: Int32Array;
  /** CPU that each of them is runnable on. */
  private readonly on = new Map<number, number>();
  /** 1 where real-time tasks have used up their share of a CPU (sched_rt_runtime_us): until they run again none of them counts. */
  private readonly throttled: Uint8Array;
  /** CPU that a wake-up of each of them is on its way to. */
  private readonly sent = new Map<number, number>();
  /** When a CPU last took one up, ns. */
  private readonly taken = new Map<number, number>();

  constructor(private readonly k: Kernel, private readonly classes: AboveClasses) {
    this.running = new Int32Array(k.cpus);
    this.throttled = new Uint8Array(k.cpus);
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
    if (before >= 0 && this.counts(pid, before)) sub_nr_running(this.k, before, 1);
    this.on.set(key(pid, cpu), cpu);
    if (this.counts(pid, cpu)) add_nr_running(this.k, cpu, 1);
  }

  /** A wake-up of the task is on its way to a CPU that is to finish it. */
  send(pid: number, cpu: number): void {
    this.sent.set(pid, cpu);
  }

  /** That CPU takes one up: whether one was on its way there. */
  take(pid: number, cpu: number, ts: number): boolean {
    this.taken.set(pid, ts);
    return this.sent.get(pid) === cpu && this.sent.delete(pid);
  }

  /** When a CPU last took up a wake-up of the task, ns; −∞: none has. */
  takenAt(pid: number): number {
    return this.taken.get(pid) ?? -Infinity;
  }

  /**
   * It has woken up there: a fair or idle task has to give way, which does not read the clock again. Of a deadline task that wakes
   * only its running tells whether it has runtime left, and so is queued.
   */
  woken(pid: number, cpu: number): void {
    update_rq_clock(this.k, cpu);
    const runs = !this.classes.isDeadline(pid);
    if (runs) this.queue(pid, cpu);
    if (this.k.rq.idle_stamp[cpu] !== 0) update_avg_idle(this.k, cpu);
    if (!runs || this.runs(cpu)) return;
    this.k.rq.need_resched[cpu] = 1;
    rq_clock_skip_update(this.k, cpu);
  }

  /** It is not runnable any more. */
  leave(pid: number, cpu: number): void {
    const before = this.cpuOf(pid, cpu);
    if (before < 0) return;
    this.on.delete(key(pid, cpu));
    if (this.counts(pid, before)) sub_nr_running(this.k, before, 1);
  }

  /**
   * The running task goes though it could stay: a deadline task, for one of a class below, has used up its runtime and is off its
   * queue until its next period.
   * @param next the task that comes, where it is above the fair class, or 0
   * @kernel kernel/sched/deadline.c update_curr_dl
   * @omits when that is
   */
  givesWay(cpu: number, next: number): void {
    const pid = this.running[cpu]!;
    if (this.classes.isDeadline(pid) && (next === 0 || this.isShared(next))) this.leave(pid, cpu);
  }

  /**
   * A fair task comes, or none: real-time ones that wait on the CPU have used up their share of it, and count no more.
   * @kernel kernel/sched/rt.c sched_rt_runtime_exceeded, dequeue_top_rt_rq
   * @omits when that is
   */
  passedOver(cpu: number): void {
    for (const [pid, on] of this.on) if (on === cpu && this.isShared(pid)) this.recount(cpu, 1);
  }

  private counts(pid: number, cpu: number): boolean {
    return this.throttled[cpu] === 0 || !this.isShared(pid);
  }

  /** Whether the task is one of those that have a share of the CPU together. */
  private isShared(pid: number): boolean {
    return this.classes.isRealtime(pid) && !this.classes.isDeadline(pid);
  }

  private recount(cpu: number, throttled: 0 | 1): void {
    if (this.throttled[cpu] === throttled) return;
    this.throttled[cpu] = throttled;
    let count = 0;
    for (const [pid, on] of this.on) if (on === cpu && this.isShared(pid)) count++;
    if (count === 0) return;
    if (throttled === 1) sub_nr_running(this.k, cpu, count);
    else add_nr_running(this.k, cpu, count);
  }

  /**
   * What runs on a CPU whose clock is up to date: a task above the fair class, or 0.
   * @kernel kernel/sched/rt.c set_next_task_rt, put_prev_task_rt
   * @omits the choice of the task, pushing and pulling
   */
  switchTo(cpu: number, pid: number): void {
    const { rq } = this.k;
    const realtime = pid !== 0 && this.classes.isRealtime(pid);
    if (pid !== 0 && this.isShared(pid)) this.recount(cpu, 0);
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
