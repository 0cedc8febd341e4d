import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import { BALANCE_COLUMNS, DECISION_COLUMNS, KIND, type ColumnSpec, type TableData } from '../../../src/sim/records/records.js';

export type EventRow = readonly [ts: number, cpu: number, kind: keyof typeof KIND, pid: number, a: number, b: number];

/** A bundle of nothing but events, decisions and balances given as rows; columns that are not given are 0. */
export function bundleOf(
  cpus: number, durationNs: number,
  rows: {
    readonly events: readonly EventRow[];
    readonly decisions?: ReadonlyArray<Readonly<Record<string, number>>>;
    readonly balances?: ReadonlyArray<Readonly<Record<string, number>>>;
    readonly names?: Readonly<Record<number, string>>;
  },
): BundleContents {
  const events = [...rows.events].sort((a, b) => a[0] - b[0]);
  const column = (i: number): number[] => events.map((row) => row[i] as number);
  const table: TableData = {
    rows: events.length,
    columns: {
      ts: column(0), cpu: column(1), kind: events.map((row) => KIND[row[2]]), pid: column(3), a: column(4), b: column(5),
      // Room for the other tables' rows between.
      seq: events.map((_, i) => 10 * i),
    },
  };
  return contentsOf(cpus, durationNs, table, tableOf(DECISION_COLUMNS, rows.decisions ?? []), tableOf(BALANCE_COLUMNS, rows.balances ?? []), rows.names ?? {});
}

function tableOf(columns: readonly ColumnSpec[], rows: ReadonlyArray<Readonly<Record<string, number>>>): TableData {
  return { rows: rows.length, columns: Object.fromEntries(columns.map(({ name }) => [name, rows.map((row) => row[name] ?? 0)])) };
}

function contentsOf(
  cpus: number, durationNs: number, events: TableData, decisions: TableData, balances: TableData, names: Readonly<Record<number, string>>,
): BundleContents {
  return {
    manifest: {
      schema: 2, source: 'sim', release: 'test', hz: 250, preemption: '', topology: 'bench', cpus,
      sysctl: { migration_cost_ns: 500_000 }, features: [], policy: { name: 'stock', params: {}, hash: '' }, workload: 'busy', seed: 1,
      clockResolutionNs: 1, durationNs, lostEvents: 0, inputs: { workload: 'w', machine: 'm' },
      rows: { decisions: decisions.rows, balances: balances.rows, events: events.rows }, notes: [],
    },
    tables: { decisions, balances, events },
    instrument: {},
    tasks: Object.entries(names).map(([pid, comm]) => ({ pid: Number(pid), comm, parent: -1, prio: 120, allowed: -1, group: 0, preexisting: true })),
    masks: [],
    domains: [{ cpu: 0, level: 0, name: 'MC', flags: [], span: null, imbalancePct: 117, cacheNiceTries: 1, busyFactor: 16, minIntervalMs: 8, maxIntervalMs: 16 }],
    counters: {},
  };
}

/** A machine whose CPUs are mostly busy with three to five tasks each, so many stretches in all; some tasks are moved. */
export function busyBundle(cpus: number, stretches: number, seed: number): BundleContents {
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const events: number[][] = [[], [], [], [], [], []];
  const push = (...row: readonly number[]): void => row.forEach((value, i) => events[i]!.push(value));
  const now = new Float64Array(cpus);
  const running = new Int32Array(cpus);
  const queues = Array.from({ length: cpus }, (_, cpu) => Array.from({ length: 3 + (cpu % 3) }, (_, i) => 100 + 8 * cpu + i));
  queues.forEach((queue, cpu) => queue.forEach((pid) => push(0, cpu, KIND.wakeup, pid, cpu, 0)));
  const decisions: number[][] = DECISION_COLUMNS.map(() => []);
  const balances: number[][] = BALANCE_COLUMNS.map(() => []);
  const put = (specs: readonly ColumnSpec[], into: number[][], row: Readonly<Record<string, number>>): void =>
    specs.forEach(({ name }, i) => into[i]!.push(row[name] ?? random(1000)));
  for (let n = 0; n < stretches; n += 1) {
    const cpu = n % cpus;
    const queue = queues[cpu]!;
    now[cpu]! += 20_000 + random(180_000);
    const pid = queue.shift()!;
    push(now[cpu]!, cpu, KIND.switch, pid, running[cpu]!, 0);
    if (running[cpu]! > 0) queue.push(running[cpu]!);
    running[cpu] = pid;
    if (n % 8 === 0) {
      put(BALANCE_COLUMNS, balances, { ts: now[cpu]!, cpu, level: 0, idle: random(3), stage: random(4), moved: n % 64 === 0 ? 1 : 0, nr_balance_failed: random(5), busiest: (cpu + 1) % cpus });
    }
    if (n % 16 === 0) {
      const src = (cpu + 1 + random(cpus - 1)) % cpus;
      const moved = queues[src]![0]!;
      const result = random(3);
      put(DECISION_COLUMNS, decisions, { ts: now[cpu]!, cpu, pid: moved, src_cpu: src, dst_cpu: cpu, level: 0, idle: 0, reason: 5, hot: result === 1 ? 0 : 1, result, policy: 0, seq: 10 * events[0]!.length - 5 });
      if (result > 0 && queues[src]!.length > 2) {
        queues[src]!.shift();
        queue.push(moved);
        push(now[cpu]!, cpu, KIND.migrate, moved, src, cpu);
      }
    }
  }
  const sorted = ordered(events);
  const table = (specs: readonly ColumnSpec[], columns: number[][]): TableData => {
    const inOrder = ordered(columns);
    return { rows: inOrder[0]!.length, columns: Object.fromEntries(specs.map(({ name }, i) => [name, inOrder[i]!])) };
  };
  const [ts, cpu, kind, pid, a, b] = sorted as [number[], number[], number[], number[], number[], number[]];
  const all: TableData = { rows: ts.length, columns: { ts, cpu, kind, pid, a, b, seq: ts.map((_, i) => 10 * i) } };
  return contentsOf(cpus, Math.max(...now), all, table(DECISION_COLUMNS, decisions), table(BALANCE_COLUMNS, balances), {});
}

function ordered(columns: readonly number[][]): number[][] {
  const order = columns[0]!.map((_, i) => i).sort((i, j) => columns[0]![i]! - columns[0]![j]! || i - j);
  return columns.map((column) => order.map((i) => column[i]!));
}
