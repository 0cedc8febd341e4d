/** Sources of events other than ticks, in the order in which their slots are numbered. */
export enum Source {
  /** The end of what the task of a CPU does. */
  BURST,
  /** An interrupt that makes a CPU call schedule(). */
  RESCHED,
  /** An interrupt that makes a CPU finish wake-ups queued for it. */
  TTWU,
  /** The CPU has got so far that it queues the tasks. */
  TTWU_QUEUE,
  /** An interrupt that makes a CPU balance for the idle ones. */
  NOHZ,
  /** The SCHED softirq of a CPU, after its tick. */
  SOFTIRQ,
  /** The idle loop of a CPU, after its tick: it may stop the tick. */
  IDLE_LOOP,
  /** The stopper of a CPU pushes a task away. */
  ACTIVE_BALANCE,
  /** The stopper of a CPU moves its running task. */
  MIGRATION,
  /** A CPU in schedule() goes on looking for tasks to pull. */
  SEARCH,
  PER_CPU,
  /** A sleeping task's timer. */
  TASK_TIMER = PER_CPU,
  /** A task comes from outside. */
  BIRTH,
  /** A task group's bandwidth timers. */
  PERIOD,
  SLACK,
}

/** Which slot of the event queue belongs to which source, and back. */
export class Slots {
  readonly total: number;
  /** Source of each slot. */
  readonly source: Uint8Array;
  /** CPU, task, initial task or task group of each slot. */
  readonly owner: Int32Array;
  /** First slot of each source. */
  private readonly base: number[] = [];

  constructor(private readonly cpus: number, tasks: number, births: number, groups: number) {
    const sizes = [...Array<number>(Source.PER_CPU).fill(cpus), tasks, births, groups, groups];
    this.total = sizes.reduce((sum, size) => sum + size, 0);
    this.source = new Uint8Array(this.total);
    this.owner = new Int32Array(this.total);
    let slot = 0;
    sizes.forEach((size, source) => {
      this.base.push(slot);
      for (let i = 0; i < size; i++, slot++) {
        this.source[slot] = source;
        this.owner[slot] = i;
      }
    });
  }

  /** Slot of a source that every CPU has. */
  ofCpu(source: Source, cpu: number): number {
    return source * this.cpus + cpu;
  }

  /** Slot of a source by its owner. */
  of(source: Source, owner: number): number {
    return this.base[source]! + owner;
  }
}
