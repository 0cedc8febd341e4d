import { Op } from '../../sim/programs/program.js';
import type { Program } from '../../sim/programs/program.js';
import { isConditionWait } from '../operands.js';
import type { ActionLog } from './read/action-log.js';

/** How often a task with a deadline looks at the clock, ns of CPU time. */
export const LOOK_NS = 100_000;

/**
 * What a task runs until a deadline is as long as it takes: the RUN before its RUN_UNTIL is none. What it runs afterwards, the
 * rest of what it does in one go and its end, is as recorded.
 */
export function keepDeadlines(log: ActionLog): void {
  const last = new Map<number, number>();
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    const before = last.get(task) ?? -1;
    if (log.code[row] === Op.RUN_UNTIL && before >= 0 && log.code[before] === Op.RUN) log.a[before] = 0;
    last.set(task, row);
  }
}

/** Share of a program, at its end, that a task which has no end of its own goes through again. */
export const AGAIN = 0.25;

/**
 * Tasks that only end because they are told to have no end of their own: where one gets there earlier than it did in the
 * recording, it does the last quarter of what it did again. Their programs end with a JUMP, which gets its place here, and
 * an EXIT, to which every JUMP_AFTER goes. Whom they wake last of all, a parent that waits for their end, they wake then. A stretch
 * without any time in it is not done again, nor is a fork: each child is born once. What is done under a lock is done whole.
 */
export function goRound(program: Program, entry: Int32Array, killed: ReadonlyMap<number, number>): void {
  const { code, a, b } = program as { readonly code: Uint8Array; readonly a: Float64Array; readonly b: Float64Array };
  for (const task of killed.keys()) {
    const from = entry[task] ?? -1;
    if (from < 0) continue;
    const jump = beforeLastPosts(program, from, endOf(code, from) - 1);
    const end = jump + 1;
    for (let at = from; at < jump; at++) if (code[at] === Op.JUMP_AFTER) b[at] = end;
    const again = unlocked(code, from, Math.max(afterForks(code, from, jump), jump - Math.floor((jump - from) * AGAIN)));
    a[jump] = takesTime(program, again, jump) ? again : end;
  }
}

/** The exit of the program that begins at `from`. */
export function endOf(code: Uint8Array, from: number): number {
  let end = from;
  while (code[end] !== Op.EXIT && code[end] !== Op.EXIT_GROUP) end++;
  return end;
}

/** The operation after the last fork from `from` up to, not including, `to`; `from` where there is none. */
export function afterForks(code: Uint8Array, from: number, to: number): number {
  return from + code.subarray(from, to).lastIndexOf(Op.FORK) + 1;
}

function takesTime({ code, a }: Program, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((code[at] === Op.RUN || code[at] === Op.SLEEP) && a[at]! > 0) return true;
  return false;
}

/**
 * Moves the JUMP at `jump` before the POSTs that come directly before it.
 * @returns its place
 */
function beforeLastPosts({ code, a, b }: { readonly code: Uint8Array; readonly a: Float64Array; readonly b: Float64Array }, from: number, jump: number): number {
  let first = jump;
  while (first > from && (code[first - 1] === Op.POST || code[first - 1] === Op.POST_SYNC)) first--;
  for (const column of [code, a, b]) {
    const moved = column[jump]!;
    column.copyWithin(first + 1, first, jump);
    column[first] = moved;
  }
  return first;
}

/** The first operation from `at` on of the program that begins at `from` before which no mutex is held. */
function unlocked(code: Uint8Array, from: number, at: number): number {
  let held = 0;
  for (let op = from; op < at || held > 0; op++) {
    if (code[op] === Op.LOCK) held++;
    else if (code[op] === Op.UNLOCK || isConditionWait(code[op]!)) held--;
    if (op >= at) at = op + 1;
  }
  return at;
}
