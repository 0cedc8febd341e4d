import { Op, type Program } from '../../../sim/programs/program.js';
import type { ActionLog } from '../read/action-log.js';
import type { Changes } from '../changes.js';
import type { Plan } from '../plan.js';
import type { Roster } from '../read/roster.js';

/** Lives that differ by at most this share are alike: they ended because of the time. */
const ALIKE = 0.02;
/** Share of a program, at its end, that is gone through again until the time is over. */
const AGAIN = 0.25;

/** A life that may have been given a time, ns: from the birth of the first of a parent's children that take part to when they were told to end. */
interface Life {
  readonly parent: number;
  readonly ns: number;
}

/**
 * Finds tasks that go round a barrier until a time is over: programs of different parents whose lives are alike to some percent ended
 * because of the time, not of what they had done; others of them are seen to run until a deadline, or to be told to stop. Whoever
 * comes last looks at the clock, so all leave at the same crossing: the first one after the time.
 *
 *     a  RUN ┤BARRIER ┤ RUN ┤BARRIER ┤ …  RUN ┤BARRIER, past the time: the end
 *     b  ─RUN┤        ┤ ─RUN┤        ┤ …  ─RUN┤
 *
 * @param changes gets what stands instead of the crossings of each such task: those, and a look at when it was
 * @returns the tasks
 */
export function endInTime(log: ActionLog, roster: Roster, plan: Plan, startTs: number, changes: Changes): ReadonlySet<number> {
  const birth = new Map<number, number>();
  for (let row = 0; row < log.rows; row++) if (log.code[row] === Op.FORK) birth.set(log.a[row]!, log.ts[row]! - startTs);
  const lives: Life[] = [];
  const told = (ends: ReadonlyMap<number, number>): void => {
    const first = new Map<number, number>();
    for (const task of ends.keys()) {
      const parent = roster.parent[task]!;
      first.set(parent, Math.min(first.get(parent) ?? Infinity, birth.get(task) ?? Infinity));
    }
    for (const [parent, from] of first) {
      const end = Math.min(...[...ends].filter(([task]) => roster.parent[task] === parent).map(([, ns]) => ns));
      if (from < end) lives.push({ parent, ns: end - from });
    }
  };
  told(plan.deadlines);
  told(plan.killed);
  const circles = plan.barriers.map((members) => (members.some((task) => plan.goingOn.has(task)) ? null : circleOf(log, members, startTs)));
  const lifeOf = (members: readonly number[], end: number): Life => ({
    parent: roster.parent[members[0]!]!,
    ns: end - members.reduce((first, task) => Math.min(first, birth.get(task) ?? Infinity), Infinity),
  });
  circles.forEach((circle, at) => {
    if (circle !== null) lives.push(lifeOf(plan.barriers[at]!, circle.last));
  });
  const tasks = new Set<number>();
  circles.forEach((circle, at) => {
    if (circle === null) return;
    const members = plan.barriers[at]!;
    const own = lifeOf(members, circle.last);
    // The time was over after the crossing before the last one, which a group that has used up its quota may come to much later.
    const least = lifeOf(members, circle.before).ns * (1 - ALIKE);
    const alike = lives.filter(({ parent, ns }) => parent !== own.parent && ns >= least && ns <= own.ns * (1 + ALIKE));
    if (alike.length === 0) return;
    const given = circle.last - own.ns + alike.reduce((first, { ns }) => Math.min(first, ns), Infinity);
    const time = given > circle.before && given < circle.last ? given : Math.round((circle.before + circle.last) / 2);
    for (const row of circle.rows) changes.set(row, [[Op.BARRIER, log.a[row]!, log.b[row]!], [Op.JUMP_CROSSED, time, 0]]);
    for (const row of circle.ends) changes.set(row, [...changes.get(row)!, [Op.JUMP, 0, 0]]);
    for (const task of members) tasks.add(task);
  });
  return tasks;
}

/** How tasks cross a barrier. */
interface Circle {
  /** Rows of the log with its crossings; of these, the last one of each member. */
  readonly rows: readonly number[];
  readonly ends: readonly number[];
  /** When it was crossed last, and the time before that, ns. */
  readonly last: number;
  readonly before: number;
}

/** Null where a member does something else than to run between its crossings, or none of them has an end that was seen. */
function circleOf(log: ActionLog, members: readonly number[], startTs: number): Circle | null {
  const all = new Set(members);
  const own = new Map<number, number[]>();
  /** What a member has done since its last crossing besides that it ran. */
  const other = new Set<number>();
  for (let row = 0; row < log.rows; row++) {
    const task = log.task[row]!;
    if (!all.has(task)) continue;
    const rows = own.get(task);
    if (log.code[row] === Op.BARRIER) {
      if (other.has(task)) return null;
      if (rows === undefined) own.set(task, [row]);
      else rows.push(row);
    } else if (rows !== undefined && log.code[row] !== Op.RUN) other.add(task);
  }
  const each = members.map((task) => own.get(task) ?? []);
  if (each.some((rows) => rows.length < 2)) return null;
  const at = (back: number): number => log.ts[each[0]!.at(-back)!]! - startTs;
  return { rows: each.flat(), ends: each.map((rows) => rows.at(-1)!), last: at(1), before: at(2) };
}

/** Gives the ways of such tasks their places: back from the last crossing to the last quarter of what they do, and from any to what follows it. */
export function goRoundInTime(program: Program, entry: Int32Array, tasks: ReadonlySet<number>): void {
  const { code, a, b } = program as { readonly code: Uint8Array; readonly a: Float64Array; readonly b: Float64Array };
  for (const task of tasks) {
    const from = entry[task] ?? -1;
    if (from < 0) continue;
    let back = from;
    while (code[back] !== Op.JUMP || code[back - 1] !== Op.JUMP_CROSSED) back++;
    for (let at = from; at < back; at++) if (code[at] === Op.JUMP_CROSSED) b[at] = back + 1;
    let again = Math.max(from, back - Math.floor((back - from) * AGAIN));
    while (code[again - 1] !== Op.JUMP_CROSSED) again--;
    a[back] = again;
  }
}
