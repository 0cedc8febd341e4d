import type { SqlColumn, SqlValue } from '../../../bundle/tables/sql-table.js';
import { METRIC_NAMES } from '../../../sim/records/metrics.js';
import type { Axis } from '../axes/axes.js';
import type { Cell } from '../cells.js';
import { runKey } from '../identity/run-key.js';
import type { SweepPlan } from '../plan.js';

/** The table of a sweep's runs, `runs.parquet`: columns, and rows in order of scenario, candidate, context, duration and seed. */
export interface RunTable {
  readonly columns: readonly SqlColumn[];
  readonly rows: ReadonlyArray<readonly SqlValue[]>;
}

const FIRST: readonly SqlColumn[] = [
  { name: 'run', type: 'text' },
  { name: 'scenario', type: 'text' },
  { name: 'context', type: 'text' },
  { name: 'candidate', type: 'int64' },
  { name: 'policy', type: 'text' },
  { name: 'difference', type: 'text' },
  { name: 'patch', type: 'text' },
  { name: 'duration_ns', type: 'int64' },
  { name: 'seed', type: 'int64' },
  { name: 'stream_hash', type: 'text' },
  { name: 'finished', type: 'boolean' },
  { name: 'events', type: 'int64' },
  { name: 'simulated_ns', type: 'int64' },
];

export function runTable({ bench, choices, conditions }: SweepPlan, cells: readonly Cell[]): RunTable {
  const axes = [...choices, ...conditions];
  const columns: SqlColumn[] = [
    ...FIRST,
    ...axes.map((axis): SqlColumn => ({ name: axis.knob, type: typeof axis.at(0) === 'number' ? 'double' : 'text' })),
    ...METRIC_NAMES.map((name): SqlColumn => ({ name, type: 'double' })),
  ];
  const order = [...cells].sort((a, b) => a.context.base - b.context.base || a.candidate.id - b.candidate.id || a.context.id - b.context.id || a.share - b.share);
  return { columns, rows: order.flatMap((cell) => cellRows(cell, bench.scenarios[cell.context.base]!.name, choices)) };
}

function cellRows(cell: Cell, scenario: string, choices: readonly Axis[]): SqlValue[][] {
  const { candidate, context, variant, runs } = cell;
  const isBaseline = candidate.id === 0;
  const chosen: SqlValue[] = choices.map((_, i) => (isBaseline ? null : candidate.values[i]!));
  const about: SqlValue[] = [
    scenario, context.label, candidate.id, variant.policyText, isBaseline ? 'the baseline' : variant.difference, JSON.stringify(variant.patches), variant.scenario.durationNs,
  ];
  return [...runs.values()]
    .sort((a, b) => a.seed - b.seed)
    .map((run) => [
      runKey(cell.key, run.seed), ...about, run.seed, run.streamHash, run.finished, run.events, run.simulatedNs,
      ...chosen, ...context.values, ...METRIC_NAMES.map((name) => run.metrics[name]),
    ]);
}
