import { basename } from 'node:path';
import { InputError } from '../../input/error.js';
import { BALANCE_COLUMNS, DECISION_COLUMNS, EVENT_COLUMNS, type TableData } from '../../sim/records/records.js';
import type { BundleContents, Manifest, TaskInfo } from '../tables/contents.js';
import { DirtyLog, type DirtyKind, type OnDirty } from '../dirty.js';
import type { StepOptions } from '../collect/files-in-step.js';
import { TableBuilder } from '../tables/table-builder.js';
import { readSource } from '../trace/source.js';
import { readColumnMap } from './column-map.js';
import { dialectOf, mapOf, type CsvDialect } from './dialects.js';
import { parseRecord } from './record.js';
import { CsvRecords, CUT, OVERLONG } from './records.js';
import { Rows } from './rows.js';
import type { ColumnMap } from './targets.js';

export interface CsvOptions extends StepOptions {
  /** Path of a column map, for tables that are neither the thesis' nor MLLB's. */
  readonly columns?: string;
  /** `fail` refuses the first row that would be dropped or sorted in; the others are alike: a table lacks nothing to put in. */
  readonly onDirty?: OnDirty;
}

/** What is dirty about a row that is dropped, where it is not the row itself that is malformed. */
const KINDS: ReadonlyMap<string, DirtyKind> = new Map([[OVERLONG, 'overlong'], [CUT, 'cut-line']]);
/** Rows that a table in memory may have, so that an index fits 32 bits. */
const ROWS_MAX = 2 ** 31;

/**
 * Tells a table of can_migrate_task() calls by its header.
 *
 * @param firstLines the beginning of the file's text, which may be cut anywhere after the header
 */
export function looksLikeDecisionsCsv(firstLines: string): CsvDialect | null {
  for (const line of firstLines.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const fields = parseRecord(line);
    return typeof fields === 'string' ? null : dialectOf(fields);
  }
  return null;
}

/**
 * Reads a table of can_migrate_task() calls: plain, gzip or zstd, streamed; memory grows with the rows that are kept. What
 * the file does not tell is −1 in the table. Rows with the wrong number of fields, without a number where one belongs, or
 * with one out of range are dropped and counted; how many, why, and the line of the first stands in the notes.
 *
 * @throws InputError where there is no header to go by, a column of the map is missing, no row is good, or something is dirty
 *   that must not be; and what the signal was aborted with
 */
export async function readDecisionsCsv(path: string, options: CsvOptions = {}): Promise<BundleContents> {
  const map = options.columns === undefined ? null : readColumnMap(options.columns);
  const reader = new Reader(path, map, new DirtyLog(options.onDirty ?? 'insert', path));
  const records = new CsvRecords(
    (fields, line) => reader.record(fields, line),
    (problem, line) => reader.drop(problem, line),
  );
  const { truncated, sha256 } = await readSource(path, (chunk) => records.push(chunk), (readBytes, totalBytes) => {
    options.signal?.throwIfAborted();
    options.onProgress?.(readBytes, totalBytes);
  });
  records.end(!truncated);
  return reader.finish(sha256, truncated);
}

class Reader {
  private readonly table = new TableBuilder(DECISION_COLUMNS);
  private readonly dropped = new Map<string, { count: number; readonly firstLine: number }>();
  private rows: Rows | null = null;
  private dialect: CsvDialect | null = null;

  constructor(
    private readonly path: string,
    private readonly map: ColumnMap | null,
    private readonly dirty: DirtyLog,
  ) {}

  record(fields: readonly string[], line: number): void {
    if (this.rows === null) {
      this.dialect = this.map === null ? dialectOf(fields) : null;
      if (this.map === null && this.dialect === null) {
        const expected = "a header with the thesis' columns or MLLB's, or a column map (--columns)";
        throw new InputError(this.path, `line ${line}`, expected, fields.join(','));
      }
      this.rows = new Rows(this.map ?? mapOf(this.dialect!, fields), fields, this.path, line);
      return;
    }
    const problem = this.rows.read(fields);
    if (problem !== '') {
      this.drop(problem, line);
      return;
    }
    const misfit = this.table.add(this.rows.values);
    if (misfit !== '') this.drop(`a value of ${misfit} out of range`, line);
    if (this.table.rows > ROWS_MAX) throw new InputError(this.path, `line ${line}`, `at most ${ROWS_MAX} rows`, 'more');
  }

  drop(problem: string, line: number): void {
    const entry = this.dropped.get(problem);
    if (entry === undefined) this.dropped.set(problem, { count: 1, firstLine: line });
    else entry.count += 1;
    this.dirty.add(KINDS.get(problem) ?? 'malformed', 'dropped', problem, { line });
  }

  /** @param truncated the packed file ends too early */
  finish(sha256: string, truncated: boolean): BundleContents {
    const { rows, dirty } = this;
    if (truncated) dirty.add('truncated', 'kept', 'a packed file that ends too early');
    if (rows === null) throw new InputError(this.path, '', 'a header and rows', 'neither');
    if (this.table.rows === 0) {
      const [problem, first] = [...this.dropped][0] ?? ['no rows', { firstLine: 2 }];
      throw new InputError(this.path, `line ${first.firstLine}`, 'at least one good row', problem);
    }
    const { table, disordered } = this.table.finish();
    dirty.add('clock-back', 'sorted', 'a row before the one above', {}, disordered);
    const ts = table.columns['ts'] as Float64Array;
    const seq = Uint32Array.from({ length: table.rows }, (_, row) => row);
    const start = rows.known.has('ts') ? ts[0]! : 0;
    for (let row = 0; row < table.rows; row += 1) ts[row]! -= start;
    const decisions: TableData = { rows: table.rows, columns: { ...table.columns, seq } };
    const empty = (columns: typeof DECISION_COLUMNS): TableData => new TableBuilder(columns).finish().table;
    const cost = constantOf(decisions, 'migration_cost');
    const manifest: Manifest = {
      schema: 2,
      source: 'kernel',
      release: 'unknown',
      hz: 0,
      preemption: 'unknown',
      topology: 'unknown',
      cpus: 1 + Math.max(0, mostOf(decisions, 'src_cpu'), mostOf(decisions, 'dst_cpu'), mostOf(decisions, 'cpu')),
      sysctl: rows.known.has('migration_cost') && cost !== null ? { migration_cost_ns: cost } : {},
      features: [],
      policy: { name: 'unknown', params: {}, hash: '' },
      workload: basename(this.path),
      seed: null,
      clockResolutionNs: 1,
      durationNs: ts[table.rows - 1]! < 0 ? 0 : ts[table.rows - 1]!,
      lostEvents: 0,
      inputs: { [basename(this.path)]: sha256 },
      ...(rows.base === null ? {} : { firstTimestampNs: String(rows.base + BigInt(start)) }),
      rows: { decisions: table.rows, balances: 0, events: 0 },
      dirty: dirty.finish(),
      notes: this.notes(rows, disordered, truncated),
    };
    const tables = { decisions, balances: empty(BALANCE_COLUMNS), events: empty(EVENT_COLUMNS) };
    return { manifest, tables, instrument: {}, tasks: tasksOf(decisions), masks: [], domains: [], counters: {} };
  }

  private notes(rows: Rows, disordered: number, truncated: boolean): string[] {
    const notes = [
      `a table of can_migrate_task() calls (${this.dialect ?? 'column map'}): no events and no load_balance()`,
      'release, HZ, topology and policy are not known',
    ];
    const unknown = DECISION_COLUMNS.map(({ name }) => name).filter((name) => name !== 'seq' && !rows.known.has(name));
    if (unknown.length > 0) notes.push(`not in the table, and −1 where nothing implies them: ${unknown.join(', ')}`);
    if (rows.ignored.length > 0) notes.push(`columns passed over: ${rows.ignored.join(', ').slice(0, 500)}`);
    if (!rows.known.has('hot')) notes.push('whether a task was hot is not told: a yes may have been a forced one');
    if (this.dialect === 'thesis') notes.push('dst_rq_load and src_rq_load are taken for load.weight, scaled down');
    if (disordered > 0) notes.push(`${disordered} rows came before the one above and were sorted in`);
    for (const [problem, { count, firstLine }] of this.dropped) {
      notes.push(`dropped ${count} rows, the first in line ${firstLine}: ${problem}`);
    }
    if (truncated) notes.push('the packed file ends too early: only what comes before that was read');
    return notes;
  }
}

/** A task for each pid, in the order in which they come up. */
function tasksOf({ rows, columns }: TableData): TaskInfo[] {
  const tasks = new Map<number, TaskInfo>();
  const pid = columns['pid']!;
  const prio = columns['prio']!;
  for (let row = 0; row < rows; row += 1) {
    const id = pid[row]!;
    if (id < 0 || tasks.has(id)) continue;
    tasks.set(id, { pid: id, comm: '', parent: -1, prio: prio[row]!, allowed: -1, group: -1, preexisting: true });
  }
  return [...tasks.values()];
}

function mostOf({ rows, columns }: TableData, name: string): number {
  const column = columns[name]!;
  let most = -1;
  for (let row = 0; row < rows; row += 1) if (column[row]! > most) most = column[row]!;
  return most;
}

/** The value that all rows have, or null where they differ. */
function constantOf({ rows, columns }: TableData, name: string): number | null {
  const column = columns[name]!;
  for (let row = 1; row < rows; row += 1) if (column[row] !== column[0]) return null;
  return column[0]!;
}
