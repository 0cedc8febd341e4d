/**
 * When newly-idle balances began to count their cost. The record shows the cost and is made at the end; but after the last
 * domain the kernel takes the lock of its own queue back, and while another CPU holds that, the end moves away from what was
 * counted. Then the first record of the balance itself tells.
 */
import type { BundleContents } from '../../bundle/tables/contents.js';
import { CPU_NEWLY_IDLE } from '../../sim/kernel/constants.js';
import { before } from './runtimes.js';

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** With fewer first records what is usual is not known. */
const MIN_RECORDS = 15;
/** A first record that comes sooner than is usual by more than this was not made that soon, ns. */
const SOONER_NS = 250;
/** Of the first records of a level, the share of those that come sooner than what is taken for the least that is usual. */
const LEAST = 0.1;

/** The first record of a newly-idle balance: its time, and the domain's level; −1 where it is its end. */
interface First {
  readonly ts: number;
  readonly level: number;
}

/** For each row of the newly-idle balances, ns since the first event. */
export function newidleSince({ tables, instrument }: BundleContents): Float64Array {
  const newidles = instrument.newidles;
  if (newidles === undefined) return new Float64Array(0);
  const n = newidles.columns as Columns;
  const since = Float64Array.from({ length: newidles.rows }, (_, row) => n['ts']![row]! - n['cost']![row]!);
  const firsts = firstsOf(tables.balances, instrument.busiest, n, newidles.rows);
  const took = new Map<number, number[]>();
  firsts.forEach((first, row) => {
    if (first === null) return;
    const list = took.get(first.level);
    if (list === undefined) took.set(first.level, [first.ts - since[row]!]);
    else list.push(first.ts - since[row]!);
  });
  for (const list of took.values()) list.sort((a, b) => a - b);
  firsts.forEach((first, row) => {
    const usual = first === null ? [] : took.get(first.level)!;
    if (first === null || usual.length < MIN_RECORDS) return;
    const least = usual[Math.floor(usual.length * LEAST)]! - SOONER_NS;
    if (first.ts - since[row]! < least) since[row] = first.ts - usual[usual.length >> 1]!;
  });
  return since;
}

type Rows = { readonly columns: Readonly<Record<string, ArrayLike<number>>>; readonly rows: number } | undefined;

/** What each newly-idle balance found, where that is its first record: the end of one comes sooner or later by what it did. */
function firstsOf(balances: Rows, busiest: Rows, n: Columns, newidles: number): (First | null)[] {
  const open = new Map<number, First>();
  const next = [0, 0];
  return Array.from({ length: newidles }, (_, row) => {
    [balances, busiest].forEach((table, of) => {
      if (table === undefined) return;
      const c = table.columns;
      for (; next[of]! < table.rows && before(c, next[of]!, n, row); next[of]!++) {
        const [i, cpu] = [next[of]!, c['cpu']![next[of]!]!];
        if (c['idle']![i] !== CPU_NEWLY_IDLE || (open.get(cpu)?.ts ?? Infinity) < c['ts']![i]!) continue;
        open.set(cpu, { ts: c['ts']![i]!, level: of === 0 ? -1 : c['level']![i]! });
      }
    });
    const cpu = n['cpu']![row]!;
    const first = n['gate']![row] === 0 ? (open.get(cpu) ?? null) : null;
    open.delete(cpu);
    return first === null || first.level < 0 ? null : first;
  });
}
