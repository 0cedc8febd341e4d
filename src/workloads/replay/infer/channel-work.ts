import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import type { ChannelGroup } from './channels.js';

/** What a member did while it had to do with its channels. */
export interface Life {
  /** Rows of the log, the last one being what it did after it had. */
  readonly rows: readonly number[];
  /** Rows of all members that are part of calls on channels. */
  readonly own: ReadonlySet<number>;
  /** ns */
  readonly cpu: number;
  /** How often it waited for a member, or woke one. */
  readonly meetings: number;
}

/** The lives of a group's members, in their order. */
export interface Lives {
  readonly writers: readonly Life[];
  readonly readers: readonly Life[];
}

export function livesOf(log: ActionLog, { readers, writers, blocks }: ChannelGroup): Lives {
  const own = new Set(blocks.flatMap(({ row, post }) => [row, post]));
  return { writers: writers.map((task) => lifeOf(log, task, own)), readers: readers.map((task) => lifeOf(log, task, own)) };
}

function lifeOf(log: ActionLog, task: number, own: ReadonlySet<number>): Life {
  const all: number[] = [];
  for (let row = 0; row < log.rows; row++) if (log.task[row] === task) all.push(row);
  let from = all.findIndex((row) => own.has(row));
  let to = all.length - 1;
  while (to > from && !own.has(all[to]!)) to--;
  // What it ran before the first and after the last is for messages, too.
  while (from > 0 && log.code[all[from - 1]!] === Op.RUN) from--;
  while (log.code[all[to]!] === Op.RUN || own.has(all[to]!)) to++;
  const rows = all.slice(from, to + 1);
  const cpu = rows.reduce((ns, row) => (log.code[row] === Op.RUN ? ns + log.a[row]! : ns), 0);
  return { rows, own, cpu, meetings: rows.filter((row) => own.has(row)).length };
}

/**
 * What a wait or a wake-up takes its task, ns, beyond what the simulator charges and beside its messages: mostly queues that others have
 * locked. Tasks that run the same program do as many messages, so what their CPU times differ by goes with how often they met: the slope
 * of the line through them (least squares), which is at least 0 and leaves each at least half of its time for its messages.
 */
export function meetingNs(lives: readonly Life[]): number {
  const n = lives.length;
  const [x, y] = [lives.reduce((sum, { meetings }) => sum + meetings, 0) / n, lives.reduce((sum, { cpu }) => sum + cpu, 0) / n];
  const xx = lives.reduce((sum, { meetings }) => sum + (meetings - x) * (meetings - x), 0);
  const xy = lives.reduce((sum, { meetings, cpu }) => sum + (meetings - x) * (cpu - y), 0);
  const most = Math.min(...lives.map(({ cpu, meetings }) => cpu / 2 / Math.max(1, meetings)));
  return xx === 0 ? 0 : Math.max(0, Math.min(most, Math.round(xy / xx)));
}
