import { Op } from '../../../sim/programs/program.js';
import { isConditionWait } from '../../operands.js';
import type { ActionLog } from '../read/action-log.js';
import type { Changes, Operation } from '../changes.js';
import { kindOf, type Roster } from '../read/roster.js';

/** How much a task that is told to stop runs at most until it looks, ns of CPU time; what is shorter is done in one go. */
const LOOK_NS = 1_000_000;
/** What it ran in one go was this many times as long as what was left of it when it was told: it ended because of that. */
const CUT_SHORT = 4;

/** When tasks are told to stop, and when they did. */
export interface Stops {
  /** ns */
  readonly startTs: number;
  /** When each task exited, by row; undefined where it did not. */
  readonly exitTs: readonly (number | undefined)[];
  /** When each is told, ns since `startTs`. */
  readonly killed: ReadonlyMap<number, number>;
}

/**
 * Lets tasks that work for long look whether they have been told to stop: those of a kind of which one was told in the midst of a
 * long burst and ended soon after. Others find out when they are
 * back from a block, and what is done under a lock is done whole.
 *
 * @param changes gets what stands instead of each long burst of such tasks
 */
export function lookAtStop(
  log: ActionLog,
  roster: Roster,
  { startTs, exitTs, killed }: Stops,
  changes: Changes,
): void {
  const looking = new Set<string>();
  for (let row = 0; row < log.rows; row++) {
    const told = killed.get(log.task[row]!);
    if (told === undefined || log.code[row] !== Op.RUN) continue;
    const after = Math.min(log.ts[row]!, exitTs[log.task[row]!] ?? Infinity) - startTs - told;
    if (log.a[row]! > LOOK_NS && after >= 0 && log.a[row]! >= CUT_SHORT * after) looking.add(kindOf(roster, log.task[row]!));
  }
  if (looking.size === 0) return;
  const held = new Int32Array(roster.size);
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    const told = killed.get(task);
    if (log.code[row] === Op.LOCK) held[task]!++;
    else if (log.code[row] === Op.UNLOCK || isConditionWait(log.code[row]!)) held[task]!--;
    if (told === undefined || held[task]! > 0 || log.code[row] !== Op.RUN || log.a[row]! <= LOOK_NS || !looking.has(kindOf(roster, task))) continue;
    changes.set(row, pieces(log.a[row]!, told));
  }
}

function pieces(ns: number, told: number): Operation[] {
  const operations: Operation[] = [];
  for (let left = ns; left > 0; left -= LOOK_NS) {
    operations.push([Op.RUN, Math.min(left, LOOK_NS), 0]);
    if (left > LOOK_NS) operations.push([Op.JUMP_AFTER, told, 0]);
  }
  return operations;
}
