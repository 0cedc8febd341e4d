import type { PackedRun } from '../format/pack.js';
import type { ColumnName, RunHeader } from '../format/run.js';
import { byLane, type LaneRows } from './lane-rows.js';
import { stretchesOf, type Stretches } from './stretches.js';

/** A run as it is drawn. */
export interface RunData {
  readonly header: RunHeader;
  readonly packed: PackedRun;
  readonly length: number;
  readonly slices: Stretches;
  readonly waits: Stretches;
  readonly decisions: {
    readonly rows: number;
    readonly ts: Float64Array;
    /** The CPU that would get the task: its lane has the mark. */
    readonly lane: Float64Array;
    readonly result: Float64Array;
    readonly stock: Float64Array;
    readonly byLane: LaneRows;
  };
  readonly balances: {
    readonly ts: Float64Array;
    /** The CPU that balances. */
    readonly lane: Float64Array;
    readonly stage: Float64Array;
    readonly moved: Float64Array;
    readonly failed: Float64Array;
    readonly byLane: LaneRows;
    /** By place in `byLane`: the largest nr_balance_failed of the CPU's domains after that balance. */
    readonly failedMost: Float64Array;
  };
  readonly moves: {
    readonly rows: number;
    readonly ts: Float64Array;
    readonly task: Float64Array;
    readonly from: Float64Array;
    readonly to: Float64Array;
    readonly cause: Float64Array;
    readonly force: Float64Array;
    readonly decision: Float64Array;
  };
  /** Names of tasks by pid. */
  readonly names: ReadonlyMap<number, string>;
}

export function runData(packed: PackedRun): RunData {
  const { header } = packed;
  const column = (name: ColumnName): Float64Array => packed.column(name);
  const ts = column('decision.ts');
  const balances = byLane(column('balance.cpu'), header.cpus);
  return {
    header,
    packed,
    length: header.endNs - header.startNs,
    ...stretchesOf(packed),
    decisions: {
      rows: ts.length,
      ts,
      lane: column('decision.dst_cpu'),
      result: column('decision.result'),
      stock: column('decision.stock'),
      byLane: byLane(column('decision.dst_cpu'), header.cpus),
    },
    balances: {
      ts: column('balance.ts'),
      lane: column('balance.cpu'),
      stage: column('balance.stage'),
      moved: column('balance.moved'),
      failed: column('balance.nr_balance_failed'),
      byLane: balances,
      failedMost: failedMost(balances, column('balance.level'), column('balance.nr_balance_failed')),
    },
    moves: {
      rows: column('moves.ts').length,
      ts: column('moves.ts'),
      task: column('moves.task'),
      from: column('moves.from'),
      to: column('moves.to'),
      cause: column('moves.cause'),
      force: column('moves.force'),
      decision: column('moves.decision'),
    },
    names: new Map(header.tasks.map(({ pid, comm }) => [pid, comm])),
  };
}

function failedMost({ first, rows }: LaneRows, level: Float64Array, failed: Float64Array): Float64Array {
  const most = new Float64Array(rows.length);
  for (let lane = 0; lane + 1 < first.length; lane += 1) {
    const byLevel: number[] = [];
    for (let at = first[lane]!; at < first[lane + 1]!; at += 1) {
      byLevel[Math.max(0, level[rows[at]!]!)] = failed[rows[at]!]!;
      most[at] = byLevel.reduce((largest, value) => Math.max(largest, value), 0);
    }
  }
  return most;
}

/** `comm` and pid, as a reader knows a task. */
export function taskName({ header }: RunData, index: number): string {
  const task = header.tasks[index];
  return task === undefined ? '?' : nameOf(task.comm, task.pid);
}

export function nameOf(comm: string, pid: number): string {
  return comm === '' ? `pid ${pid}` : `${comm} ${pid}`;
}
