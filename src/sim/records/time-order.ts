import type { TableData } from './records.js';

/**
 * Puts the rows of a run's tables into the order of their time stamps, and numbers them anew over all tables. A CPU's own
 * reports are in order as they come; those of several CPUs are not quite, since what a CPU reports bears the time of the
 * kernel work before it, while events are dispatched by when they begin. Rows of the same time keep their order.
 *
 * @param tables each with the columns `ts` and `seq`, the latter rising
 */
export function inTimeOrder<Name extends string>(tables: Readonly<Record<Name, TableData>>): Record<Name, TableData> {
  const names = Object.keys(tables) as Name[];
  const orders = names.map((name) => orderOf(tables[name]));
  const out = {} as Record<Name, TableData>;
  const seqs: Float64Array[] = [];
  for (const [i, name] of names.entries()) {
    const { rows, columns } = tables[name];
    const order = orders[i]!;
    const sorted: Record<string, Float64Array> = {};
    for (const [column, values] of Object.entries(columns)) {
      const to = new Float64Array(rows);
      for (let row = 0; row < rows; row++) to[row] = values[order[row]!]!;
      sorted[column] = to;
    }
    out[name] = { rows, columns: sorted };
    seqs.push(sorted['seq']!);
  }
  number(names.map((name) => out[name].columns['ts']!), seqs);
  return out;
}

function orderOf({ rows, columns }: TableData): Uint32Array {
  const ts = columns['ts']!;
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[row] = row;
  return order.sort((a, b) => ts[a]! - ts[b]! || a - b);
}

/** Merges the tables, each in order of (ts, seq), and writes each row's place into its seq. */
function number(times: ReadonlyArray<ArrayLike<number>>, seqs: readonly Float64Array[]): void {
  const at = times.map(() => 0);
  for (let place = 0; ; place++) {
    let first = -1;
    for (let i = 0; i < times.length; i++) {
      if (at[i]! >= times[i]!.length) continue;
      if (first < 0 || before(times[i]!, seqs[i]!, at[i]!, times[first]!, seqs[first]!, at[first]!)) first = i;
    }
    if (first < 0) return;
    seqs[first]![at[first]!++] = place;
  }
}

function before(
  ts: ArrayLike<number>, seq: ArrayLike<number>, row: number,
  otherTs: ArrayLike<number>, otherSeq: ArrayLike<number>, other: number,
): boolean {
  return ts[row]! < otherTs[other]! || (ts[row] === otherTs[other] && seq[row]! < otherSeq[other]!);
}
