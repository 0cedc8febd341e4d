import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import { NO_WAKER, type Block } from './pools.js';
import type { Service } from './services.js';

/**
 * A task that the workers of a service hand something to before they answer, and that answers nobody, such as one that
 * writes a log: they put it into a queue of its own, and it takes one after the other.
 *
 *     worker  ──RUN──┤puts├─┤answers        worker  ──RUN──┤puts├─┤answers       (nobody is woken)
 *     sink           └takes──RUN───────────────────────────·takes──RUN──┤waits
 *
 * What is put while the sink is awake wakes nobody, so a recording does not show it; in another run the sink may wait then. But
 * the sink's bursts tell of it: a burst of k times the work that one takes was k of them.
 */
export interface Sink {
  readonly task: number;
  readonly puts: readonly Put[];
  /** Where it takes more than one in a burst: in how many parts the RUN in each row falls. */
  readonly parts: ReadonlyMap<number, number>;
  /** Blocks of itself and of workers that met the other at the lock of the queue. */
  readonly locks: readonly Block[];
}

export interface Put {
  /** Row of the wake-up by which it was put; of one that nobody saw, the answer right before which it was. */
  readonly row: number;
  /** Row of the sink's wait for it; −1 where nobody saw it. */
  readonly wait: number;
}

/** Wake-ups that a sink has had, at least; the share of them that workers gave; and workers that gave some. */
const FEWEST_WAKES = 32;
const BY_WORKERS = 0.95;
const FEWEST_WORKERS = 2;
/** Blocks of workers that a sink ends, by what ends its own, at most: as it gives the lock back. */
const LOCKS = 0.1;
/** Share of the usual burst below which the sink has met a lock, and done nothing yet. */
const SHORT = 0.5;
/** Share of the bursts that are the usual one, within this much of it, at least: or their work is not counted in it. */
const ALIKE = 0.5;
const WITHIN = 0.2;

/**
 * Finds them among the tasks that block, but never on timers.
 *
 * @param blocks of all tasks, in order of their rows
 */
export function findSinks(log: ActionLog, blocks: readonly Block[], services: readonly Service[]): Sink[] {
  const sinks: Sink[] = [];
  const byTask = new Map<number, Block[]>();
  for (const block of blocks) {
    const list = byTask.get(block.task);
    if (list === undefined) byTask.set(block.task, [block]);
    else list.push(block);
  }
  for (const service of services) {
    const workers = new Set(service.workers);
    const members = new Set([...service.workers, ...service.clients]);
    for (const [task, own] of byTask) {
      if (members.has(task) || !takes(own, workers)) continue;
      const locks = blocks.filter((block) => block.waker === task);
      if (locks.length > LOCKS * own.length || locks.some((block) => !members.has(block.task))) continue;
      sinks.push(sinkOf(log, own, locks, service));
    }
  }
  return sinks;
}

/** Whether a task's blocks are ended by workers, several of them. */
function takes(own: readonly Block[], workers: ReadonlySet<number>): boolean {
  if (own.length < FEWEST_WAKES || own.some(({ waker }) => waker === NO_WAKER)) return false;
  const wakers = own.filter(({ waker }) => workers.has(waker)).map(({ waker }) => waker);
  return wakers.length >= BY_WORKERS * own.length && new Set(wakers).size >= FEWEST_WORKERS;
}

/** A burst of a sink: what it does from a wake-up to the next block that is no lock's. */
interface Taking {
  readonly from: Block;
  /** ns of CPU time; the row of the longest RUN. */
  cpu: number;
  run: number;
  longest: number;
  /** When it waits again, and the next wait is over. */
  until: number;
}

function sinkOf(log: ActionLog, own: readonly Block[], ends: readonly Block[], { requests }: Service): Sink {
  const takings = takingsOf(log, own);
  const usual = usualOf(takings);
  const locks = [...ends];
  const merged: Taking[] = [];
  let short = false;
  for (const taking of takings) {
    const last = merged.at(-1);
    if (short && last !== undefined) {
      // It was at the lock: what it was woken for comes now.
      locks.push(taking.from);
      last.cpu += taking.cpu;
      last.until = taking.until;
      if (taking.longest > last.longest) [last.run, last.longest] = [taking.run, taking.longest];
    } else merged.push({ ...taking });
    short = taking.cpu < SHORT * usual;
  }
  const puts: Put[] = merged.map(({ from }) => ({ row: from.post, wait: from.row }));
  const alike = merged.filter(({ cpu }) => Math.abs(cpu - usual) <= WITHIN * usual).length;
  const parts = new Map<number, number>();
  if (alike >= ALIKE * merged.length) unseen(log, merged, usual, free(log, puts, requests.map(({ answer }) => answer)), puts, parts);
  puts.sort((a, b) => a.row - b.row);
  return { task: own[0]!.task, puts, parts, locks };
}

/** What the sink runs after each of its blocks. */
function takingsOf(log: ActionLog, own: readonly Block[]): Taking[] {
  const task = own[0]!.task;
  const takings: Taking[] = [];
  own.forEach((from, i) => {
    const next = own[i + 1];
    const taking: Taking = { from, cpu: 0, run: -1, longest: 0, until: next === undefined ? Infinity : log.ts[next.row]! - next.ns };
    for (let row = from.row + 1; row < (next?.row ?? log.rows); row++) {
      if (log.task[row] !== task || log.code[row] !== Op.RUN) continue;
      const ns = log.a[row]!;
      taking.cpu += ns;
      if (ns > taking.longest) [taking.run, taking.longest] = [row, ns];
    }
    takings.push(taking);
  });
  return takings;
}

/** The median burst of those that are not short by the longest quarter of all. */
function usualOf(takings: readonly Taking[]): number {
  const cpu = takings.map((taking) => taking.cpu).sort((a, b) => a - b);
  const long = cpu.filter((ns) => ns >= SHORT * cpu[Math.floor(0.75 * (cpu.length - 1))]!);
  return long[Math.floor(long.length / 2)]!;
}

/** The answers before which their worker was not seen to put anything since its last one, in order. */
function free(log: ActionLog, puts: readonly Put[], answers: readonly Block[]): Block[] {
  const put = new Set<number>();
  const rows = [...puts.map(({ row }) => ({ row, answer: null })), ...answers.map((answer) => ({ row: answer.post, answer }))];
  const found: Block[] = [];
  for (const { row, answer } of rows.sort((a, b) => a.row - b.row)) {
    if (answer === null) put.add(log.task[row]!);
    else if (!put.delete(answer.waker)) found.push(answer);
  }
  return found;
}

/** Adds what was put while the sink was awake: as much as its bursts were longer, as far as there are answers meanwhile. */
function unseen(log: ActionLog, takings: readonly Taking[], usual: number, answers: readonly Block[], puts: Put[], parts: Map<number, number>): void {
  let at = 0;
  for (const { from, cpu, run, until } of takings) {
    const since = log.ts[from.post]!;
    while (at < answers.length && log.ts[answers[at]!.post]! < since) at++;
    const more = Math.round(cpu / usual) - 1;
    let taken = 0;
    for (; taken < more && at < answers.length && log.ts[answers[at]!.post]! < until; at++, taken++) puts.push({ row: answers[at]!.post, wait: -1 });
    if (taken > 0) parts.set(run, taken + 1);
  }
}
