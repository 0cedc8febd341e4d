import { EVENT_KINDS, type TableName } from '../sim/records/records.js';
import { REASON_DECIDED } from '../sim/kernel/constants.js';
import type { BundleContents } from './tables/contents.js';
import type { DirtyEntry } from './dirty.js';

/** What is in a bundle, in numbers. */
export interface Inspection {
  readonly source: 'kernel' | 'sim';
  readonly release: string;
  readonly topology: string;
  readonly cpus: number;
  readonly workload: string;
  readonly policy: string;
  readonly seed: number | null;
  readonly durationNs: number;
  readonly tasks: number;
  readonly rows: Readonly<Record<TableName, number>>;
  /** Rows of the tables that only an instrumented kernel fills, of those that have some. */
  readonly instrument: Readonly<Record<string, number>>;
  /** Format of each trace that it was made from. */
  readonly formats: Readonly<Record<string, string>>;
  /** Calls of can_migrate_task() that came to the hot test. */
  readonly decided: number;
  /** Of those: answered no as the task was hot, yes as it was cold, and yes although it was hot. */
  readonly hotRefused: number;
  readonly cold: number;
  readonly forced: number;
  /** forced / decided; null where nothing was decided. */
  readonly forcedShare: number | null;
  /** Calls by reason, as in the column of that name. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Calls by idle type of the balancing CPU. */
  readonly idle: Readonly<Record<string, number>>;
  /** Rows of events by kind. */
  readonly events: Readonly<Record<string, number>>;
  /** Per second of the bundle's duration; empty where it has none. */
  readonly perSecond: Readonly<Record<string, number>>;
  /** Events that were lost before the bundle was made. */
  readonly lost: number;
  /** What was wrong with the source, and what was done about it. */
  readonly dirty: readonly DirtyEntry[];
  readonly notes: readonly string[];
}

/** Counts what a bundle holds. */
export function inspect(contents: BundleContents): Inspection {
  const { manifest, tables, tasks } = contents;
  const { rows, columns } = tables.decisions;
  const reason = columns['reason']!;
  const result = columns['result']!;
  const outcome = [0, 0, 0];
  let decided = 0;
  for (let row = 0; row < rows; row += 1) {
    if (reason[row] !== REASON_DECIDED) continue;
    decided += 1;
    const answer = result[row]!;
    if (answer >= 0) outcome[answer]! += 1;
  }
  const [hotRefused, cold, forced] = outcome as [number, number, number];
  const events = tally(tables.events.columns['kind']!, tables.events.rows, (kind) => EVENT_KINDS[kind]!);
  const seconds = manifest.durationNs / 1e9;
  const instrument = Object.fromEntries(Object.entries(contents.instrument).map(([name, table]) => [name, table.rows]));
  const all = { decisions: rows, balances: tables.balances.rows, events: tables.events.rows };
  const totals = { ...all, decided, hotRefused, forced, ...events, ...instrument };
  return {
    source: manifest.source,
    release: manifest.release,
    topology: manifest.topology,
    cpus: manifest.cpus,
    workload: manifest.workload,
    policy: manifest.policy.name,
    seed: manifest.seed,
    durationNs: manifest.durationNs,
    tasks: tasks.length,
    instrument,
    formats: manifest.formats ?? {},
    rows: all,
    decided,
    hotRefused,
    cold,
    forced,
    forcedShare: decided === 0 ? null : forced / decided,
    reasons: tally(reason, rows, String),
    idle: tally(columns['idle']!, rows, String),
    events,
    perSecond: seconds > 0 ? Object.fromEntries(Object.entries(totals).map(([name, n]) => [name, n / seconds])) : {},
    lost: manifest.lostEvents,
    dirty: manifest.dirty ?? [],
    notes: manifest.notes,
  };
}

/** How often each value occurs, in increasing order of the values. */
function tally(column: ArrayLike<number>, rows: number, nameOf: (value: number) => string): Record<string, number> {
  const counts = new Map<number, number>();
  for (let row = 0; row < rows; row += 1) counts.set(column[row]!, (counts.get(column[row]!) ?? 0) + 1);
  const ordered = [...counts].sort(([a], [b]) => a - b);
  return Object.fromEntries(ordered.map(([value, n]) => [nameOf(value), n]));
}
