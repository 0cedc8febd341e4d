import { TIMER_REGISTERS } from '../../sim/programs/program.js';
import { isUniqueTimer, type RtEvent, type RtFile, type RtTask } from './model.js';

type TimerEvent = Extract<RtEvent, { kind: 'timer' }>;

/** What a timer event means for one thread. */
export interface TimerUse {
  readonly slot: number;
  readonly periodNs: number;
  /** The first time, counted from the thread's start; the same as `periodNs` where the thread has the timer to itself. */
  readonly firstNs: number;
  readonly mode: 'relative' | 'absolute';
}

/** The timers of one task: its uses by name, in the order in which the names come up. */
type TaskTimers = ReadonlyMap<string, readonly TimerEvent[]>;

/**
 * A timer that is not "unique" is one for all threads that name it: each use moves it on by one period. Among n threads
 * that take turns each therefore comes back after the periods of all, and the threads start one period apart.
 *
 *     period 16, three threads    |--A--|--B--|--C--|--A--|--B--|--C--|
 *                                 0    16    32    48    64
 */
export class Timers {
  private readonly byTask = new Map<RtTask, TaskTimers>();
  /** Threads that use a timer that is not unique. */
  private readonly users = new Map<string, number>();
  /** Sum of their periods. */
  private readonly cycles = new Map<string, number>();
  /** For each task the sum of the periods of the threads before its first one. */
  private readonly before = new Map<string, Map<RtTask, number>>();
  private readonly absolute = new Set<string>();

  /** @param forked names of tasks that are forked @throws InputError */
  constructor(file: RtFile, forked: ReadonlySet<string>) {
    for (const task of file.tasks) {
      const timers = timersOf(task);
      this.byTask.set(task, timers);
      for (const [ref, uses] of timers) {
        for (const use of uses) if (use.absolute) this.absolute.add(keyOf(task, ref));
        if (isUniqueTimer(ref)) continue;
        if (forked.has(task.name)) uses[0]!.at.fail('a "unique" timer in a task that is forked', ref);
        this.count(task, ref, uses[0]!);
      }
    }
    for (const [task, timers] of this.byTask) this.checkTask(task, timers);
  }

  private count(task: RtTask, ref: string, use: TimerEvent): void {
    const cycle = this.cycles.get(ref) ?? 0;
    const before = this.before.get(ref) ?? new Map<RtTask, number>();
    before.set(task, cycle);
    this.before.set(ref, before);
    this.users.set(ref, (this.users.get(ref) ?? 0) + task.instances);
    this.cycles.set(ref, cycle + task.instances * use.periodNs);
  }

  private checkTask(task: RtTask, timers: TaskTimers): void {
    let slot = 0;
    for (const [ref, uses] of timers) {
      if (slot++ >= TIMER_REGISTERS) uses[0]!.at.fail(`at most ${TIMER_REGISTERS} different timers in a task`, ref);
      if (uses.length > 1 && this.isShared(ref)) {
        uses[1]!.at.fail('one use for each task of a timer that several threads share (or a "unique" one)', ref);
      }
    }
  }

  private isShared(ref: string): boolean {
    return !isUniqueTimer(ref) && (this.users.get(ref) ?? 0) > 1;
  }

  /** Whether the threads of a task have their own times, so that each needs a program of its own. */
  sharedBy(task: RtTask): boolean {
    return [...this.byTask.get(task)!.keys()].some((ref) => this.isShared(ref));
  }

  /** @param instance which thread of the task */
  use(task: RtTask, instance: number, event: TimerEvent): TimerUse {
    const { ref, periodNs } = event;
    const slot = [...this.byTask.get(task)!.keys()].indexOf(ref);
    const mode = this.absolute.has(keyOf(task, ref)) ? 'absolute' : 'relative';
    if (!this.isShared(ref)) return { slot, periodNs, firstNs: periodNs, mode };
    const firstNs = this.before.get(ref)!.get(task)! + (instance + 1) * periodNs;
    return { slot, periodNs: this.cycles.get(ref)!, firstNs, mode };
  }

  /** The slots that a task uses. */
  slotsOf(task: RtTask): number {
    return this.byTask.get(task)!.size;
  }

  /** What to say of timers that are shared. */
  notes(): string[] {
    const notes: string[] = [];
    for (const [ref, users] of this.users) {
      if (users < 2) continue;
      const period = this.cycles.get(ref)! / 1000;
      const each = `each of them comes back every ${period} µs, as with rt-app (a "unique" timer would be its own)`;
      notes.push(`timer ${ref}: shared by ${users} threads, ${each}`);
    }
    return notes;
  }
}

/** A mode holds for a timer as a whole; unique ones belong to their task. */
function keyOf(task: RtTask, ref: string): string {
  return isUniqueTimer(ref) ? `${task.name}\n${ref}` : ref;
}

function timersOf(task: RtTask): TaskTimers {
  const timers = new Map<string, TimerEvent[]>();
  for (const event of task.phases.flatMap((phase) => phase.events)) {
    if (event.kind !== 'timer') continue;
    const uses = timers.get(event.ref);
    if (uses === undefined) timers.set(event.ref, [event]);
    else uses.push(event);
  }
  return timers;
}
