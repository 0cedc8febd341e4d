import type { ActionLog } from '../read/action-log.js';
import type { CpuTimes } from '../read/cpu-times.js';
import { NO_WAKER, type Block } from './pools.js';

/** What is known of a group of tasks that share channels. */
export interface Ends {
  readonly readers: readonly number[];
  readonly writers: readonly number[];
  /** What a message takes a writer, ns. */
  readonly unitNs: number;
  /** Blocks of members that members ended. */
  readonly blocks: readonly Block[];
}

/** Messages that a channel holds where no reader was seen to begin with an empty one. */
const UNKNOWN = 640;

/**
 * How many messages a channel holds: those that were written and not read from when its reader waited, for then it was
 * empty, until a writer waited for that reader. Both are told by the CPU time that the members had by then. The median over
 * all times that a channel has filled up.
 */
export function capacityOf(log: ActionLog, ran: CpuTimes, { readers, writers, unitNs, blocks }: Ends): number {
  const written = writers.reduce((sum, task) => sum + ran.total(task), 0) / unitNs / readers.length;
  const isWriter = new Set(writers);
  const levels: number[] = [];
  const emptyAt = new Map<number, number>();
  for (const { task, waker, ns, row } of blocks) {
    const end = log.ts[row]!;
    if (isWriter.has(waker)) {
      if (!isWriter.has(task)) emptyAt.set(task, end);
      continue;
    }
    if (waker === NO_WAKER || !isWriter.has(task)) continue;
    // The first to wait for this reader since it was empty.
    const from = emptyAt.get(waker);
    const since = end - ns;
    if (from === undefined || since <= from) continue;
    emptyAt.delete(waker);
    const wrote = writers.reduce((sum, writer) => sum + ran.between(writer, from, since), 0) / unitNs / readers.length;
    const read = (ran.between(waker, from, since) / ran.total(waker)) * written;
    levels.push(wrote - read);
  }
  if (levels.length === 0) return UNKNOWN;
  levels.sort((a, b) => a - b);
  return Math.max(1, Math.round(levels[Math.floor(levels.length / 2)]!));
}
