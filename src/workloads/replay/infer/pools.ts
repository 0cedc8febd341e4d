import { Op } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import { kindOf, type Roster } from '../read/roster.js';

/** What ended a block that no task did: a timer. */
export const NO_WAKER = -1;

/** A block of a task, and what ended it. */
export interface Block {
  readonly task: number;
  /** Task that woke it; NO_WAKER for a timer. */
  readonly waker: number;
  /** 0 where the task was woken before it had blocked. */
  readonly ns: number;
  /** Row of the log with its SLEEP or WAIT. */
  readonly row: number;
  /** Row with the POST that ended the wait, −1 for a sleep. */
  readonly post: number;
}

/** Blocks that timers ended which a member has had at least. */
const FEWEST_TIMERS = 8;
/** Members of a pool, and waits that they have had together, at least. */
const FEWEST_MEMBERS = 4;
const FEWEST_WAITS = 16;
/** Share of the waits that another member ended, at least, and of those that were no longer than the task's longest sleep. */
const MOSTLY = 0.9;
/** Share of a member's waits that one and the same other ended, on average, at most: a partner ends more. */
const MOST_BY_ONE = 0.4;
/** A median wait that is shorter than this share of the median sleep is for something that somebody is about to do: a lock. */
const SHORTEST = 0.25;

/**
 * Finds pools: tasks of one kind that wake each other with no fixed partner and sleep on timers in between, such as threads
 * that hand over to any of the others. Nothing says that somebody will wake the one that waits: without timers all of them
 * would wait for ever in the end. So their waits end by themselves after some time, and where they were no longer than their
 * sleeps, the two cannot be told apart: some of what timers ended were such waits, too.
 *
 *     a  ──RUN──┤POST   ──RUN──                  ──RUN──┤SIGNAL pool
 *     b  SLEEP┤            WAIT┤──RUN──     →    b's WAIT: SLEEP for as long as it would have waited in vain
 *     c        WAIT┤──RUN──      SLEEP┤          whichever member sleeps the longest then is woken
 *
 * In another run other members wait at a given moment: whoever is woken then stands for the one that was in the recording.
 * For how long it would have slept is not recorded, only that it was longer: the median of its longer sleeps is taken.
 *
 * @returns how many pools there are: the workload's conditions
 */
export function findPools(log: ActionLog, blocks: readonly Block[], roster: Roster): number {
  const byTask = new Map<number, Block[]>();
  for (const block of blocks) {
    const list = byTask.get(block.task);
    if (list === undefined) byTask.set(block.task, [block]);
    else list.push(block);
  }
  const kinds = new Map<string, number[]>();
  for (const [task, list] of byTask) {
    if (sleepsOf(list).length < FEWEST_TIMERS) continue;
    const kind = kinds.get(familyOf(task, roster));
    if (kind === undefined) kinds.set(familyOf(task, roster), [task]);
    else kind.push(task);
  }
  let pools = 0;
  for (const members of kinds.values()) {
    const own = members.map((task) => byTask.get(task)!);
    if (!isPool(new Set(members), own, log)) continue;
    for (const list of own) join(log, list, new Set(members), pools);
    pools++;
  }
  return pools;
}

/** Whether tasks that sleep on timers wake one another, no one in particular, from waits that are about as long. */
function isPool(members: ReadonlySet<number>, own: ReadonlyArray<readonly Block[]>, log: ActionLog): boolean {
  const waits = own.flatMap((list) => list.filter(({ waker }) => waker !== NO_WAKER));
  if (members.size < FEWEST_MEMBERS || waits.length < FEWEST_WAITS) return false;
  if (waits.some(({ post }) => log.code[post] !== Op.POST)) return false;
  if (waits.filter(({ waker }) => members.has(waker)).length < MOSTLY * waits.length) return false;
  let within = 0;
  let byOne = 0;
  for (const list of own) {
    const longest = sleepsOf(list).at(-1)!;
    const times = new Map<number, number>();
    for (const { waker, ns } of list) {
      if (waker === NO_WAKER) continue;
      if (ns <= longest) within++;
      times.set(waker, (times.get(waker) ?? 0) + 1);
    }
    // Once is no partner.
    byOne += Math.max(1, ...times.values()) - 1;
  }
  const lengths = waits.map(({ ns }) => ns).sort((x, y) => x - y);
  const sleeps = own.flatMap(sleepsOf).sort((x, y) => x - y);
  const alike = middle(lengths) >= SHORTEST * middle(sleeps);
  return alike && within >= MOSTLY * waits.length && byOne <= MOST_BY_ONE * waits.length;
}

/** Tasks of one kind that have the same parent. */
function familyOf(task: number, roster: Roster): string {
  return `${roster.parent[task]} ${kindOf(roster, task)}`;
}

/** A member's waits become sleeps, and whoever slept or waited can be woken by any. */
function join(log: ActionLog, blocks: readonly Block[], members: ReadonlySet<number>, pool: number): void {
  const sleeps = sleepsOf(blocks);
  for (const { waker, ns, row, post } of blocks) {
    if (waker !== NO_WAKER && !members.has(waker)) continue;
    log.b[row] = pool + 1;
    if (waker === NO_WAKER) continue;
    log.code[row] = Op.SLEEP;
    log.a[row] = Math.max(ns, middle(sleeps.filter((sleep) => sleep > ns)));
    log.code[post] = Op.SIGNAL;
    log.a[post] = pool;
    log.b[post] = 0;
  }
}

/** How long a task slept on timers, ns, ascending. */
function sleepsOf(blocks: readonly Block[]): number[] {
  return blocks.filter(({ waker }) => waker === NO_WAKER).map(({ ns }) => ns).sort((x, y) => x - y);
}

/** The median of values in ascending order; 0 where there are none. */
function middle(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
