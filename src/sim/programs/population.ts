import { PF_KTHREAD, PF_PER_CPU_KTHREAD } from '../kernel/constants.js';
import { type NewTask, sched_fork } from '../kernel/core/fork.js';
import type { Kernel } from '../kernel/kernel.js';
import { NIL } from '../kernel/state/table.js';
import type { CacheModel } from '../hardware/cache.js';
import { childSeed, type Draws } from './draws.js';
import { ProgramError } from './program-error.js';
import type { TaskTemplate, Workload } from './program.js';
import type { SimTaskTable } from './sim-tasks.js';

/** A task that was born, for the result. */
export interface Birth {
  readonly row: number;
  readonly pid: number;
  readonly comm: string;
  readonly nice: number;
  /** Rows of the workload's masks and groups that it was born with. */
  readonly mask: number;
  readonly group: number;
  /** CPU time at its death, ns; −1 while it lives. */
  runNs: number;
}

/** Births and deaths of tasks: who gets which row, and what a task is born with. */
export class Population {
  /** By order of birth. */
  readonly births: Birth[] = [];
  /** [next row never used, tasks alive that the run waits for, next ordinal, next pid] */
  private readonly counts: Float64Array;
  private readonly freeRows: Int32Array;
  /** [head, tail] of the ring of freed rows. */
  private readonly freeRing: Float64Array;

  constructor(
    private readonly k: Kernel,
    private readonly t: SimTaskTable,
    private readonly draws: Draws,
    private readonly cache: CacheModel,
    private readonly workload: Workload,
    private readonly rootSeed: number,
  ) {
    this.counts = k.arena.f64(4);
    this.counts[3] = 1000;
    this.freeRows = k.arena.i32(k.tasks + 1);
    this.freeRing = k.arena.f64(2);
  }

  /** Tasks alive that the run waits for: all but those in the background. */
  get alive(): number {
    return this.counts[1]!;
  }

  /** Rows that have ever had a task. */
  get rows(): number {
    return this.counts[0]!;
  }

  /**
   * fork() by the task `parent`, up to its record: a child that is to start at operation `entry`, but is on no queue yet.
   * @returns the child's row
   */
  fork(parent: number, entry: number, template: number): number {
    const { k, t } = this;
    const row = this.takeRow();
    const like = template >= 0 ? template : t.template[parent]!;
    const born = this.newTask(this.workload.templates[like]!, template >= 0 ? NIL : parent);
    this.bear(row, like, entry, childSeed(t.seed[parent]!, t.births[parent]!++), born);
    t.parent[row] = parent;
    t.parentOrdinal[row] = t.ordinal[parent]!;
    t.children[parent]!++;
    sched_fork(k, row, k.task.cpu[parent]!, parent, born);
    k.trace.sched_process_fork(parent, row);
    k.charge_event();
    return row;
  }

  /**
   * Initial task number `index` is born, as the child of nobody; it is on no queue yet.
   * @returns its row
   */
  arrive(index: number): number {
    const { k, t, workload } = this;
    const initial = workload.initial[index]!;
    const spec = workload.templates[initial.template]!;
    const row = this.takeRow();
    const born = this.newTask(spec, NIL);
    this.bear(row, initial.template, spec.entry, childSeed(this.rootSeed, index), born);
    t.parent[row] = NIL;
    sched_fork(k, row, initial.cpu, NIL, born);
    k.trace.sched_process_fork(NIL, row);
    return row;
  }

  /** The dead task of `row` has left its CPU. */
  bury(row: number): void {
    this.births[this.t.ordinal[row]!]!.runNs = this.k.se.sum_exec_runtime[row]!;
    if (this.workload.templates[this.t.template[row]!]!.background !== true) this.counts[1]!--;
    const tail = this.freeRing[1]!;
    this.freeRows[tail % this.freeRows.length] = row;
    this.freeRing[1] = tail + 1;
  }

  save(): readonly Birth[] {
    return this.births.map((birth) => ({ ...birth }));
  }

  load(saved: readonly Birth[]): void {
    this.births.length = 0;
    for (const birth of saved) this.births.push({ ...birth });
  }

  /** What fork() fixes: from the template, or copied from the parent `like`. */
  private newTask(spec: TaskTemplate, like: number): NewTask {
    const task = this.k.task;
    const copied = like !== NIL;
    return {
      pid: copied || spec.pid === undefined ? this.counts[3]!++ : spec.pid,
      nice: copied ? task.nice[like]! : spec.nice,
      policy: copied ? task.policy[like]! : spec.policy,
      mask: copied ? task.mask[like]! : spec.mask,
      tg: copied ? task.tg[like]! : spec.group,
      flags: spec.perCpuKthread === true ? PF_KTHREAD | PF_PER_CPU_KTHREAD : 0,
      preferred_nid: copied ? task.numa_preferred_nid[like]! : (spec.preferredNode ?? NIL),
    };
  }

  private bear(row: number, template: number, entry: number, seed: number, born: NewTask): void {
    const { t, workload } = this;
    const spec = workload.templates[template]!;
    t.pc[row] = entry;
    t.work[row] = 0;
    for (const register of t.loop) register[row] = 0;
    for (const register of t.timer) register[row] = -1;
    t.children[row] = 0;
    t.joining[row] = 0;
    t.releasing[row] = 0;
    t.wakeStage[row] = 0;
    t.woken[row] = -1;
    t.forked[row] = -1;
    t.inKernel[row] = 0;
    t.relocks[row] = 0;
    t.signalledAt[row] = -1;
    t.leaving[row] = 0;
    t.drawn[row] = -1;
    t.template[row] = template;
    t.seed[row] = seed;
    t.births[row] = 0;
    t.waitNext[row] = -1;
    t.timedOn[row] = -1;
    t.wakingSince[row] = -1;
    t.runnableSince[row] = -1;
    t.runnableNs[row] = 0;
    t.ordinal[row] = this.counts[2]!++;
    if (spec.background !== true) this.counts[1]!++;
    this.draws.born(row);
    this.cache.born(row, spec.workingSet, spec.touchRate);
    const { pid, nice, mask, tg: group } = born;
    this.births[t.ordinal[row]!] = { row, pid, comm: spec.comm, nice, mask, group, runNs: -1 };
  }

  /** A row for a new task: one never used, or else the one that has been free the longest. */
  private takeRow(): number {
    const fresh = this.counts[0]!;
    if (fresh < this.k.tasks) {
      this.counts[0] = fresh + 1;
      return fresh;
    }
    const head = this.freeRing[0]!;
    if (head === this.freeRing[1]) {
      throw new ProgramError(`the workload has more than its maxTasks = ${this.k.tasks} tasks alive at once`);
    }
    this.freeRing[0] = head + 1;
    return this.freeRows[head % this.freeRows.length]!;
  }
}
