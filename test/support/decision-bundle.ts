import type { BundleContents } from '../../src/bundle/tables/contents.js';
import { EVENT_KINDS, TABLES, type EventKind, type TableData, type TableName } from '../../src/sim/records/records.js';

/** Values of columns by name. */
export type Call = Readonly<Record<string, number>>;
export interface Event {
  readonly ts: number;
  readonly kind: EventKind;
  readonly pid: number;
}

/** What a call is where nothing else is said: a hot task that waits on CPU 0 is refused to CPU 1. */
const USUAL: Call = {
  pid: 7, prio: 120, src_cpu: 0, dst_cpu: 1, level: 2, idle: 2, loop: 1, imbalance: 1, cache_nice_tries: 1, reason: 5, hot: 1,
  delta: 1000, clock_task: 1e6, exec_start: 1e6 - 1000, sum_exec: 5e5, task_weight: 1024, migration_cost: 500_000, src_nr: 2,
};

/** A bundle in memory with these calls and events, in the order given. */
export function decisionBundle(calls: readonly Call[], events: readonly Event[] = []): BundleContents {
  const decisions = tableOf('decisions', calls.map((call, seq) => ({ ...USUAL, ts: seq * 1000, ...call, seq })));
  const rows = events.map(({ ts, kind, pid }, seq) => ({ ts, kind: EVENT_KINDS.indexOf(kind), pid, seq }));
  const tables = { decisions, balances: tableOf('balances', []), events: tableOf('events', rows) };
  const last = Math.max(0, ...calls.map((call, seq) => call['ts'] ?? seq * 1000), ...events.map(({ ts }) => ts));
  return {
    manifest: {
      schema: 2, source: 'sim', release: 'test', hz: 250, preemption: 'voluntary', topology: 'test', cpus: 2, sysctl: {},
      features: [], policy: { name: 'stock', params: {}, hash: '' }, workload: 'test', seed: 1, clockResolutionNs: 1,
      durationNs: last, lostEvents: 0, inputs: {},
      rows: { decisions: calls.length, balances: 0, events: events.length }, notes: [],
    },
    tables, instrument: {}, tasks: [], masks: [], domains: [], counters: {},
  };
}

function tableOf(name: TableName, rows: readonly Call[]): TableData {
  const columns = TABLES[name].map((column) => [column.name, rows.map((row) => row[column.name] ?? 0)] as const);
  return { rows: rows.length, columns: Object.fromEntries(columns) };
}
