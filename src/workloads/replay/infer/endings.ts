import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import { kindOf, type Roster } from '../read/roster.js';

/** Children end at most this long before and after their parent, ns: it tells them to stop and exits, and kills the rest. */
const KILL_SPAN_NS = 50_000_000;
/** A task that runs until a deadline does so for most of its CPU time, … */
const RUN_SHARE = 0.9;
/** … and for more than this, ns. */
const SHORTEST_DEADLINE_NS = 50_000_000;

export interface Killings {
  readonly killers: Set<number>;
  /** With the time since the recording's start from which on they end, ns. */
  readonly killed: Map<number, number>;
}

/**
 * The tasks that end their children: they tell them to stop, do not wait for them, and kill with their own exit who is
 * left. So all children that lived to the end of such a parent exit about then, and neither they nor their own children end the
 * parent's last block: a parent that waits for its children is woken by the last one, or the last thread of it. One that leaves a
 * daemon behind leaves it alive.
 *
 * @param exitTs when each task exited, by row; undefined where it did not
 */
export function findKillings(
  log: ActionLog,
  roster: Roster,
  startTs: number,
  exitTs: readonly (number | undefined)[],
): Killings {
  const children = new Map<number, number[]>();
  for (let row = 0; row < roster.size; row++) {
    const parent = roster.parent[row]!;
    if (parent < 0) continue;
    const list = children.get(parent);
    if (list === undefined) children.set(parent, [row]);
    else list.push(row);
  }
  const waker = lastWakers(log, roster.size);
  const killers = new Set<number>();
  const killed = new Map<number, number>();
  for (const [parent, list] of children) {
    const end = exitTs[parent];
    if (end === undefined) continue;
    const last = list.filter((row) => (exitTs[row] ?? Infinity) > end - KILL_SPAN_NS);
    if (last.length < 2 || descends(waker[parent]!, parent, roster)) continue;
    if (last.some((row) => (exitTs[row] ?? Infinity) > end + KILL_SPAN_NS)) continue;
    killers.add(parent);
    const told = last.reduce((first, row) => Math.min(first, exitTs[row]!), end);
    for (const row of last) killed.set(row, told - startTs);
  }
  return { killers, killed };
}

/** Whether a task (or −1) is a child of another one, or a child's, and so on. */
function descends(task: number, from: number, roster: Roster): boolean {
  for (let up = task; up >= 0; up = roster.parent[up]!) if (roster.parent[up] === from) return true;
  return false;
}

/** Which task ended each task's last block; −1 for none. */
function lastWakers(log: ActionLog, tasks: number): Int32Array {
  const waker = new Int32Array(tasks).fill(-1);
  const poster = new Int32Array(tasks).fill(-1);
  for (let row = 0; row < log.rows; row++) {
    const code = log.code[row]!;
    const task = log.task[row]!;
    if (code === Op.POST || code === Op.POST_SYNC) poster[log.a[row]!] = task;
    if (code === Op.WAIT || code === Op.SLEEP) waker[task] = code === Op.WAIT ? poster[task]! : -1;
  }
  return waker;
}

/** The last wake-ups that a killer gives its children: they are the killing itself. Numbered as in a plan. */
export function killingWakes(log: ActionLog, killings: Killings): Set<number> {
  const wakes = new Set<number>();
  const last = new Map<number, number[]>();
  let post = 0;
  for (let row = 0; row < log.rows; row++) {
    const code = log.code[row]!;
    const task = log.task[row]!;
    if (code === Op.POST || code === Op.POST_SYNC) {
      const number = post++;
      if (!killings.killers.has(task) || !killings.killed.has(log.a[row]!)) continue;
      const list = last.get(task);
      if (list === undefined) last.set(task, [number]);
      else list.push(number);
    } else if (code === Op.WAIT || code === Op.SLEEP) {
      last.delete(task);
    }
  }
  for (const list of last.values()) for (const number of list) wakes.add(number);
  return wakes;
}

/**
 * The tasks that run until a deadline, with its time. Tasks of one program that hardly do anything but run: where their
 * lives are more alike than their CPU times, they looked at the clock, not at what they had done.
 *
 * @returns ns since `startTs` by row
 */
export function findDeadlines(
  log: ActionLog,
  roster: Roster,
  startTs: number,
  exitTs: readonly (number | undefined)[],
): Map<number, number> {
  const cpu = new Float64Array(roster.size);
  const longest = new Float64Array(roster.size);
  const born = new Float64Array(roster.size).fill(-1);
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    if (log.code[row] === Op.FORK) born[log.a[row]!] = log.ts[row]!;
    // What it does last counts: after a deadline a task does not block any more, save to exit.
    if (log.code[row] === Op.WAIT || log.code[row] === Op.SLEEP) longest[task] = 0;
    if (log.code[row] !== Op.RUN) continue;
    cpu[task]! += log.a[row]!;
    longest[task] = Math.max(longest[task]!, log.a[row]!);
  }
  const peers = new Map<string, number[]>();
  for (let task = 0; task < roster.size; task++) {
    if (born[task]! < 0 || exitTs[task] === undefined) continue;
    if (longest[task]! < SHORTEST_DEADLINE_NS || longest[task]! < RUN_SHARE * cpu[task]!) continue;
    const program = kindOf(roster, roster.parent[task]!);
    const list = peers.get(program);
    if (list === undefined) peers.set(program, [task]);
    else list.push(task);
  }
  const deadlines = new Map<number, number>();
  for (const list of peers.values()) {
    if (list.length < 2) continue;
    const lives = list.map((task) => exitTs[task]! - born[task]!);
    if (spread(lives) > spread(list.map((task) => cpu[task]!))) continue;
    // Whoever exited first after its birth had to wait the least after the deadline.
    const span = lives.reduce((a, b) => Math.min(a, b));
    for (const task of list) deadlines.set(task, born[task]! + span - startTs);
  }
  return deadlines;
}

/** Range over mean. */
function spread(values: readonly number[]): number {
  const sum = values.reduce((a, b) => a + b);
  return ((values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b))) * values.length) / sum;
}
