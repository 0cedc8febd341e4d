import type { TaskInfo } from '../tables/contents.js';

/** The idle task of a CPU, as the kernel prints it. */
const IDLE_PRIO = 120;

/** A task's name and its kernel priority so far; −1 where no event has told one. */
export interface NamedTask {
  readonly pid: number;
  readonly comm: string;
  prio: number;
}

/**
 * Who a row speaks of. A simulated run has no tasks for the stoppers and writes a negative pid for them; here they get
 * pids above all others and the kernel's names, so that the UI shows them as it does those of a kernel.
 */
export class Tasks {
  private readonly byPid = new Map<number, NamedTask>();
  private readonly idle: NamedTask[] = [];
  private readonly stoppers: NamedTask[] = [];
  private readonly firstStopper: number;

  constructor(tasks: readonly TaskInfo[]) {
    let last = 0;
    for (const { pid, comm, prio } of tasks) {
      this.byPid.set(pid, { pid, comm, prio });
      if (pid > last) last = pid;
    }
    this.firstStopper = last + 1;
  }

  /** @param cpu where the row is from: pid 0 and negative ones are every CPU's own */
  at(pid: number, cpu: number): NamedTask {
    if (pid === 0) return (this.idle[cpu] ??= { pid: 0, comm: `swapper/${cpu}`, prio: IDLE_PRIO });
    if (pid < 0) return (this.stoppers[cpu] ??= { pid: this.firstStopper + cpu, comm: `migration/${cpu}`, prio: 0 });
    let task = this.byPid.get(pid);
    if (task === undefined) {
      // A bundle names every task that its events have, but it may have been made by hand.
      task = { pid, comm: '<...>', prio: -1 };
      this.byPid.set(pid, task);
    }
    return task;
  }
}
