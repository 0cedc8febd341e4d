import { Op } from '../../../sim/programs/program.js';
import type { Workload } from '../../../sim/programs/program.js';
import { WorkloadBuilder } from '../../builder.js';
import type { Channel } from '../../channel.js';
import { OPERANDS, type OperandKind } from '../../operands.js';
import { Pipe, pipeOf } from '../../pipe.js';
import { Socket } from '../../socket.js';
import type { ActionLog } from '../read/action-log.js';
import { livesOf, meetingNs, type Life, type Lives } from './channel-work.js';
import { isLike, type ChannelGroup } from './channels.js';
import type { Changes, Operation } from '../changes.js';

/** A writer whose CPU time is by at most this factor off its group's median writes as many messages as the others. */
const ALIKE = 1.25;
/** Where the recording ends before the messages do, so many times as many are there as it has. */
const GO_ON = 5;

/** First numbers of the objects that channels are made of. */
export interface Numbers {
  readonly semaphore: number;
  readonly mutex: number;
  readonly condition: number;
}

/** What the channels are made of, and how many messages go over them. */
export interface Used {
  readonly messages: number;
  /** What each semaphore starts at. */
  readonly semaphores: readonly number[];
  readonly mutexes: number;
  readonly conditions: number;
}

/**
 * Gives each group's members their channels instead of the wake-ups that were recorded between them. Whatever else they did keeps
 * its place between the messages, by the share of the CPU time that they had had by then.
 *
 *     writer   write to a  write to b  write to c  …     in rounds
 *     a        read        read        read        …
 *
 * All that is written is read, and nobody reads more: so nobody waits for ever.
 *
 * @param goingOn tasks that have not ended when the recording has: the channels that one of them is at have messages for longer
 * @param changes gets what stands instead of the rows of the log
 */
export function useChannels(
  log: ActionLog, groups: readonly ChannelGroup[], first: Numbers, goingOn: ReadonlySet<number>, changes: Changes,
): Used {
  const w = new WorkloadBuilder(1);
  const parts: Part[] = [];
  const lives = groups.map((group) => livesOf(log, group));
  let messages = 0;
  groups.forEach((group, at) => {
    const like = lives.filter((_, other) => isLike(groups[other]!, group));
    const more = [...group.readers, ...group.writers].some((task) => goingOn.has(task)) ? GO_ON : 1;
    messages += useGroup(log, group, lives[at]!, like, more, w, parts, changes);
  });
  const built = w.build({ name: '', unit: '', ends: 'exit', maxTasks: 1 });
  for (const { row, from, to } of parts) {
    const own: Operation = [log.code[row]!, log.a[row]!, log.b[row]!];
    changes.set(row, [...operations(built, from, to, first), own]);
  }
  return { messages, semaphores: built.semaphores, mutexes: built.mutexes, conditions: built.conditions };
}

/** A piece of the program that comes before a row of the log. */
interface Part {
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

/**
 * @param like the lives of all groups that run the same programs
 * @param more times as many messages are there at the end as were recorded
 * @returns recorded messages
 */
function useGroup(
  log: ActionLog,
  group: ChannelGroup,
  lives: Lives,
  like: readonly Lives[],
  more: number,
  w: WorkloadBuilder,
  parts: Part[],
  changes: Changes,
): number {
  const n = group.readers.length;
  const { unitNs, spins } = group;
  const channels = group.readers.map((): Channel => (group.kind === 'pipe' ? new Pipe(w, pipeOf(group.holds)) : new Socket(w, group.holds)));
  const sending = meetingNs(like.flatMap(({ writers }) => writers));
  const receiving = meetingNs(like.flatMap(({ readers }) => readers));
  const workOf = ({ cpu, meetings }: Life, meeting: number): number => cpu - meeting * meetings;
  const work = lives.writers.map((life) => workOf(life, sending));
  const median = [...work].sort((x, y) => x - y)[Math.floor(work.length / 2)]!;
  let all = 0;
  lives.writers.forEach((life, at) => {
    const ns = work[at]!;
    const told = Math.round((ns <= ALIKE * median && ns * ALIKE >= median ? median : ns) / (unitNs + spins.writing) / n);
    const rounds = Math.max(1, told, mostWakes(group, at));
    const half = (): void => w.program.run(halfOf(ns / (rounds * n), spins.writing));
    all += rounds;
    replace(log, life, rounds * n, more, w, parts, changes, (from, to) => writes(w, channels, from, to, half));
  });
  lives.readers.forEach((life, at) => {
    const half = (): void => w.program.run(halfOf(workOf(life, receiving) / all, spins.reading));
    replace(log, life, all, more, w, parts, changes, (from, to) => channels[at]!.read(to - from, half, () => undefined, from));
  });
  return all * n;
}

/** Half of the work of a message that takes `ns`, of which a task spins for some, and for no more than half. */
function halfOf(ns: number, spins: number): number {
  return Math.round(Math.max(ns / 2, ns - spins) / 2);
}

/** How often a writer has woken the reader that it woke most often: each time with a message. */
function mostWakes({ writers, blocks }: ChannelGroup, writer: number): number {
  const times = new Map<number, number>();
  for (const { task, waker } of blocks) if (waker === writers[writer]) times.set(task, (times.get(task) ?? 0) + 1);
  return Math.max(0, ...times.values());
}

/** @param call writes the operations for messages `from`…`to` − 1 */
function replace(
  log: ActionLog,
  { rows, cpu, own }: Life,
  messages: number,
  more: number,
  w: WorkloadBuilder,
  parts: Part[],
  changes: Changes,
  call: (from: number, to: number) => void,
): void {
  let [ran, done] = [0, 0];
  rows.forEach((row, at) => {
    if (log.code[row] === Op.RUN) ran += log.a[row]!;
    if (log.code[row] === Op.RUN || own.has(row)) {
      changes.set(row, []);
      return;
    }
    const upTo = at === rows.length - 1 ? messages * more : Math.min(messages, Math.floor((ran / Math.max(1, cpu)) * messages));
    const from = w.program.length;
    call(done, upTo);
    parts.push({ row, from, to: w.program.length });
    done = upTo;
  });
}

/** Messages `from`…`to` − 1 of a writer that writes to its channels in turn. */
function writes(w: WorkloadBuilder, channels: readonly Channel[], from: number, to: number, half: () => void): void {
  const n = channels.length;
  const some = (begin: number, end: number): void => {
    for (let message = begin; message < end; message++) channels[message % n]!.write(half);
  };
  const round = Math.min(to, Math.ceil(from / n) * n);
  const rounds = Math.floor((to - round) / n);
  some(from, round);
  w.program.loop(rounds, () => some(0, n));
  some(round + rounds * n, to);
}

/** A piece of the program, its ways being distances and its objects numbered from `first` on. */
function operations({ program }: Workload, from: number, to: number, first: Numbers): Operation[] {
  const moved = (kind: OperandKind, value: number, at: number): number => {
    if (kind === 'operation') return value - at;
    return kind === 'semaphore' || kind === 'mutex' || kind === 'condition' ? value + first[kind] : value;
  };
  const { code, a, b } = program;
  const out: Operation[] = [];
  for (let at = from; at < to; at++) {
    const [kindA, kindB] = OPERANDS[code[at]!]!;
    out.push([code[at]!, moved(kindA, a[at]!, at), moved(kindB, b[at]!, at)]);
  }
  return out;
}
