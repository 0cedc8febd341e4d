import type { ActionLog } from '../read/action-log.js';

/** CPU time that a writer has had since its last message, at least, for one more to be its, ns. */
const SHORTEST_WRITE_NS = 200;

/** Wake-ups from which on a task is a writer of another: fewer may be an accident, as the start or the end of all. */
const OFTEN = 8;

/** Who has woken whom, and so may have written to it. */
export class Writers {
  /** Messages that were written to a task and that it has not read, by task. */
  readonly unread: number[] = [];
  private readonly byReader = new Map<number, number[]>();
  /** How often each writer in that list has written. */
  private readonly times = new Map<number, number[]>();
  /** Synchronous wake-ups by reader. */
  private readonly synchronous = new Map<number, number>();
  /** CPU time of a writer at its last message, by task. */
  private readonly ran: number[] = [];

  constructor(private readonly log: ActionLog) {}

  /** The writers of `reader` so far, in the order in which they were first seen. */
  of(reader: number): readonly number[] {
    return this.byReader.get(reader) ?? [];
  }

  /** Those that have written to `reader` more than a few times. */
  oftenOf(reader: number): ReadonlySet<number> {
    const times = this.times.get(reader);
    return new Set(this.of(reader).filter((_, at) => times![at]! >= OFTEN));
  }

  /** Whether most wake-ups of `reader` were synchronous: a pipe or a socket wakes its reader so, a futex does not. */
  mostlySynchronous(reader: number): boolean {
    const all = (this.times.get(reader) ?? []).reduce((sum, n) => sum + n, 0);
    return 2 * (this.synchronous.get(reader) ?? 0) > all;
  }

  /** `writer` has written to `reader`, and woken it synchronously if `sync`. */
  wrote(writer: number, reader: number, sync: boolean): void {
    let list = this.byReader.get(reader);
    if (list === undefined) {
      this.byReader.set(reader, (list = []));
      this.times.set(reader, []);
    }
    let at = list.indexOf(writer);
    if (at === -1) at = list.push(writer) - 1;
    const times = this.times.get(reader)!;
    times[at] = (times[at] ?? 0) + 1;
    if (sync) this.synchronous.set(reader, (this.synchronous.get(reader) ?? 0) + 1);
    this.ran[writer] = this.log.ran[writer] ?? 0;
  }

  /** The writer of `reader` that has had the most CPU time since its last message; −1 where none has had enough. */
  next(reader: number): number {
    let best = -1;
    let most = SHORTEST_WRITE_NS;
    for (const writer of this.of(reader)) {
      const since = (this.log.ran[writer] ?? 0) - (this.ran[writer] ?? 0);
      if (since < most) continue;
      most = since;
      best = writer;
    }
    return best;
  }
}
