import type { TaskInfo } from '../../bundle/tables/contents.js';
import { DEFAULT_PRIO, isAboveFair, MAX_RT_PRIO, UNKNOWN_PRIO } from '../../bundle/tables/priority.js';
import {
  PF_KTHREAD, PF_PER_CPU_KTHREAD, SCHED_NORMAL, TASK_INTERRUPTIBLE,
} from '../../sim/kernel/constants.js';
import { sched_fork } from '../../sim/kernel/core/fork.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { setAverages } from '../../sim/start/averages.js';
import type { World } from './world.js';

/** Kernel threads that are bound to the CPU in their name. */
/** The stopper of a CPU, whose class is above all others. */
const STOPPER = /^migration\/\d+$/;
const PER_CPU_THREAD = /^(?:cpuhp|idle_inject|irq_work|ksoftirqd|kworker|migration|rcuc|watchdog)\/(\d+)/;
/** Run time of a task that was there before the recording, which is not known: not none, so that its vruntime is its own. */
const ADOPTED_RUNTIME_NS = 1;
/** Kernel priority of a deadline task. */
const DEADLINE_PRIO = -1;

/** Which row of the model is which task of the recording. */
export class Roster {
  private readonly rows = new Map<number, number>();
  private readonly infos = new Map<number, TaskInfo>();
  private readonly free: number[] = [];
  /** Kernel priorities of tasks, where they are not as first seen. */
  private readonly prios = new Map<number, number>();
  private used = 0;
  /** 1 for tasks that were there before the recording began: their averages are not known. */
  readonly adopted: Uint8Array;
  /** Row of the task of the unseen past that a task descends from, as it was numbered then, by row. */
  private readonly roots: Int32Array;
  private nextRoot: number;
  /** How often what it has of that task's wakee_flips was halved, by row. */
  readonly halved: Int32Array;
  /** CPU that a task was forked on, or −1. */
  readonly bornOn: Int32Array;

  constructor(private readonly w: World) {
    this.adopted = new Uint8Array(w.k.tasks);
    this.roots = new Int32Array(w.k.tasks).fill(NIL);
    this.halved = new Int32Array(w.k.tasks);
    // The idle tasks come first.
    this.nextRoot = w.k.cpus;
    this.bornOn = new Int32Array(w.k.tasks).fill(-1);
    for (const info of w.contents.tasks) this.infos.set(info.pid, info);
  }

  /** Whether the task is now of a class above the fair one: a stopper, a deadline or a real-time task. */
  isAbove(pid: number): boolean {
    // The simulator's stoppers.
    if (pid < 0) return true;
    const first = this.infos.get(pid)?.prio ?? UNKNOWN_PRIO;
    return isAboveFair(this.prios.get(pid) ?? (first === UNKNOWN_PRIO ? DEFAULT_PRIO : first));
  }

  /** Whether a task above the fair class is no stopper. */
  isRealtime(pid: number): boolean {
    return pid > 0 && !STOPPER.test(this.infos.get(pid)?.comm ?? '');
  }

  /** Whether the task is now a deadline task. */
  isDeadline(pid: number): boolean {
    return this.prios.get(pid) === DEADLINE_PRIO;
  }

  /** The task has another kernel priority. */
  setPrio(pid: number, prio: number): void {
    this.prios.set(pid, prio);
  }

  /** The row of a task, or NIL. */
  row(pid: number): number {
    return this.rows.get(pid) ?? NIL;
  }

  /** Rows of all tasks that live. */
  all(): Iterable<number> {
    return this.rows.values();
  }

  pid(row: number): number {
    return row === NIL ? 0 : this.w.k.task.pid[row]!;
  }

  name(row: number): string {
    if (row === NIL) return 'idle';
    const pid = this.w.k.task.pid[row]!;
    return `${this.infos.get(pid)?.comm ?? '?'}-${pid}`;
  }

  /** A task that the running task of `cpu` forks, or NIL where no row is left. */
  born(ts: number, pid: number, cpu: number, parent: number): number {
    const { k, foresight } = this.w;
    const row = this.take(pid);
    if (row === NIL) return NIL;
    const like = parent === NIL ? null : parent;
    const prio = foresight.priority(pid, ts);
    const policy = foresight.policy(pid, ts);
    sched_fork(k, row, cpu, parent, {
      pid,
      nice: prio >= MAX_RT_PRIO ? prio - DEFAULT_PRIO : like === null ? 0 : k.task.nice[like]!,
      policy: policy >= 0 ? policy : like === null ? SCHED_NORMAL : k.task.policy[like]!,
      mask: like === null ? 0 : k.task.mask[like]!,
      tg: like === null ? 0 : k.task.tg[like]!,
      flags: like === null ? 0 : k.task.flags[like]! & PF_KTHREAD,
      preferred_nid: NIL,
    });
    this.prios.set(pid, DEFAULT_PRIO);
    this.adopted[row] = 0;
    this.roots[row] = parent === NIL ? this.nextRoot++ : this.roots[parent]!;
    this.halved[row] = parent === NIL ? 0 : this.halved[parent]!;
    this.w.affinity.born(row, parent);
    this.bornOn[row] = cpu;
    this.w.seenTask[row] = 0;
    return row;
  }

  /** A task that was there before the recording: asleep on `cpu`, with nothing known of its past. */
  adopt(pid: number, cpu: number): number {
    const { k } = this.w;
    const row = this.take(pid);
    if (row === NIL) return NIL;
    const info = this.infos.get(pid);
    const bound = PER_CPU_THREAD.test(info?.comm ?? '');
    const recorded = info === undefined || info.allowed < 0 ? 0 : this.w.mask(info.allowed);
    sched_fork(k, row, cpu, NIL, {
      pid,
      nice: info === undefined || info.prio < MAX_RT_PRIO ? 0 : info.prio - DEFAULT_PRIO,
      policy: Math.max(SCHED_NORMAL, this.w.foresight.policy(pid, this.w.now)),
      mask: bound ? this.w.maskOf(cpu) : recorded,
      tg: info === undefined || info.group < 0 ? 0 : this.w.group(info.group),
      flags: bound ? PF_KTHREAD | PF_PER_CPU_KTHREAD : info?.comm === 'kthreadd' ? PF_KTHREAD : 0,
      preferred_nid: NIL,
    });
    k.task.state[row] = TASK_INTERRUPTIBLE;
    const cfs = k.se.cfs_rq[row]!;
    k.se.vruntime[row] = k.cfs.min_vruntime[cfs]!;
    // It has run at some time, so that its vruntime counts as absolute.
    k.se.sum_exec_runtime[row] = ADOPTED_RUNTIME_NS;
    setAverages(k.avg, row, this.w.startClock, 0, 0, 0);
    // When its wakee_flips were halved last is not known.
    if (!this.w.flipsDue) k.task.wakee_flip_decay_ts[row] = k.g.jiffies[0]!;
    this.adopted[row] = 1;
    this.roots[row] = this.nextRoot++;
    this.halved[row] = 0;
    this.w.affinity.born(row, NIL);
    this.bornOn[row] = -1;
    this.w.seenTask[row] = 0;
    return row;
  }

  /** Whether the task has run since the recording began: then it is known since when it sleeps. */
  hasRun(row: number): boolean {
    return this.adopted[row] === 0 || this.w.k.se.sum_exec_runtime[row]! > ADOPTED_RUNTIME_NS;
  }

  /** The row of a task; one that is not known yet is taken to have slept on `cpu`. */
  rowOrAdopt(pid: number, cpu: number): number {
    const row = this.row(pid);
    return row === NIL ? this.adopt(pid, cpu) : row;
  }

  /** Which task of the unseen past a task descends from, itself included. */
  root(row: number): number {
    return this.roots[row]!;
  }

  /** The same of the idle task of a CPU. */
  idleRoot(cpu: number): number {
    return cpu;
  }

  /** The task is dead and off its CPU. */
  gone(pid: number): void {
    const row = this.row(pid);
    if (row === NIL) return;
    this.rows.delete(pid);
    this.free.push(row);
  }

  private take(pid: number): number {
    const { tasks } = this.w.k;
    const row = this.used < tasks ? this.used++ : (this.free.shift() ?? NIL);
    if (row !== NIL) this.rows.set(pid, row);
    return row;
  }
}
