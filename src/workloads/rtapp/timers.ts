import { TIMER_REGISTERS } from '../../sim/program.js';
import { isUniqueTimer, type RtEvent, type RtFile, type RtTask } from './model.js';

/** What a timer event means for one thread. */
export interface TimerUse {
  readonly slot: number;
  readonly periodNs: number;
  /** The first time, counted from the thread's start; the same as `periodNs` where the thread has the timer to itself. */
  readonly firstNs: number;
  readonly mode: 'relative' | 'absolute';
}

/**
 * A timer that is not "unique" is one for all threads that name it: each use moves it on by one period. Among n threads
 * that take turns each therefore comes back after the periods of all, and the threads start one period apart.
 *
 *     period 16, three threads    |--A--|--B--|--C--|--A--|--B--|--C--|
 *                                 0    16    32    48    64
 */
export class Timers {
  /** Uses of shared timers, in the order of threads. */
  private readonly shared = new Map<string, { readonly task: RtTask; readonly periodNs: number }[]>();
  private readonly absolute = new Set<string>();

  /** @param forked names of tasks that are forked @throws InputError */
  constructor(file: RtFile, forked: ReadonlySet<string>) {
    for (const task of file.tasks) {
      const uses = timersOf(task);
      for (const use of uses) {
        if (use.absolute) this.absolute.add(this.keyOf(task, use.ref));
        if (isUniqueTimer(use.ref)) continue;
        if (forked.has(task.name)) use.at.fail('a "unique" timer in a task that is forked', use.ref);
        const threads = this.shared.get(use.ref) ?? [];
        this.shared.set(use.ref, threads);
        for (let i = 0; i < task.instances; i++) threads.push({ task, periodNs: use.periodNs });
      }
    }
    for (const task of file.tasks) this.checkTask(task);
  }

  private checkTask(task: RtTask): void {
    const uses = timersOf(task);
    const refs = refsOf(uses);
    for (const use of uses) {
      if (refs.indexOf(use.ref) >= TIMER_REGISTERS) use.at.fail(`at most ${TIMER_REGISTERS} different timers in a task`, use.ref);
      if (this.isShared(use.ref, task) && uses.filter((other) => other.ref === use.ref).length > 1) {
        use.at.fail('one use for each task of a timer that several threads share (or a "unique" one)', use.ref);
      }
    }
  }

  /** Whether the threads of a task have their own times, so that each needs a program of its own. */
  sharedBy(task: RtTask): boolean {
    return timersOf(task).some((use) => this.isShared(use.ref, task));
  }

  private isShared(ref: string, task: RtTask): boolean {
    if (isUniqueTimer(ref)) return false;
    const threads = this.shared.get(ref) ?? [];
    return threads.length > 1 && threads.some((thread) => thread.task === task);
  }

  /** @param instance which thread of the task */
  use(task: RtTask, instance: number, event: Extract<RtEvent, { kind: 'timer' }>): TimerUse {
    const slot = refsOf(timersOf(task)).indexOf(event.ref);
    const mode = this.absolute.has(this.keyOf(task, event.ref)) ? 'absolute' : 'relative';
    if (!this.isShared(event.ref, task)) return { slot, periodNs: event.periodNs, firstNs: event.periodNs, mode };
    let periodNs = 0;
    let firstNs = 0;
    let nth = 0;
    for (const thread of this.shared.get(event.ref)!) {
      periodNs += thread.periodNs;
      if (thread.task === task && nth++ === instance) firstNs = periodNs;
    }
    return { slot, periodNs, firstNs, mode };
  }

  /** The slots that a task uses. */
  slotsOf(task: RtTask): number {
    return refsOf(timersOf(task)).length;
  }

  /** What to say of timers that are shared. */
  notes(): string[] {
    const notes: string[] = [];
    for (const [ref, threads] of this.shared) {
      if (threads.length < 2) continue;
      let periodNs = 0;
      for (const thread of threads) periodNs += thread.periodNs;
      const each = `each of them comes back every ${periodNs / 1000} µs, as with rt-app (a "unique" timer would be its own)`;
      notes.push(`timer ${ref}: shared by ${threads.length} threads, ${each}`);
    }
    return notes;
  }

  /** A mode holds for a timer as a whole; unique ones belong to their task. */
  private keyOf(task: RtTask, ref: string): string {
    return isUniqueTimer(ref) ? `${task.name}\n${ref}` : ref;
  }
}

function timersOf(task: RtTask): Extract<RtEvent, { kind: 'timer' }>[] {
  return task.phases.flatMap((phase) => phase.events).filter((event) => event.kind === 'timer');
}

function refsOf(uses: readonly { readonly ref: string }[]): string[] {
  return [...new Set(uses.map((use) => use.ref))];
}
