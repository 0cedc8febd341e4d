import { Stream } from '../../sim/engine/rng.js';
import type { Label } from '../assembler.js';
import { WorkloadBuilder } from '../builder.js';
import { uniform, type Quantiles } from '../distributions.js';
import type { GeneratorMachine } from './params.js';

/** ns in a µs and in a ms: parameters are in the unit of their name, programs in ns. */
export const US = 1000;
export const MS = 1_000_000;

/** CPU time that a parent spends on a fork, as the captures show it. */
export const FORK_PROCESS_NS = 60 * US;
export const FORK_THREAD_NS = 32 * US;
/** CPU time of a freshly executed program before its own work begins. */
export const EXEC_NS = 300 * US;

/**
 * What the kernel may put a thread's timers off by, so as to take several at once (prctl(2), PR_SET_TIMERSLACK): the clock is set
 * to the end of it, so that where no other interrupt comes first, a sleep takes this much more than was asked for.
 */
export const TIMER_SLACK_NS = 50 * US;

/** Sleeps, or waits with an end, for a time that is drawn evenly, as usleep() and sem_timedwait() take it. @param low ns @param high ns */
export function sleeping(low: number, high: number): Quantiles {
  return uniform(low + TIMER_SLACK_NS, high + TIMER_SLACK_NS);
}

/** What the tasks of one program are born with. */
export interface Birth {
  readonly mask?: number;
  readonly group?: number;
  readonly nice?: number;
}

/** Children of one kind. */
export interface Children {
  readonly entry: Label;
  readonly template: number;
  readonly count: number;
}

/** A workload under construction, with what it is built from. */
export class Site {
  readonly w: WorkloadBuilder;
  /** Tasks that the parts so far add up to. */
  tasks = 0;

  constructor(
    private readonly name: string,
    readonly machine: GeneratorMachine,
  ) {
    this.w = new WorkloadBuilder(machine.cpus);
  }

  /** A random stream for what is drawn while building. @param key names it within the workload */
  stream(key: string): Stream {
    return new Stream(this.machine.seed, `workload ${this.name} ${key}`);
  }

  /** The part of a parent that forks its children, one after another. */
  forkAll(children: readonly Children[], forkNs: number): void {
    for (const { entry, template, count } of children) {
      this.w.program.loop(count, () => {
        this.w.program.run(forkNs);
        this.w.program.fork(entry, template);
      });
      this.tasks += count;
    }
  }

  /**
   * The program that a shell would start: it is executed, forks its threads, and goes on with `rest` (by default it
   * waits for them).
   */
  main(comm: string, birth: Birth, children: readonly Children[], forkNs: number, rest?: () => void): Started {
    const { program } = this.w;
    const entry = program.routine(() => {
      program.exec();
      program.run(EXEC_NS);
      this.forkAll(children, forkNs);
      if (rest === undefined) program.join();
      else rest();
    });
    this.tasks++;
    return { entry, template: this.w.template({ comm, entry, ...birth, workingSet: 65_536, touchRate: 200 }) };
  }

  /** A shell that starts several programs at once and waits for them. */
  shell(programs: readonly Started[]): Started {
    const { program } = this.w;
    const entry = program.routine(() => {
      for (const started of programs) {
        program.run(FORK_PROCESS_NS);
        program.fork(started.entry, started.template);
      }
      program.join();
    });
    this.tasks++;
    return { entry, template: this.w.template({ comm: 'sh', entry, workingSet: 131_072, touchRate: 200 }) };
  }

  /** Makes a program the one task that is there at the start, and finishes the workload. */
  finish(started: Started, unit: string, ends: 'exit' | 'duration'): ReturnType<WorkloadBuilder['build']> {
    this.w.initial(started.template);
    return this.w.build({ name: this.name, unit, ends, maxTasks: this.tasks });
  }
}

/** A program's main task. */
export interface Started {
  readonly entry: Label;
  readonly template: number;
}

/** A parameter of 0 that means as many as the machine has CPUs. */
export function orCpus(value: number, machine: GeneratorMachine): number {
  return value === 0 ? machine.cpus : value;
}

/** How many of `total` fall to each of `count`, the first ones getting one more where it does not come out even. */
export function share(total: number, count: number, index: number): number {
  return Math.floor(total / count) + (index < total % count ? 1 : 0);
}
