import { active_load_balance_cpu_stop } from '../kernel/balance/active.js';
import { migration_cpu_stop } from '../kernel/core/affinity.js';
import { stop_begin, stop_done } from '../kernel/core/schedule.js';
import { NIL } from '../kernel/state/table.js';
import type { Machine } from '../machine.js';
import { Source } from '../engine/slots.js';

/** The stopper threads, which take a CPU from whatever it runs to move a task off it. */
export class Stopper {
  /** The task that is to be moved off each CPU, or NIL, and where to. */
  private readonly task: Int32Array;
  private readonly dest: Int32Array;

  constructor(private readonly m: Machine) {
    const { arena, cpus } = m.k;
    this.task = arena.i32(cpus, NIL);
    this.dest = arena.i32(cpus, NIL);
  }

  /** Task `p` may not stay where it is: the stopper of its CPU moves it to `dest`. */
  migrate(p: number, dest: number): void {
    const { k, queue, slots } = this.m;
    const cpu = k.task.cpu[p]!;
    this.task[cpu] = p;
    this.dest[cpu] = dest;
    queue.schedule(slots.ofCpu(Source.MIGRATION, cpu), k.g.now[0]!);
  }

  /** Whether such a move is about to come: the task of `cpu` must not go on. */
  pending(cpu: number): boolean {
    const { queue, slots } = this.m;
    return queue.pending(slots.ofCpu(Source.MIGRATION, cpu));
  }

  /** The stopper of `cpu` takes it. @param migration to move a task, else for an active balance */
  run(cpu: number, migration: boolean): void {
    const { m } = this;
    const { k, t } = m;
    m.enter(cpu);
    const prev = k.rq.curr[cpu]!;
    if (prev !== NIL) {
      m.suspend(cpu, prev);
      // On its way out of its queue: schedule() picks the stopper, and that was all.
      if (t.leaving[prev] !== 0) t.work[prev] = t.leaving[prev] = 0;
    }
    stop_begin(k, cpu);
    if (migration) {
      const p = this.task[cpu]!;
      this.task[cpu] = NIL;
      if (p !== NIL) migration_cpu_stop(k, cpu, p, this.dest[cpu]!);
    } else {
      active_load_balance_cpu_stop(k, cpu);
    }
    const next = stop_done(k, cpu);
    m.switched(cpu, prev, next);
    m.proceed(cpu);
  }
}
