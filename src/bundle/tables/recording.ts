import type { BundleContents, Manifest } from './contents.js';
import { ALL_TABLES, MemorySink, type AnyTable, type RowSink } from './row-sink.js';
import { rowsOf } from './rows-of.js';

/** What was made of a recording beside its tables, which went to a sink. */
export interface Recording extends Omit<BundleContents, 'manifest' | 'tables' | 'instrument'> {
  readonly manifest: Omit<Manifest, 'rows'>;
}

/** Reads a recording with its tables in memory. */
export async function inMemory(read: (sink: RowSink) => Promise<Recording>): Promise<BundleContents> {
  const sink = new MemorySink();
  const recording = await read(sink);
  const { tables, instrument } = sink.finish();
  return { ...recording, manifest: withRows(recording.manifest, rowsOf(tables, instrument)), tables, instrument };
}

/** The manifest with its rows, which stand before the notes and what was dirty. */
export function withRows(manifest: Recording['manifest'], rows: Manifest['rows']): Manifest {
  const { formats, dirty, notes, ...rest } = manifest;
  return {
    ...rest, rows, ...(formats === undefined ? {} : { formats }), ...(dirty === undefined ? {} : { dirty }), notes,
  };
}

/** Rows by table, as a manifest has them: of the tables that need not be there, those that have some. */
export function rowsByName(counts: readonly number[], always: readonly AnyTable[]): Manifest['rows'] {
  const listed = ALL_TABLES.map((name, i) => [name, counts[i]!] as const);
  return Object.fromEntries(listed.filter(([name, count]) => count > 0 || always.includes(name))) as Manifest['rows'];
}
