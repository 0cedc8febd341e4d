import { KIND, type TableData } from '../../../sim/records/records.js';
import { SLICE_END } from '../format/run.js';

/** Stretches of tasks on one CPU, each column as long as the others; ns of the run's clock. */
export interface Stretches {
  readonly start: number[];
  readonly length: number[];
  /** Index into the tasks. */
  readonly task: number[];
  /** ns since the task last ran on that CPU when the stretch began, −1 where it had not since it came there. */
  readonly since: number[];
  /** Of stretches on the CPU itself: SLICE_END. */
  readonly end: number[];
}

export interface WalkedQueues {
  /** By CPU, in order of their beginning. */
  readonly slices: readonly Stretches[];
  readonly waits: readonly Stretches[];
  /** pids in the order in which they were first seen. */
  readonly pids: readonly number[];
  /** Where the walk ended: at the window's end, or where there was no more room. */
  readonly endNs: number;
}

const IDLE_PID = 0;
/** Stands for the stoppers of all CPUs in a simulated run, so that it has no state of its own. */
const SIM_STOPPER_PID = -2;

/** What is known of a task on the way. */
interface TaskState {
  readonly index: number;
  state: 'off' | 'waiting' | 'running';
  cpu: number;
  since: number;
  /** When it last ran on `cpu`; −1: not since it came there, as the kernel's exec_start of 0 after a migration says. */
  ranAt: number;
}

/**
 * Walks over events once and finds who was on each CPU and who waited for it:
 *
 *     wakeup to c    switch to it    switch from it, runnable   migrate c → d     switch to it on d
 *          ├── wait on c ──┤── slice on c ──┤──── wait on c ───────┤──── wait on d ────┤── slice on d …
 *
 * A task whose group is throttled waits here too. What ran or waited before the first event about it is not known, save
 * what the first switch on a CPU takes off it.
 *
 * @param room most stretches that are kept
 */
export function walkQueues(events: TableData, cpus: number, startNs: number, endNs: number, room: number): WalkedQueues {
  type Name = 'ts' | 'cpu' | 'kind' | 'pid' | 'a' | 'b';
  const { ts, cpu, kind, pid, a, b } = events.columns as Record<Name, ArrayLike<number>>;
  const walk = new QueueWalk(cpus, startNs);
  let row = 0;
  for (; row < events.rows && ts[row]! <= endNs && walk.stretches < room; row += 1) {
    const now = ts[row]!;
    switch (kind[row]) {
      case KIND.switch:
        walk.switched(now, cpu[row]!, a[row]!, b[row]!, pid[row]!);
        break;
      case KIND.wakeup:
      case KIND.wakeup_new:
        walk.woken(now, pid[row]!, a[row]!);
        break;
      case KIND.migrate:
        walk.migrated(now, pid[row]!, b[row]!);
        break;
      case KIND.fork:
        walk.born(a[row]!);
        break;
      default:
        break;
    }
  }
  return walk.finish(walk.stretches < room || row === events.rows ? endNs : Math.max(startNs, ts[row]!));
}

class QueueWalk {
  stretches = 0;
  private readonly slices: Stretches[];
  private readonly waits: Stretches[];
  private readonly tasks = new Map<number, TaskState>();
  private readonly pids: number[] = [];
  private readonly indices = new Map<number, number>();
  /** By CPU: who runs, and since when; −1: not known yet. */
  private readonly running: number[];
  private readonly runningSince: number[];

  constructor(cpus: number, private readonly startNs: number) {
    const lanes = (): Stretches[] => Array.from({ length: cpus }, () => ({ start: [], length: [], task: [], since: [], end: [] }));
    this.slices = lanes();
    this.waits = lanes();
    this.running = new Array<number>(cpus).fill(-1);
    this.runningSince = new Array<number>(cpus).fill(startNs);
  }

  switched(now: number, cpu: number, prev: number, prevState: number, next: number): void {
    // Who ran before the first switch ran from the beginning on; a recording that contradicts itself is believed anew.
    const left = this.running[cpu] === -1 ? prev : this.running[cpu]!;
    if (left !== IDLE_PID) this.leaves(now, cpu, left, prevState === 0);
    this.running[cpu] = next;
    this.runningSince[cpu] = now;
    if (next !== IDLE_PID && next !== SIM_STOPPER_PID) this.begins(now, cpu, this.taskOf(next));
  }

  woken(now: number, pid: number, target: number): void {
    const task = this.taskOf(pid);
    if (task.state !== 'off') return;
    if (task.cpu !== target) task.ranAt = -1;
    this.queue(now, task, target);
  }

  migrated(now: number, pid: number, to: number): void {
    const task = this.taskOf(pid);
    const waited = task.state === 'waiting';
    if (waited) this.endWait(now, task);
    task.ranAt = -1;
    task.cpu = to;
    if (waited) this.queue(now, task, to);
  }

  /** A pid may be given out again. */
  born(pid: number): void {
    const task = this.tasks.get(pid);
    if (task?.state === 'off') this.tasks.delete(pid);
  }

  finish(endNs: number): WalkedQueues {
    this.running.forEach((pid, cpu) => {
      if (pid > IDLE_PID || pid === SIM_STOPPER_PID) this.addSlice(endNs, cpu, pid, SLICE_END.cut);
    });
    for (const task of this.tasks.values()) if (task.state === 'waiting') this.endWait(endNs, task);
    return { slices: this.slices, waits: this.waits.map(byStart), pids: this.pids, endNs };
  }

  private leaves(now: number, cpu: number, pid: number, runnable: boolean): void {
    this.addSlice(now, cpu, pid, runnable ? SLICE_END.preempted : SLICE_END.blocked);
    if (pid === SIM_STOPPER_PID) return;
    const task = this.taskOf(pid);
    task.ranAt = now;
    task.cpu = cpu;
    if (runnable) this.queue(now, task, cpu);
    else task.state = 'off';
  }

  private begins(now: number, cpu: number, task: TaskState): void {
    if (task.state === 'waiting') this.endWait(now, task);
    if (task.cpu !== cpu) task.ranAt = -1;
    task.state = 'running';
    task.cpu = cpu;
    task.since = now;
  }

  private queue(now: number, task: TaskState, cpu: number): void {
    task.state = 'waiting';
    task.cpu = cpu;
    task.since = now;
  }

  private endWait(now: number, task: TaskState): void {
    const heat = task.ranAt < 0 ? -1 : task.since - task.ranAt;
    this.add(this.waits[task.cpu], task.since, now, task.index, heat, 0);
    task.state = 'off';
  }

  private addSlice(now: number, cpu: number, pid: number, end: number): void {
    const since = this.runningSince[cpu]!;
    const task = pid === SIM_STOPPER_PID ? undefined : this.tasks.get(pid);
    const heat = task === undefined || task.ranAt < 0 ? -1 : since - task.ranAt;
    this.add(this.slices[cpu], since, now, this.indexOf(pid), heat, end);
  }

  /** What lies within the window and takes time. */
  private add(lane: Stretches | undefined, from: number, to: number, task: number, since: number, end: number): void {
    const start = Math.max(from, this.startNs);
    if (lane === undefined || to <= start) return;
    lane.start.push(start);
    lane.length.push(to - start);
    lane.task.push(task);
    lane.since.push(since < 0 ? -1 : since + start - from);
    lane.end.push(end);
    this.stretches += 1;
  }

  private taskOf(pid: number): TaskState {
    let task = this.tasks.get(pid);
    if (task === undefined) {
      task = { index: this.indexOf(pid), state: 'off', cpu: -1, since: 0, ranAt: -1 };
      this.tasks.set(pid, task);
    }
    return task;
  }

  private indexOf(pid: number): number {
    let index = this.indices.get(pid);
    if (index === undefined) {
      index = this.pids.length;
      this.pids.push(pid);
      this.indices.set(pid, index);
    }
    return index;
  }
}

/** Waits end in another order than they begin in. */
function byStart(lane: Stretches): Stretches {
  const order = lane.start.map((_, i) => i).sort((i, j) => lane.start[i]! - lane.start[j]! || i - j);
  const sorted = (column: readonly number[]): number[] => order.map((i) => column[i]!);
  return {
    start: sorted(lane.start),
    length: sorted(lane.length),
    task: sorted(lane.task),
    since: sorted(lane.since),
    end: sorted(lane.end),
  };
}
