/**
 * When an exiting task is moved to the group that it is in. The kernel does it between the closing of the task's files, which may
 * wake the other ends of its pipes, and the word to its parent. No event marks it, save that a group which had no other task on
 * the CPU is placed there again.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { PF_EXITING } from '../../sim/kernel/constants.js';
import { sched_autogroup_exit_task } from '../../sim/kernel/core/priority.js';
import { NIL } from '../../sim/kernel/state/table.js';
import { KIND, type TableData } from '../../sim/records/records.js';
import { requeueing } from './groups.js';
import type { Moment } from '../time/moments.js';
import type { World } from '../world/world.js';

/** From the event of an exit, or the last of the wake-ups by which files are closed, to the move, ns. */
const MOVED_NS = 4000;
/** From the move to the record of the parent's waking, ns. */
const NOTIFIED_NS = 2500;
/** From the move to the switch with which the task goes for good, at the least, ns. */
const LEAVES_NS = 1500;
/** From the move to the record of a group's placement in it, and a placement that follows a waking sooner is that waking's, ns. */
const PLACED_NS = 300;
const WAKE_NS = 3000;
const INIT = 1;

type Columns = Readonly<Record<string, ArrayLike<number>>>;

export interface Exit extends Moment {
  readonly pid: number;
}

/** A task on its way out. */
interface Leaving {
  /** Its last step that is recorded, and the one before it, ns. */
  last: number;
  before: number;
  /** Task that it woke in the last step, or −1 where that is something else. */
  woke: number;
  /** When a group was placed by its move, ns, or −1. */
  placed: number;
}

/** The moves of all tasks whose exit and last switch are recorded, in order of those switches. */
export function exitsOf({ tables, tasks, instrument }: Pick<BundleContents, 'tables' | 'tasks' | 'instrument'>): Exit[] {
  const parents = new Map(tasks.map(({ pid, parent }) => [pid, parent]));
  const leaving = new Map<number, Leaving>();
  const running = new Map<number, number>();
  const exits: Exit[] = [];
  const step = (pid: number, ts: number, woke: number): void => {
    const own = leaving.get(pid);
    if (own !== undefined) [own.before, own.last, own.woke] = [own.last, ts, woke];
  };
  const groups = groupPlacements(instrument.places);
  let nextGroup = 0;
  const placed = (until: number): void => {
    for (; nextGroup < groups.length && groups[nextGroup]!.ts < until; nextGroup++) {
      const { ts: at, cpu: on } = groups[nextGroup]!;
      const own = leaving.get(running.get(on) ?? -1);
      if (own !== undefined && own.placed < 0 && (own.woke < 0 || at - own.last > WAKE_NS)) own.placed = at;
    }
  };
  const { columns, rows } = tables.events;
  const { ts, cpu, kind, pid, a, b } = columns as Columns;
  for (let row = 0; row < rows; row++) {
    const [at, on, who] = [ts![row]!, cpu![row]!, pid![row]!];
    placed(at);
    switch (kind![row]) {
      case KIND.exit:
        leaving.set(who, { last: at, before: at, woke: -1, placed: -1 });
        break;
      case KIND.waking:
        if ((b![row]! & 1) === 0) step(running.get(on) ?? -1, at, who);
        break;
      case KIND.switch: {
        running.set(on, who);
        step(who, at, -1);
        const own = leaving.get(a![row]!);
        if (own === undefined || b![row] === 0) break;
        leaving.delete(a![row]!);
        exits.push({ ts: movedAt(own, parents.get(a![row]!), at), cpu: on, pid: a![row]! });
        break;
      }
      default:
        break;
    }
  }
  return exits;
}

/** @param gone when the task left its CPU for good, ns */
function movedAt({ last, before, woke, placed }: Leaving, parent: number | undefined, gone: number): number {
  if (placed >= 0) return placed - PLACED_NS;
  if (woke === INIT || (woke >= 0 && woke === parent)) return Math.max(before, last - NOTIFIED_NS);
  return Math.max(last, Math.min(last + MOVED_NS, gone - LEAVES_NS));
}

/** Placements of groups by the CPU that they are placed on. */
function groupPlacements(places: TableData | undefined): Moment[] {
  const found: Moment[] = [];
  const { on, cpu, ts, pid } = (places?.columns ?? {}) as Columns;
  for (let row = 0; row < (places?.rows ?? 0); row++) {
    if (pid![row]! <= 0 && (on ?? cpu)![row] === cpu![row]) found.push({ ts: ts![row]!, cpu: cpu![row]! });
  }
  return found;
}

/** sched_process_exit. */
export function onExit(w: World, pid: number): void {
  const p = w.roster.row(pid);
  if (p !== NIL) w.k.task.flags[p]! |= PF_EXITING;
}

/** sched_autogroup_exit_task(). */
export function onLeft(w: World, { ts, pid }: Exit): void {
  const p = w.roster.row(pid);
  // The kernel has this sysctl where it was built with autogroups, whether they are in use or not.
  if (p === NIL || w.contents.manifest.sysctl['autogroup_enabled'] === undefined) return;
  const { k } = w;
  w.at(ts, k.task.cpu[p]!, 0);
  requeueing(w, p, k.task.tg[p]!, () => sched_autogroup_exit_task(k, p));
}
