/**
 * When what a record shows happened. Its stamp is made where the kernel makes the record, and the record itself takes time:
 * what comes before it in the code has happened by then, what comes after it follows when the record is made. On the recorded
 * machines an instruction takes a nanosecond, so that these distances are the lengths of paths in the kernel; to the last some 10 ns
 * they were set by where recorded answers change, in recordings beside which others were kept for a check. They order
 * what happens on one CPU against what another sees of it, and matter only where two such moments are that close.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { CPU_NEWLY_IDLE, WF_TTWU } from '../../sim/kernel/constants.js';
import { KIND } from '../../sim/records/records.js';
import type { Masks } from './masks.js';
import type { Quanta } from './quanta.js';
import { before } from './runtimes.js';
import type { Unsearched } from '../past/unsearched.js';

/** From the end of a search to its record, ns. */
const SEARCHED_NS = 50;
/** From the record of a search to ttwu_queue(), the record's own time included, and what a move to another CPU adds to that, ns. */
const SENT_NS = 695;
const MOVED_NS = 750;
/** From the record of a waking to the same where there is no search, ns. */
const HANDED_NS = 640;
/** What the search of another class adds to that (select_task_rq_rt), ns. */
const OTHER_CLASS_NS = 140;
/**
 * From sched_ttwu_pending()'s taking the list to the record of the first placement, and to that of the end of the wake-up where
 * the task is of a class above the fair one, ns.
 */
const TAKEN_NS = 550;
const RECEIVED_NS = 840;
/**
 * The record of a placement is made in the middle of the enqueue: from the change of the queue's averages to it, and from it
 * to that of the queue's counts, the record's own time included, ns.
 */
const ATTACH_NS = 250;
const COUNT_NS = 750;
/** From the placement of a task to that of the group that it is in, and from that to the next, at most, ns. */
const LEVEL_NS = 3000;
/**
 * The record of a migration is made before a sleeping task's averages are taken from its old queue, and after a queued one
 * has been detached, ns.
 */
const REMOVE_NS = 700;
const DETACH_NS = 400;
/** From a switch to its record, ns. */
const SWITCHED_NS = 250;
/** From can_migrate_task() to the record of the migration that it allowed, at most, ns. */
const DETACHING_NS = 4000;
/**
 * A newly-idle balance, from the time at which its cost began to count: to the averages of blocked tasks, and to the question
 * whether to balance; what skipping a domain adds to that; from the end of one domain's to the next one's question, ns.
 */
const BLOCKED_NS = 100;
const ASK_NS = 565;
const SKIPPED_NS = 90;
const NEXT_ASK_NS = 880;
/** From that question to the record of the balance, where the answer is no: nothing else comes between, ns. */
const REFUSED_NS = 70;

/** Something that the recording implies, on a CPU. */
export interface Moment {
  readonly ts: number;
  readonly cpu: number;
}

/** The moment at which a newly-idle balance asks whether it is to balance. */
export interface Ask extends Moment {
  readonly level: number;
  /** Time of the record that the balance ends with, ns. */
  readonly end: number;
}

/** A task that wakes without a search for a CPU is handed to one. */
export interface Handed extends Moment {
  /** Row of the waking's event. */
  readonly row: number;
}

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/**
 * By how much what the row of a table shows happens later than its record, ns.
 * @param masks of `masksOf`
 */
export function shiftOf(source: string, contents: BundleContents, masks: Masks): (row: number) => number {
  const { tables, instrument } = contents;
  if (source === 'places') {
    const { initial, pid } = instrument.places!.columns as Record<'initial' | 'pid', ArrayLike<number>>;
    return (row) => (initial[row] !== 0 ? 0 : pid[row]! > 0 ? -ATTACH_NS : COUNT_NS);
  }
  if (source === 'wakeups') {
    const ts = instrument.wakeups!.columns['ts']!;
    return (row) => masks.masked[row]! - ts[row]!;
  }
  if (source !== 'events') return () => 0;
  const shifts = migrationShifts(tables.events.columns as Columns, tables.events.rows, tables.decisions.columns as Columns, tables.decisions.rows);
  const kind = tables.events.columns['kind']!;
  return (row) => shifts.get(row) ?? (kind[row] === KIND.switch ? -SWITCHED_NS : 0);
}

function migrationShifts(e: Columns, events: number, d: Columns, decisions: number): Map<number, number> {
  const asked = new Map<number, number>();
  const shifts = new Map<number, number>();
  let next = 0;
  for (let row = 0; row < events; row++) {
    if (e['kind']![row] !== KIND.migrate) continue;
    for (; next < decisions && before(d, next, e, row); next++) asked.set(d['pid']![next]!, d['ts']![next]!);
    const when = asked.get(e['pid']![row]!) ?? -Infinity;
    shifts.set(row, e['ts']![row]! - when < DETACHING_NS ? -DETACH_NS : REMOVE_NS);
  }
  return shifts;
}

/** When wake_affine() looks at idle CPUs before each search, by its row. */
export function aimedOf({ instrument }: BundleContents, { aimed }: Masks): Moment[] {
  return momentsOf(instrument.wakeups, (_, row) => aimed[row]!);
}

/** The end of each search for a CPU, by its row. */
export function searchedOf({ instrument }: BundleContents): Moment[] {
  // A fork's or an exec's search looks at every CPU, with no mask of idle ones: it is judged as its record comes.
  return momentsOf(instrument.wakeups, (c, row) => c['ts']![row]! + ((c['wake_flags']![row]! & WF_TTWU) !== 0 ? -SEARCHED_NS : 1));
}

/** Beginnings of rounds in the midst of a search; `row` is that of the search. */
export function roundsIn(contents: BundleContents, quanta: Quanta, { aimed }: Masks): Handed[] {
  const searches = contents.instrument.wakeups;
  if (searches === undefined || !quanta.known) return [];
  const ends = searchedOf(contents);
  const out: Handed[] = [];
  for (let row = 0; row < searches.rows; row++) {
    const from = aimed[row]!;
    const { ts: to, cpu } = ends[row]!;
    for (let begun = quanta.begun(to); begun > from; begun = quanta.begun(begun - 1)) out.push({ ts: begun, cpu, row });
  }
  return out;
}

/** When the wake-up of each search goes to the CPU that was chosen, by its row. */
export function sentOf({ instrument }: BundleContents): Moment[] {
  return momentsOf(instrument.wakeups, (c, row) => c['ts']![row]! + SENT_NS + (c['prev']![row] === c['chosen']![row] ? 0 : MOVED_NS));
}

/** When the CPU that is to finish a wake-up takes it from its list, by the row of its placement. */
export function takenOf({ instrument }: BundleContents): Moment[] {
  return momentsOf(instrument.places, (c, row) => c['ts']![row]! - TAKEN_NS);
}

/** When a task is counted in its queue, by the row of its placement: after the groups that it is in have been placed too. */
export function countedOf({ instrument }: BundleContents): Moment[] {
  const places = instrument.places?.columns as Columns | undefined;
  const last = Float64Array.from(places?.['ts'] ?? []);
  /** Row of the task that each CPU placed last. */
  const placing = new Map<number, number>();
  last.forEach((ts, row) => {
    const on = placingOn(places!, row);
    const task = placing.get(on);
    if (places!['pid']![row]! > 0) placing.set(on, row);
    else if (task !== undefined && places!['cpu']![task] === places!['cpu']![row] && ts - last[task]! < LEVEL_NS) last[task] = ts;
  });
  return momentsOf(instrument.places, (_, row) => last[row]! + COUNT_NS);
}

/** CPU that made the record of a placement. */
function placingOn(c: Columns, row: number): number {
  return c['on']?.[row] ?? c['cpu']![row]!;
}

/**
 * When each newly-idle balance that is not stopped at its gate brings its own CPU's averages up to date.
 * @param since of `newidleSince`
 */
export function blockedOf({ instrument }: BundleContents, since: Float64Array): Moment[] {
  return momentsOf(instrument.newidles, (_, row) => since[row]! + BLOCKED_NS)
    .filter((_, row) => instrument.newidles!.columns['gate']![row] === 0);
}

/** @param unsearched by the row of its waking, of `unsearchedWakings` */
export function handedOf({ tables }: BundleContents, unsearched: ReadonlyMap<number, Unsearched>): Handed[] {
  const e = tables.events.columns as Columns;
  return Array.from(unsearched, ([row, { placed }]) => ({ ts: e['ts']![row]! + HANDED_NS + (placed ? 0 : OTHER_CLASS_NS), cpu: e['cpu']![row]!, row }));
}

/**
 * When the CPU that is to finish a wake-up without a search takes it from its list; of use for tasks above the fair class, whose
 * placements leave no record.
 */
export function receivedOf({ tables }: BundleContents, unsearched: ReadonlyMap<number, Unsearched>): Handed[] {
  const cpu = tables.events.columns['cpu']!;
  const received: Handed[] = [];
  for (const [row, { ts, by }] of unsearched) if (by !== cpu[row]) received.push({ ts: ts - RECEIVED_NS, cpu: by, row });
  return received;
}

function momentsOf(table: { readonly rows: number; readonly columns: Columns } | undefined, ts: (c: Columns, row: number) => number): Moment[] {
  if (table === undefined) return [];
  const c = table.columns;
  const on = c['on'] ?? c['cpu']!;
  return Array.from({ length: table.rows }, (_, row) => ({ ts: ts(c, row), cpu: on[row]! }));
}

/** Of each search, whether its wake-up was left to the CPU that was chosen to finish; null: not recorded. */
export function queuedOf({ instrument }: BundleContents): (boolean | null)[] {
  const { places, wakeups } = instrument;
  const queued = new Array<boolean | null>(wakeups?.rows ?? 0).fill(null);
  if (places === undefined || wakeups === undefined) return queued;
  const [p, s] = [places.columns as Columns, wakeups.columns as Columns];
  const open = new Map<number, number>();
  let next = 0;
  for (let row = 0; row < places.rows; row++) {
    for (; next < wakeups.rows && before(s, next, p, row); next++) open.set(s['pid']![next]!, next);
    const pid = p['pid']![row]!;
    const search = open.get(pid);
    if (search === undefined) continue;
    open.delete(pid);
    const on = p['on']?.[row] ?? -1;
    if (on >= 0) queued[search] = on !== s['cpu']![search];
  }
  return queued;
}

/**
 * When each newly-idle balance of a domain asks whether it is to balance.
 * @param begun for each switch in order of time: its CPU, when it began, and the row of the newly-idle balance that followed
 * @param counted of `newidleSince`
 */
export function asksOf(
  { tables, instrument }: BundleContents, begun: ReadonlyArray<{ readonly clockTs: number; readonly cpu: number; readonly newidle: number }>,
  counted: Float64Array,
): Ask[] {
  const newidles = instrument.newidles;
  if (newidles === undefined) return [];
  const b = tables.balances.columns as Columns;
  const asks: Ask[] = [];
  const levels = [...new Set(Array.from(b['level'] ?? []))];
  const since = new Map<number, number>();
  const ended = new Map<number, number>();
  let next = 0;
  for (let row = 0; row < tables.balances.rows; row++) {
    if (b['idle']![row] !== CPU_NEWLY_IDLE) continue;
    const [end, cpu, level] = [b['ts']![row]!, b['cpu']![row]!, b['level']![row]!];
    for (; next < begun.length && begun[next]!.clockTs < end; next++) {
      const { cpu: on, newidle } = begun[next]!;
      if (newidle >= 0) since.set(on, counted[newidle]!);
    }
    const [start, last] = [since.get(cpu) ?? -1, ended.get(cpu) ?? -1];
    ended.set(cpu, end);
    if (b['stage']![row] === 0) {
      asks.push({ ts: end - REFUSED_NS, cpu, level, end });
      continue;
    }
    if (start < 0) continue;
    const asked = last > start ? last + NEXT_ASK_NS : start + ASK_NS + SKIPPED_NS * levels.filter((below) => below < level).length;
    asks.push({ ts: asked, cpu, level, end });
  }
  return asks;
}
