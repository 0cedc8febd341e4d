import { KIND, type TableData } from '../../sim/records/records.js';

const NOWHERE = -1;

/**
 * How many tasks run or wait to run on each CPU, derived from the events: rq->nr_running as far as they tell it. A task is
 * on a CPU's queue from its wake-up until a switch away from it that does not leave it runnable, and moves with its
 * migrations. Tasks that were queued when the recording began are found by looking ahead: their first event is a switch.
 * The idle tasks do not count, and neither do the stoppers of a simulated run, which are no tasks of it.
 */
export class RunQueues {
  /** By CPU. */
  readonly lengths: number[];
  /** The CPU on whose queue a task is, or NOWHERE. */
  private readonly where = new Map<number, number>();
  /** What `touched` gives. */
  private readonly changed: number[] = [];
  /** Traces may lack sched_wakeup; then a task is queued from the moment that it is being woken. */
  private readonly wakeup: number;

  constructor(events: TableData, cpus: number) {
    this.lengths = new Array<number>(cpus).fill(0);
    this.wakeup = this.lookAhead(events) ? KIND.wakeup : KIND.waking;
  }

  /** Takes an event into account, in the order of the table. */
  apply(cpu: number, kind: number, pid: number, a: number, b: number): void {
    this.changed.length = 0;
    if (kind === KIND.switch) {
      this.put(pid, cpu);
      this.put(a, b === 0 ? cpu : NOWHERE);
    } else if (kind === this.wakeup || kind === KIND.wakeup_new) {
      this.put(pid, a);
    } else if (kind === KIND.migrate && (this.where.get(pid) ?? NOWHERE) !== NOWHERE) {
      this.put(pid, b);
    }
  }

  /** CPUs whose length the last event may have changed; one may stand there twice. */
  touched(): readonly number[] {
    return this.changed;
  }

  private put(pid: number, cpu: number): void {
    if (pid <= 0) return;
    const before = this.where.get(pid) ?? NOWHERE;
    if (before === cpu) return;
    if (before !== NOWHERE) this.add(before, -1);
    if (cpu !== NOWHERE) this.add(cpu, 1);
    this.where.set(pid, cpu);
  }

  private add(cpu: number, change: number): void {
    // A CPU that the manifest does not count has no track.
    if (cpu >= this.lengths.length) return;
    this.lengths[cpu]! += change;
    this.changed.push(cpu);
  }

  /** Queues the tasks that were runnable at the start. @returns whether the trace has wake-ups */
  private lookAhead(events: TableData): boolean {
    const { cpu, kind, pid, a } = events.columns as Readonly<Record<'cpu' | 'kind' | 'pid' | 'a', ArrayLike<number>>>;
    const known = new Set<number>();
    /** Where a task was that moves before it runs. */
    const origin = new Map<number, number>();
    const startsQueued = (task: number, on: number): void => {
      if (known.has(task)) return;
      known.add(task);
      this.put(task, origin.get(task) ?? on);
    };
    let wakeups = false;
    for (let row = 0; row < events.rows; row += 1) {
      const what = kind[row]!;
      if (what === KIND.switch) {
        startsQueued(a[row]!, cpu[row]!);
        startsQueued(pid[row]!, cpu[row]!);
      } else if (what === KIND.waking || what === KIND.wakeup || what === KIND.wakeup_new) {
        known.add(pid[row]!);
        wakeups ||= what === KIND.wakeup;
      } else if (what === KIND.fork) {
        known.add(a[row]!);
      } else if (what === KIND.migrate && !known.has(pid[row]!) && !origin.has(pid[row]!)) {
        origin.set(pid[row]!, a[row]!);
      }
    }
    return wakeups;
  }
}
