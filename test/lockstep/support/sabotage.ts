import type { BundleContents } from '../../../src/bundle/tables/contents.js';
import type { LockstepReport } from '../../../src/lockstep/lockstep.js';
import { DECISIONS, type DecisionName } from '../../../src/lockstep/agreement/tally.js';
import type { InstrumentName, TableData, TableName } from '../../../src/sim/records/records.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;

export interface Sabotage {
  readonly table: TableName | InstrumentName;
  readonly column: string;
  /** Of the rows that qualify, one in so many is changed. */
  readonly every: number;
  readonly of?: (row: number, columns: Columns) => boolean;
  readonly to: (value: number, row: number, columns: Columns) => number;
}

/** The recording with some values of a column changed, and how many were. */
export function sabotaged(contents: BundleContents, { table, column, every, of, to }: Sabotage): [BundleContents, number] {
  const tables: Readonly<Record<string, TableData | undefined>> = { ...contents.tables, ...contents.instrument };
  const old = tables[table]!;
  let [changed, seen] = [0, 0];
  const values = Array.from({ length: old.rows }, (_, row) => {
    const value = old.columns[column]![row]!;
    if (of !== undefined && !of(row, old.columns)) return value;
    if (seen++ % every !== every >> 1) return value;
    const next = to(value, row, old.columns);
    if (next !== value) changed++;
    return next;
  });
  const replaced = { [table]: { ...old, columns: { ...old.columns, [column]: values } } };
  return table in contents.tables
    ? [{ ...contents, tables: { ...contents.tables, ...replaced } }, changed]
    : [{ ...contents, instrument: { ...contents.instrument, ...replaced } }, changed];
}

/** Rows on which the two differ, by decision. */
export function differing({ decisions }: LockstepReport): Record<DecisionName, number> {
  return Object.fromEntries(DECISIONS.map((name) => [name, decisions[name].decidable - decisions[name].agree])) as
    Record<DecisionName, number>;
}
