import { InputError } from '../../input/error.js';
import { REASON_DECIDED } from '../../sim/kernel/constants.js';
import { EVENT_KINDS } from '../../sim/records/records.js';
import { historiesOf, type CallColumns, type Lives } from './histories.js';
import type { DatasetOptions } from './options.js';
import type { Source } from './sources.js';

/** What a row is, before any of its inputs is read: one entry for each call of a recording, in order of time. */
export interface LabelledCalls {
  readonly rows: number;
  readonly ts: Float64Array;
  readonly label: Uint8Array;
  /** The series that the call belongs to, as in histories.ts. */
  readonly series: Int32Array;
  /** 1: the row is a candidate; 0: it is left out, and counted in `left`. */
  readonly kept: Uint8Array;
  readonly left: LeftOut;
}

/** Rows left out, by reason; a row counts for the first of them. */
export interface LeftOut {
  /** Refused before the hot test: no policy is asked. */
  refused: number;
  /** The recording does not tell the answer. */
  unlabelled: number;
  censored: number;
}

/**
 * Reads the calls of a recording and labels them.
 *
 * @throws InputError where the recording lacks what the task needs
 */
export async function labelCalls(source: Source, options: DatasetOptions): Promise<LabelledCalls> {
  const { calls, decided } = await readCalls(source);
  const { task } = options;
  if (task === 2) checkHistories(calls, source);
  const histories = historiesOf(calls, await readLives(source, calls), options.series, task === 2 ? options.windowNs : null);
  const label = new Uint8Array(calls.rows);
  const kept = new Uint8Array(calls.rows);
  const left: LeftOut = { refused: 0, unlabelled: 0, censored: 0 };
  for (let row = 0; row < calls.rows; row += 1) {
    const result = calls.result[row]!;
    label[row] = task === 2 ? histories.positive[row]! : result >= (task === 1 ? 1 : 2) ? 1 : 0;
    if (options.rows === 'decided' && decided[row] === 0) left.refused += 1;
    else if (result < 0) left.unlabelled += 1;
    else if (task === 2 && options.censored === 'drop' && histories.censored[row] === 1) left.censored += 1;
    else kept[row] = 1;
  }
  return { rows: calls.rows, ts: calls.ts, label, series: histories.series, kept, left };
}

interface Calls extends CallColumns {
  readonly ts: Float64Array;
}

async function readCalls(source: Source): Promise<{ readonly calls: Calls; readonly decided: Uint8Array }> {
  const rows = source.manifest.rows.decisions;
  const calls = {
    rows,
    ts: new Float64Array(rows),
    pid: new Int32Array(rows),
    src: new Int16Array(rows),
    dst: new Int16Array(rows),
    migrations: new Int32Array(rows),
    result: new Int8Array(rows),
    sumExec: new Float64Array(rows),
    execStart: new Float64Array(rows),
  };
  const decided = new Uint8Array(rows);
  const into = [
    calls.ts, calls.pid, calls.src, calls.dst, calls.migrations, calls.result, calls.sumExec, calls.execStart,
  ];
  const names = ['ts', 'pid', 'src_cpu', 'dst_cpu', 'nr_migrations', 'result', 'sum_exec', 'exec_start', 'reason'];
  let at = 0;
  await source.stream('decisions', names, (values, count) => {
    into.forEach((array, i) => array.set(values[i]!, at));
    const reason = values[into.length]!;
    for (let row = 0; row < count; row += 1) decided[at + row] = reason[row] === REASON_DECIDED ? 1 : 0;
    at += count;
  });
  for (let row = 1; row < rows; row += 1) {
    if (calls.ts[row]! >= calls.ts[row - 1]!) continue;
    throw new InputError(source.path, `decisions, row ${row}`, 'rows in order of time', `${calls.ts[row]} after ${calls.ts[row - 1]}`);
  }
  return { calls, decided };
}

/** Task 2 needs to know who was asked about, and how often it had moved. */
function checkHistories({ rows, pid, migrations, src, dst }: CallColumns, { path }: Source): void {
  for (const [name, column] of Object.entries({ pid, nr_migrations: migrations, src_cpu: src, dst_cpu: dst })) {
    for (let row = 0; row < rows; row += 1) {
      if (column[row]! >= 0) continue;
      throw new InputError(path, `decisions, row ${row}`, `${name}, which the histories of task 2 need`, String(column[row]));
    }
  }
}

const MIGRATE = EVENT_KINDS.indexOf('migrate');
const EXIT = EVENT_KINDS.indexOf('exit');

async function readLives(source: Source, calls: Calls): Promise<Lives> {
  const exits = new Map<number, number[]>();
  const lastMove = new Map<number, number>();
  await source.stream('events', ['ts', 'kind', 'pid'], ([ts, kind, pid], count) => {
    for (let row = 0; row < count; row += 1) {
      const what = kind![row]!;
      if (what !== MIGRATE && what !== EXIT) continue;
      const who = pid![row]!;
      lastMove.set(who, ts![row]!);
      if (what !== EXIT) continue;
      const known = exits.get(who);
      if (known === undefined) exits.set(who, [ts![row]!]);
      else known.push(ts![row]!);
    }
  });
  return { exits, lastMove, endNs: Math.max(source.manifest.durationNs, calls.ts[calls.rows - 1] ?? 0) };
}
