/** What the events of a trace show of task groups. */
export interface SeenGroups {
  /** Group that each is in, by id; the root is 0. */
  readonly parents: ReadonlyMap<number, number>;
  /** Groups that were throttled at some time. */
  readonly throttled: ReadonlySet<number>;
}

/**
 * Watches which group is in which, and which have a quota. Where a task is queued in a group that has no other on its CPU, the
 * kernel queues the group next, in the group that it is in: the record of the one placement follows that of the other.
 */
export class GroupWatch {
  private readonly counts = new Map<number, Map<number, number>>();
  private readonly throttled = new Set<number>();
  /** Group that was last placed in, by the CPU that did it. */
  private readonly last = new Map<number, number>();

  /** A placement of the task `pid`, or of a group where that is not above 0, in the queue of group `tg`; `cpu` made the record. */
  placed(cpu: number, pid: number, tg: number): void {
    const child = this.last.get(cpu);
    if (pid <= 0 && child !== undefined) {
      const parents = this.counts.get(child) ?? new Map<number, number>();
      parents.set(tg, (parents.get(tg) ?? 0) + 1);
      this.counts.set(child, parents);
    }
    if (tg > 0) this.last.set(cpu, tg);
    else this.last.delete(cpu);
  }

  /** A group is throttled or released: what is placed next is not known to be in it. */
  throttles(cpu: number, tg: number): void {
    this.throttled.add(tg);
    this.last.delete(cpu);
  }

  seen(): SeenGroups {
    const parents = new Map<number, number>();
    for (const [child, counts] of this.counts) parents.set(child, [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0]);
    return { parents, throttled: this.throttled };
  }
}
