import type { BundleContents } from '../../../bundle/tables/contents.js';
import { walkOf } from '../../../experiment/series.js';
import type { MigrationCause } from '../../../experiment/walk-events.js';
import { MOVE_CAUSES, MOVE_FORCE } from '../format/run.js';
import type { Window } from './window.js';

/** Migrations within a window in order of time; the columns are those of the format, but pids for tasks. */
export interface Moves {
  readonly ts: number[];
  readonly pid: number[];
  readonly from: number[];
  readonly to: number[];
  readonly cause: number[];
  readonly force: number[];
  readonly decision: number[];
}

const CAUSES: Readonly<Record<MigrationCause, (typeof MOVE_CAUSES)[number]>> = {
  wakeup: 'wake-up',
  balance: 'balance',
  active: 'active balance',
  fork: 'fork',
  exec: 'execve()',
};
const FORCED = 2;

/**
 * The migrations of a window: why each came, and the decision that allowed it. A migration by balancing belongs to the last
 * decision before it that said yes to the same task between the same CPUs.
 *
 * @param decisions first row of the decisions in the window, and the row after the last
 * @param stock the stock kernel's answer to each of them
 */
export function movesWithin(
  contents: BundleContents, window: Window, decisions: readonly [number, number], stock: ArrayLike<number>,
): Moves {
  const { events } = contents.tables;
  type Name = 'ts' | 'cpu' | 'kind' | 'pid' | 'a' | 'b' | 'seq';
  const { ts, cpu, pid, a, b, seq } = events.columns as Record<Name, ArrayLike<number>>;
  const moves: Moves = { ts: [], pid: [], from: [], to: [], cause: [], force: [], decision: [] };
  const rows = walkOf(contents)?.migrationRows;
  if (rows === undefined) return moves;
  const all = (Object.keys(CAUSES) as MigrationCause[])
    .flatMap((cause) => rows[cause].map((row) => ({ row, cause })))
    .sort((one, other) => one.row - other.row);
  const allowing = new Allowing(contents, decisions);
  for (const { row, cause } of all) {
    if (ts[row]! < window.startNs || ts[row]! > window.endNs) continue;
    // A fork's row is the child's first wake-up, on its parent's CPU to the one that it starts on.
    const [from, to] = cause === 'fork' ? [cpu[row]!, a[row]!] : [a[row]!, b[row]!];
    const decision = cause === 'balance' ? allowing.take(seq[row]!, pid[row]!, from, to) : -1;
    moves.ts.push(ts[row]!);
    moves.pid.push(pid[row]!);
    moves.from.push(from);
    moves.to.push(to);
    moves.cause.push(MOVE_CAUSES.indexOf(CAUSES[cause]));
    moves.force.push(decision >= 0 && allowing.result(decision) === FORCED ? forceOf(stock[decision]!) : MOVE_FORCE.none);
    moves.decision.push(decision);
  }
  return moves;
}

/** Whose doing it was that a hot task was moved. */
function forceOf(stockAnswer: number): number {
  return stockAnswer === 0 ? MOVE_FORCE.policy : MOVE_FORCE.stock;
}

/** The decisions that said yes, as they come along. */
class Allowing {
  private readonly last = new Map<number, number>();
  private row: number;
  private readonly columns: Readonly<Record<'pid' | 'src_cpu' | 'dst_cpu' | 'result' | 'seq', ArrayLike<number>>>;

  constructor(contents: BundleContents, private readonly rows: readonly [number, number]) {
    this.columns = contents.tables.decisions.columns as typeof this.columns;
    this.row = rows[0];
  }

  /** The row within the window of the decision for that move, −1 where there is none. */
  take(before: number, pid: number, from: number, to: number): number {
    const { pid: pids, src_cpu: src, dst_cpu: dst, result, seq } = this.columns;
    for (; this.row < this.rows[1] && seq[this.row]! < before; this.row += 1) {
      if (result[this.row]! > 0) this.last.set(pids[this.row]!, this.row);
    }
    const row = this.last.get(pid);
    if (row === undefined || src[row] !== from || dst[row] !== to) return -1;
    this.last.delete(pid);
    return row - this.rows[0];
  }

  result(rowInWindow: number): number {
    return this.columns.result[this.rows[0] + rowInWindow]!;
  }
}
