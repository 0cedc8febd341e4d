/**
 * idle_stamp of the unseen past. find_idlest_group_cpu() prefers the CPU that became idle last. Of CPUs that have idled since
 * before the recording it is only known that all others became idle after them; in what order these did each choice
 * between two of them tells, from then on.
 */
import { idle_cpu } from '../../sim/kernel/core/idle.js';
import type { World } from '../world/world.js';

/** What the order of the unseen CPUs leaves possible. */
export interface Answers {
  /** By the unseen CPU that is taken to have become idle as late as the known order lets it. */
  readonly byLatest: ReadonlyMap<number, number>;
  /** Each once; one alone: the order does not matter. */
  readonly all: ReadonlySet<number>;
}

export class PastIdle {
  /** later[a * cpus + b] = 1: a became idle later than b. What follows from two is there, too. */
  private readonly later: Uint8Array;
  private readonly cpus: number;

  constructor(private readonly w: World) {
    this.cpus = w.k.cpus;
    this.later = new Uint8Array(this.cpus * this.cpus);
  }

  /** What `select` answers in each order that the unseen CPUs may have become idle in; the last of these orders is left set. */
  answers(select: () => number): Answers {
    const { k } = this.w;
    const unseen = this.unseen();
    const byLatest = new Map<number, number>();
    if (unseen.length === 0) return { byLatest, all: new Set([0]) };
    for (const latest of unseen) {
      this.order(unseen, latest);
      const saved = k.arena.save();
      byLatest.set(latest, select());
      k.arena.load(saved);
    }
    return { byLatest, all: new Set(byLatest.values()) };
  }

  /** The kernel has chosen `chosen`: whichever CPU would have been chosen had it been the last to become idle was not. */
  learn({ byLatest }: Answers, chosen: number): void {
    if (byLatest.get(chosen) !== chosen) return;
    for (const [cpu, answer] of byLatest) if (cpu !== chosen && answer === cpu) this.note(chosen, cpu);
  }

  /** CPUs that are idle now and were not seen to become so. */
  private unseen(): number[] {
    const { k, seenIdle } = this.w;
    return Array.from({ length: k.cpus }, (_, cpu) => cpu).filter((cpu) => seenIdle[cpu] === 0 && idle_cpu(k, cpu));
  }

  /** Stamps in the known order, all before the recording, `latest` and those that are known to be later at its end. */
  private order(unseen: readonly number[], latest: number): void {
    const { idle_stamp } = this.w.k.rq;
    const isLate = (cpu: number): boolean => cpu === latest || this.isLater(cpu, latest);
    for (const cpu of unseen) {
      const before = unseen.filter((other) => this.isLater(cpu, other)).length;
      idle_stamp[cpu] = 1 + before + (isLate(cpu) ? this.cpus : 0);
    }
  }

  private note(late: number, early: number): void {
    if (this.isLater(early, late)) return;
    for (let a = 0; a < this.cpus; a++) {
      if (a !== late && !this.isLater(a, late)) continue;
      for (let b = 0; b < this.cpus; b++) if (b === early || this.isLater(early, b)) this.later[a * this.cpus + b] = 1;
    }
  }

  private isLater(a: number, b: number): boolean {
    return this.later[a * this.cpus + b] === 1;
  }
}
