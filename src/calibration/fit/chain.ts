import type { BundleContents } from '../../bundle/tables/contents.js';
import { EVENT_KINDS, type TableData } from '../../sim/records/records.js';

/** What a record is of: a kind of the events table, or the table that it stands in. */
export type RecordKind = (typeof EVENT_KINDS)[number] | 'decision' | 'balance' | InstrumentRecord;
type InstrumentRecord = 'select' | 'preempt' | 'tick' | 'place' | 'busiest' | 'kick';

/** One record of a bundle, whatever table it is in. The object is used again for the next one. */
export interface ChainRecord {
  kind: RecordKind;
  ts: number;
  /** The one that executed what the record is about, which may be another one's queue. */
  cpu: number;
  table: TableData;
  row: number;
}

const INSTRUMENTS = {
  wakeups: 'select', preempts: 'preempt', ticks: 'tick', places: 'place', busiest: 'busiest', kicks: 'kick',
} as const;

/** Calls `visit` for every record of a bundle in the order in which they were recorded. */
export function walkRecords({ tables, instrument }: BundleContents, visit: (record: ChainRecord) => void): void {
  const sources: { readonly table: TableData; readonly kind: RecordKind | null; at: number }[] = [
    { table: tables.events, kind: null, at: 0 },
    { table: tables.decisions, kind: 'decision', at: 0 },
    { table: tables.balances, kind: 'balance', at: 0 },
  ];
  for (const [name, kind] of Object.entries(INSTRUMENTS) as [keyof typeof INSTRUMENTS, RecordKind][]) {
    const table = instrument[name];
    if (table !== undefined) sources.push({ table, kind, at: 0 });
  }
  const record: ChainRecord = { kind: 'switch', ts: 0, cpu: 0, table: tables.events, row: 0 };
  for (;;) {
    let first: (typeof sources)[number] | null = null;
    for (const source of sources) {
      if (source.at < source.table.rows && (first === null || comesBefore(source, first))) first = source;
    }
    if (first === null) return;
    const { table } = first;
    record.row = first.at++;
    record.table = table;
    record.ts = table.columns['ts']![record.row]!;
    record.cpu = (table.columns['on'] ?? table.columns['cpu']!)[record.row]!;
    record.kind = first.kind ?? EVENT_KINDS[table.columns['kind']![record.row]!]!;
    visit(record);
  }
}

interface Source {
  readonly table: TableData;
  readonly at: number;
}

/** Whether the next record of `a` was recorded before that of `b`. */
function comesBefore(a: Source, b: Source): boolean {
  const before = at(a, 'ts') - at(b, 'ts');
  return before < 0 || (before === 0 && at(a, 'seq') < at(b, 'seq'));
}

/** A column of the next record of a source; a table without it keeps the order of the sources. */
function at({ table, at: row }: Source, column: string): number {
  return table.columns[column]?.[row] ?? 0;
}
