import { Op } from '../../sim/programs/program.js';
import type { LoggedExtraction } from '../replay/extract.js';

/** What a task of an exported workload does next. Times are µs. */
export const Step = {
  RUN: 0,
  SLEEP: 1,
  /** Meets another task at barrier `value`, which has this one use. */
  MEET: 2,
  /** From here on: nice value, row of the masks, row of the groups. */
  NICE: 3,
  CPUS: 4,
  GROUP: 5,
} as const;

export interface Steps {
  readonly kind: number[];
  readonly value: number[];
}

/** What could not be written as it was, in counts. */
export interface Losses {
  /** Wake-ups that are meetings now, and births that are. */
  meetings: number;
  births: number;
  /** Wake-ups of tasks that had not blocked. */
  early: number;
  synchronous: number;
  execs: number;
}

const NS_PER_US = 1000;
/** rt-app keeps times in an int. */
const LONGEST_US = 2 ** 31 - 1;

/**
 * Writes the operations of all tasks down as rt-app has them, one list for each template.
 *
 * rt-app knows no semaphore, and forgets a signal (or a "resume") that nobody waits for. So a wake-up becomes a meeting
 * of two at a barrier of their own: nothing is lost, whoever comes first. It cannot deadlock: the log is in the order of
 * the recording and has both sides of a meeting at one place, so that of the operations not done yet the earliest can
 * always be done. A fork is a meeting too: all threads are there from the start, and wait for their birth.
 *
 *     waker  ──run──┤meet 7 ──run──       the waker goes on at once where the other waits already, as it
 *     woken  meet 7 ┤──run──              mostly does, since that is where it had blocked
 */
export function stepsOf({ extraction, log, earlyWaits, templateOf }: LoggedExtraction): { steps: Steps[]; losses: Losses } {
  const { templates, initial } = extraction.workload;
  const writers = templates.map(() => new Writer());
  for (const { template, startNs } of initial) if (startNs > 0) writers[template]!.sleep(startNs);
  const losses: Losses = { meetings: 0, births: 0, early: 0, synchronous: 0, execs: 0 };
  let barriers = 0;
  let nextEarly = 0;
  let waker: Writer | undefined;
  for (let row = 0; row < log.rows; row++) {
    const writer = writers[templateOf[log.task[row]!]!];
    const a = log.a[row]!;
    const isEarly = earlyWaits[nextEarly] === row;
    if (isEarly) nextEarly++;
    if (writer === undefined) continue;
    switch (log.code[row]) {
      case Op.RUN:
        writer.run(a);
        break;
      case Op.SLEEP:
        writer.sleep(a);
        break;
      case Op.POST_SYNC:
        losses.synchronous++;
        waker = writer;
        break;
      case Op.POST:
        waker = writer;
        break;
      case Op.WAIT:
        // The log has it right after the POST of its waker.
        if (isEarly) losses.early++;
        else if (waker !== undefined) {
          waker.add(Step.MEET, barriers);
          writer.add(Step.MEET, barriers++);
          losses.meetings++;
        }
        waker = undefined;
        break;
      case Op.FORK: {
        const child = writers[templateOf[a]!];
        if (child === undefined) break;
        writer.add(Step.MEET, barriers);
        child.add(Step.MEET, barriers++);
        losses.births++;
        break;
      }
      case Op.EXEC:
        losses.execs++;
        break;
      case Op.NICE:
        writer.add(Step.NICE, a);
        break;
      case Op.AFFINITY:
        writer.add(Step.CPUS, a);
        break;
      case Op.GROUP:
        writer.add(Step.GROUP, a);
        break;
      case Op.EXIT:
        writer.flush();
        break;
      default:
    }
  }
  return { steps: writers, losses };
}

/** The steps of one task. What is less than a whole µs is carried on to the next time. */
class Writer implements Steps {
  readonly kind: number[] = [];
  readonly value: number[] = [];
  private ranNs = 0;
  private sleptNs = 0;

  run(ns: number): void {
    this.ranNs += ns;
  }

  sleep(ns: number): void {
    this.flush();
    this.sleptNs += ns;
    // A sleep blocks, however short it is.
    const us = Math.min(LONGEST_US, Math.max(1, Math.floor(this.sleptNs / NS_PER_US)));
    this.push(Step.SLEEP, us);
    this.sleptNs -= us * NS_PER_US;
  }

  add(kind: number, value: number): void {
    this.flush();
    this.push(kind, value);
  }

  /** Writes the whole µs of the time that it has run since the last step. */
  flush(): void {
    while (this.ranNs >= NS_PER_US) {
      const us = Math.min(LONGEST_US, Math.floor(this.ranNs / NS_PER_US));
      this.push(Step.RUN, us);
      this.ranNs -= us * NS_PER_US;
    }
  }

  private push(kind: number, value: number): void {
    this.kind.push(kind);
    this.value.push(value);
  }
}
