import type { BundleContents, DomainInfo, TaskInfo } from '../bundle/tables/contents.js';
import type { TableData } from '../sim/records/records.js';
import { EVENT_KINDS } from '../sim/records/records.js';
import { walkEvents, type Samples, type WalkedEvents } from './walk-events.js';

/**
 * How a series becomes a number: `count` of events; `rate`, events per second; `share` of `of` that are events; `quantile`
 * of the events' values; `span`, the length of the recording.
 */
export type SeriesKind = 'count' | 'rate' | 'share' | 'quantile' | 'span';

/** One metric of a recording or run as the events that it is counted from, so that it can be stated for any part of it. */
export interface Series {
  readonly metric: string;
  readonly kind: SeriesKind;
  /** Times of the events, ns, ascending. */
  readonly ts: readonly number[];
  /** `quantile`: what was measured at each, ns. */
  readonly values: readonly number[];
  /** `share`: times of what the events are a part of, ascending. */
  readonly of: readonly number[];
  /** `quantile`: which, 0…1. */
  readonly at: number;
}

/** sd_type by `idle` of a balance. */
const IDLE_NAMES = ['idle', 'busy', 'newidle'] as const;
const STAGE_TRIED = 3;
const FORCED = 2;

/**
 * The metrics of L3, counted by the same rules from a kernel's recording and from a simulated run. A metric is left out
 * where the recording cannot tell it: without switches nothing of tasks is known, without balances nothing of balancing.
 *
 * Moves are put down to what the kernel was doing on that CPU: to a wake-up where they come between a task's waking and
 * wakeup, to execve() or to active balance where the stopper was running, else to the balancer. A fork moves a task where the child is first queued
 * on another CPU than its parent's. Wake-up latency runs from waking to the switch to the task; the stoppers have none.
 * A balance that came to move tasks (stage 3) and moved none has failed.
 *
 * @param walked its events, where they have been walked over already
 */
export function seriesOf(contents: BundleContents, walked = walkOf(contents)): Series[] {
  const { decisions, balances } = contents.tables;
  const out: Series[] = [plain('completion_ns', 'span', [])];
  if (walked !== null) {
    out.push(
      plain('context_switches', 'count', walked.switches),
      plain('migrations_wakeup', 'count', walked.migrations.wakeup),
      plain('migrations_balance', 'count', walked.migrations.balance),
      plain('migrations_active', 'count', walked.migrations.active),
      plain('migrations_fork', 'count', walked.migrations.fork),
      quantile('wakeup_latency_p50_ns', walked.samples.wakeup_latency, 0.5),
      quantile('wakeup_latency_p99_ns', walked.samples.wakeup_latency, 0.99),
    );
  }
  if (balances.rows > 0) {
    const { hot, result } = decisions.columns as Record<'hot' | 'result', ArrayLike<number>>;
    out.push(
      plain('can_migrate_per_s', 'rate', timesWhere(decisions, () => true)),
      plain('hot_refusals', 'count', timesWhere(decisions, (row) => hot[row] === 1 && result[row] === 0)),
      plain('forced_migrations', 'count', timesWhere(decisions, (row) => result[row] === FORCED)),
      ...balanceSeries(balances, contents.domains),
    );
  }
  return out;
}

/** What the events show of tasks; null where there are no switches. */
export function walkOf({ tables, tasks }: BundleContents): WalkedEvents | null {
  return hasSwitches(tables.events) ? walkEvents(tables.events, stopperPids(tasks)) : null;
}

/** What a series amounts to from `from` up to, not including, `to`, ns; null where nothing can be said of it. */
export function valueOf(series: Series, from: number, to: number): number | null {
  const [first, last] = within(series.ts, from, to);
  switch (series.kind) {
    case 'span':
      return to - from;
    case 'count':
      return last - first;
    case 'rate':
      return to > from ? ((last - first) * 1e9) / (to - from) : null;
    case 'share': {
      const [a, b] = within(series.of, from, to);
      return b === a ? null : (last - first) / (b - a);
    }
    case 'quantile':
      return quantileOf(series.values.slice(first, last).sort((a, b) => a - b), series.at);
  }
}

/**
 * How many events a figure rests on: for a quantile those expected beyond it on its thinner side, for a share the rarer
 * outcome. A span rests on none that could be counted: Infinity.
 */
export function eventsBehind(series: Series): number {
  const n = series.ts.length;
  if (series.kind === 'span') return Infinity;
  if (series.kind === 'quantile') return Math.floor(n * Math.min(series.at, 1 - series.at) + 1e-9);
  return series.kind === 'share' ? Math.min(n, series.of.length - n) : n;
}

/** The value at a probability of values in ascending order, as the nearest rank; null where there are none. */
export function quantileOf(sorted: ArrayLike<number>, at: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.max(0, Math.ceil(sorted.length * at - 1e-9) - 1)]!;
}

/** The pids of the migration threads: −2 in a simulated bundle, tasks called `migration/N` in a kernel's. */
export function stopperPids(tasks: readonly TaskInfo[]): Set<number> {
  return new Set([-2, ...tasks.filter((task) => task.comm.startsWith('migration/')).map((task) => task.pid)]);
}

export function hasSwitches(events: TableData): boolean {
  const kinds = events.columns['kind']!;
  const wanted = EVENT_KINDS.indexOf('switch');
  for (let row = 0; row < events.rows; row++) if (kinds[row] === wanted) return true;
  return false;
}

function plain(metric: string, kind: SeriesKind, ts: readonly number[]): Series {
  return { metric, kind, ts, values: [], of: [], at: 0 };
}

function quantile(metric: string, samples: Samples, at: number): Series {
  return { metric, kind: 'quantile', ts: samples.ts, values: samples.ns, of: [], at };
}

/** Balances that fail, and calls of load_balance() by the CPU's idle type and the domain's level: `lb_newidle_MC`. */
function balanceSeries(balances: TableData, domains: readonly DomainInfo[]): Series[] {
  const { stage, moved, idle, level } = balances.columns as Record<'stage' | 'moved' | 'idle' | 'level', ArrayLike<number>>;
  const tried = timesWhere(balances, (row) => stage[row] === STAGE_TRIED);
  const failed = timesWhere(balances, (row) => stage[row] === STAGE_TRIED && moved[row] === 0);
  const out: Series[] = [{ ...plain('lb_failed_share', 'share', failed), of: tried }];
  const levels = [...new Set(domains.map((domain) => domain.level))].sort((a, b) => a - b);
  for (const at of levels) {
    IDLE_NAMES.forEach((name, type) => {
      const ts = timesWhere(balances, (row) => level[row] === at && idle[row] === type);
      out.push(plain(`lb_${name}_${levelName(at, domains)}`, 'count', ts));
    });
  }
  return out;
}

/** The name that a level's domains have; NUMA levels, of which there may be several of that name, have their number too. */
function levelName(level: number, domains: readonly DomainInfo[]): string {
  const name = domains.find((domain) => domain.level === level)!.name;
  return domains.some((domain) => domain.name === name && domain.level !== level) ? `${name}${level}` : name;
}

function timesWhere(table: TableData, test: (row: number) => boolean): number[] {
  const ts = table.columns['ts']!;
  const out: number[] = [];
  for (let row = 0; row < table.rows; row++) if (test(row)) out.push(ts[row]!);
  return out;
}

/** Events from `from` up to, not including, `to`. */
export function countIn(ts: readonly number[], from: number, to: number): number {
  const [first, last] = within(ts, from, to);
  return last - first;
}

/** Indices of the first event at or after `from`, and of the first at or after `to`. */
function within(ts: readonly number[], from: number, to: number): [number, number] {
  return [lowerBound(ts, from), lowerBound(ts, to)];
}

function lowerBound(ts: readonly number[], value: number): number {
  let low = 0;
  let high = ts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ts[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
