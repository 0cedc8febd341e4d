import type { ActionLog } from './action-log.js';

/** CPU time that a writer has had since its last message, at least, for one more to be its, ns. */
const SHORTEST_WRITE_NS = 200;

/** Who has woken whom, and so may have written to it. */
export class Writers {
  /** Messages that were written to a task and that it has not read, by task. */
  readonly unread: number[] = [];
  private readonly byReader = new Map<number, number[]>();
  /** CPU time of a writer at its last message, by task. */
  private readonly ran: number[] = [];

  constructor(private readonly log: ActionLog) {}

  /** The writers of `reader` so far, in the order in which they were first seen. */
  of(reader: number): readonly number[] {
    return this.byReader.get(reader) ?? [];
  }

  /** `writer` has written to `reader`. */
  wrote(writer: number, reader: number): void {
    const list = this.byReader.get(reader);
    if (list === undefined) this.byReader.set(reader, [writer]);
    else if (!list.includes(writer)) list.push(writer);
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
