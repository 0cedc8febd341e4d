import type { BundleContents } from '../../../bundle/tables/contents.js';
import { stockJudge } from '../../../bundle/replay-l1.js';
import { BALANCE_COLUMNS, DECISION_COLUMNS, type TableData } from '../../../sim/records/records.js';
import { packRun, type ColumnData } from '../format/pack.js';
import type { FieldDoc, PartingPlace, RunHeader } from '../format/run.js';
import { movesWithin } from './moves.js';
import type { PartingRow } from './parting.js';
import { walkQueues, type Stretches } from './queue-walk.js';
import { stretchColumns } from './stretch-columns.js';
import { fittingWindow, MOST_STRETCHES, rowsWithin, type Window } from './window.js';

/** A run as it is put on a page. */
export interface TimelineRun {
  readonly label: string;
  readonly header: RunHeader;
  /** Not compressed yet. */
  readonly packed: Uint8Array;
  readonly counts: {
    readonly slices: number;
    readonly waits: number;
    readonly decisions: number;
    readonly balances: number;
    readonly migrations: number;
    /** Moves of tasks although hot: as the stock kernel would have, and by the policy alone. */
    readonly forced: number;
    readonly forcedByPolicy: number;
    /** Decisions that the stock kernel would have answered otherwise. */
    readonly otherThanStock: number;
  };
}

export interface TimelineRequest {
  readonly label: string;
  /** Absent ends are those of the run. */
  readonly window: Partial<Window>;
  /** Where it parts from the first run of the page. */
  readonly parting: (PartingRow & { readonly first: BundleContents }) | null;
}

/** Columns of the tables that say nothing to a reader: `seq` is an order, `ts` is kept anew. */
const LEFT_OUT = new Set(['seq', 'ts']);
const MOST_EXACT = 2 ** 52 - 1;
/** Columns that follow each other closely. */
const CLOSE = new Set(['clock_task', 'exec_start', 'min_vruntime', 'vruntime']);

/**
 * Makes of a bundle what a timeline shows. Where the window has more than a page should hold it ends earlier, which the
 * header says.
 */
export function timelineRun(contents: BundleContents, request: TimelineRequest): TimelineRun {
  const { manifest, tables } = contents;
  const fitting = fittingWindow(contents, request.window);
  const queues = walkQueues(tables.events, manifest.cpus, fitting.startNs, fitting.endNs, MOST_STRETCHES);
  const window: Window = { startNs: fitting.startNs, endNs: queues.endNs };
  const decisions = rowsWithin(tables.decisions, window);
  const stock = stockAnswers(contents, decisions);
  const moves = movesWithin(contents, window, decisions, stock);
  const places = new Map(queues.pids.map((pid, i) => [pid, i]));
  const placeOf = (pid: number): number => {
    if (!places.has(pid)) places.set(pid, places.size);
    return places.get(pid)!;
  };
  const sinceStart = (ts: readonly number[]): number[] => ts.map((at) => at - window.startNs);
  const columns: ColumnData[] = [
    ...stretchColumns(queues, window),
    column('moves.ts', sinceStart(moves.ts), true),
    column('moves.task', moves.pid.map(placeOf)),
    column('moves.from', moves.from),
    column('moves.to', moves.to),
    column('moves.cause', moves.cause),
    column('moves.force', moves.force),
    column('moves.decision', moves.decision),
    ...tableColumns('decision', tables.decisions, DECISION_COLUMNS, decisions, window),
    column('decision.stock', stock),
    ...tableColumns('balance', tables.balances, BALANCE_COLUMNS, rowsWithin(tables.balances, window), window),
  ];
  // Whoever is only asked about has a name too.
  for (let row = decisions[0]; row < decisions[1]; row += 1) placeOf(tables.decisions.columns['pid']![row]!);
  const header = headerOf(contents, request, window, [...places.keys()]);
  const result = tables.decisions.columns['result']!;
  return {
    label: request.label,
    header,
    packed: packRun(header, columns),
    counts: {
      slices: countOf(queues.slices),
      waits: countOf(queues.waits),
      decisions: decisions[1] - decisions[0],
      balances: columns.find(({ name }) => name === 'balance.ts')!.values.length,
      migrations: moves.ts.length,
      forced: moves.force.filter((force) => force === 1).length,
      forcedByPolicy: moves.force.filter((force) => force === 2).length,
      otherThanStock: stock.filter((answer, i) => answer >= 0 && answer > 0 !== result[decisions[0] + i]! > 0).length,
    },
  };
}

function stockAnswers(contents: BundleContents, [first, last]: readonly [number, number]): number[] {
  const judge = stockJudge(contents);
  return Array.from({ length: last - first }, (_, i) => judge(first + i)?.result ?? -1);
}

function tableColumns(
  prefix: 'decision' | 'balance', table: TableData, specs: ReadonlyArray<{ readonly name: string }>,
  [first, last]: readonly [number, number], window: Window,
): ColumnData[] {
  const within = (name: string): number[] => Array.from({ length: last - first }, (_, i) => exact(table.columns[name]![first + i]!));
  return [
    column(`${prefix}.ts`, within('ts').map((at) => at - window.startNs), true),
    ...specs.filter(({ name }) => !LEFT_OUT.has(name)).map(({ name }) => column(`${prefix}.${name}`, within(name), CLOSE.has(name))),
  ];
}

/** A recording of a kernel may hold 64-bit values of no meaning; their differences must be exact. */
function exact(value: number): number {
  return Math.max(-MOST_EXACT, Math.min(value, MOST_EXACT));
}

function column(name: ColumnData['name'], values: readonly number[], delta = false): ColumnData {
  return { name, values, delta };
}

function headerOf(
  contents: BundleContents, { label, parting }: TimelineRequest, window: Window, pids: readonly number[],
): RunHeader {
  const { manifest, tasks, domains } = contents;
  const { startNs, endNs } = window;
  const names = new Map(tasks.map(({ pid, comm }) => [pid, comm]));
  return {
    label,
    source: manifest.source,
    workload: manifest.workload,
    seed: manifest.seed,
    machine: manifest.topology,
    cpus: manifest.cpus,
    startNs,
    endNs,
    durationNs: manifest.durationNs,
    migrationCostNs: manifest.sysctl['migration_cost_ns'] ?? null,
    tasks: pids.map((pid) => ({ pid, comm: names.get(pid) ?? (pid === -2 ? 'stopper' : '') })),
    levels: Object.fromEntries(domains.map(({ level, name }) => [String(level), name])),
    fields: fields(),
    parts: parting === null ? null : {
      kind: parting.kind,
      first: placeOfRow(parting.first, parting.row, window),
      own: placeOfRow(contents, parting.row, window),
    },
  };
}

function fields(): FieldDoc[] {
  let side = '';
  return DECISION_COLUMNS.filter(({ name }) => !LEFT_OUT.has(name)).map(({ name, doc }) => {
    // Columns without a word of their own mean what the one before them does.
    if (doc !== '') side = doc;
    return { name, doc: side };
  });
}

function placeOfRow({ tables }: BundleContents, row: number, window: Window): PartingPlace {
  const [first, last] = rowsWithin(tables.decisions, window);
  return { row: row >= first && row < last ? row - first : -1, ts: tables.decisions.columns['ts']![row]! };
}

function countOf(lanes: readonly Stretches[]): number {
  return lanes.reduce((sum, { start }) => sum + start.length, 0);
}
