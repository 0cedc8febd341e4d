import type { Burst, Messages } from '../plan.js';
import { NO_MESSAGES } from '../plan.js';

/** Bursts that a receiver has had, or its messages cannot be told. */
const FEWEST_BURSTS = 200;
/** A message takes its receiver at least and at most this much, ns: shorter ones are taken together. */
const SHORTEST_NS = 500;
const LONGEST_NS = 20_000;
/** Of the bursts of a receiver, most are of a few messages, … */
const TYPICAL = 3;
/** … and some of many. */
const MANY = 4;

/**
 * Finds the messages that a recording does not show. A write wakes the reader only where that waits, so of a pipe's messages
 * only the first after each wait is seen: those that come while the reader is busy are not. But the reader's bursts tell of
 * them: one message takes it a certain time, and a burst of k times that time was one of k messages.
 *
 *     writer  ──┤wakes├────·──────·──────·────────        · writes that nobody sees
 *     reader        │   1   │   2   │   3   │   4   ├waits
 *               wake       messages, one after the other    block
 *
 * A reader that waits at the end of its burst reads faster than is written: what it read besides the first message had
 * mostly come while it waited for a CPU. So the others are taken to be written between the wake-up and the first run, and to
 * be read between that and the block, both evenly spread: none is read before it was written.
 *
 * @param bursts of tasks that another one woke and that then waited for another one again, in order of time
 * @param writersOf who has been seen to write to a task; null where what wakes it are no messages
 */
export function findMessages(
  bursts: readonly Burst[],
  writersOf: (reader: number) => ReadonlySet<number> | null,
): Messages {
  const byTask = new Map<number, Burst[]>();
  for (const burst of bursts) {
    const list = byTask.get(burst.task);
    if (list === undefined) byTask.set(burst.task, [burst]);
    else list.push(burst);
  }
  const found: { readonly ts: number; readonly task: number; readonly read: boolean }[] = [];
  const readers = new Map<number, ReadonlySet<number>>();
  for (const [task, list] of byTask) {
    const unit = unitOf(list);
    if (unit === 0) continue;
    const writers = writersOf(task);
    if (writers === null) continue;
    readers.set(task, writers);
    for (const { wake, run, block, cpu } of list) {
      const more = Math.floor(cpu / unit + 0.5) - 1;
      for (let i = 1; i <= more; i++) {
        const share = i / (more + 1);
        found.push({ ts: Math.floor(wake + share * (run - wake)), task, read: false });
        found.push({ ts: Math.floor(run + share * (block - run)), task, read: true });
      }
    }
  }
  if (found.length === 0) return NO_MESSAGES;
  // A message that is read at once is written first.
  found.sort((a, b) => a.ts - b.ts || Number(a.read) - Number(b.read) || a.task - b.task);
  return {
    count: found.length,
    ts: Float64Array.from(found, ({ ts }) => ts),
    task: Int32Array.from(found, ({ task }) => task),
    read: Uint8Array.from(found, ({ read }) => Number(read)),
    readers,
  };
}

/** What one message takes a receiver, ns; 0 where its bursts do not look like messages. */
function unitOf(bursts: readonly Burst[]): number {
  if (bursts.length < FEWEST_BURSTS) return 0;
  const cpu = bursts.map((burst) => burst.cpu).sort((a, b) => a - b);
  const at = (share: number): number => cpu[Math.floor(share * (cpu.length - 1))]!;
  const unit = Math.max(SHORTEST_NS, at(0.1));
  return unit <= LONGEST_NS && at(0.5) <= TYPICAL * unit && at(0.99) >= MANY * unit ? unit : 0;
}
