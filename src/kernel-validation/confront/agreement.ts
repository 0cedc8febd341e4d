import type { BundleContents } from '../../bundle/tables/contents.js';
import { Interpreter, type Model } from '../../libml/index.js';
import { featureByName } from '../../policies/features.js';
import { roleOf } from '../../policies/neural/roles.js';
import type { TableData } from '../../sim/records/records.js';
import { pageOfModel, type NetworkPage, type RulePage } from '../page/index.js';

/*
 * Whether the kernel's policy did what the same policy does in TypeScript, call by call: each recorded call carries the raw
 * counters that the kernel read, so its output and its answer can be computed again. They must all agree.
 */

export interface Agreement {
  /** Recorded calls of a policy that is known. */
  readonly count: number;
  /** Of them, those with the same output, the same answer of the policy, and the result that the mode makes of it. */
  readonly agree: number;
  /** The first that do not agree. */
  readonly disagreements: readonly Disagreement[];
  /** Calls of a generation that nobody named, or that lack what their policy decides on; they are in no other number. */
  readonly unknown: number;
  /**
   * Counters of calls that `decisions` has too, compared with its columns. The two are read a moment apart, and the queue of the
   * destination is not locked, so that its counters may have moved on.
   */
  readonly counters: Readonly<Record<string, { readonly count: number; readonly agree: number }>>;
}

export interface Disagreement {
  readonly row: number;
  readonly ts: number;
  readonly pid: number;
  readonly what: 'logit' | 'policy' | 'result';
  readonly kernel: number;
  readonly computed: number;
}

/** Which policy a generation was; null where that is not known. */
export type PolicyOfGeneration = (generation: number) => NetworkPage | RulePage | null;

const SHADOW = 1;
const MOST_SHOWN = 20;
/** Where a bundle's zero of time is differs from the kernel's. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['ts']);

type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** Computes every recorded call of a bundle again. */
export function agreementOf({ instrument, tables }: Pick<BundleContents, 'instrument' | 'tables'>, policyOf: PolicyOfGeneration): Agreement {
  const table = instrument.policy;
  const empty = { count: 0, agree: 0, disagreements: [], unknown: 0, counters: {} };
  if (table === undefined) return empty;
  const c = table.columns as Columns;
  const decisionOf = decisionsOf(table, tables.decisions);
  const judges = new Map<number, Judge | null>();
  const judgeOf = (generation: number): Judge | null => {
    if (!judges.has(generation)) {
      const page = policyOf(generation);
      judges.set(generation, page === null ? null : judgeFor(page));
    }
    return judges.get(generation)!;
  };
  const disagreements: Disagreement[] = [];
  const counters = new Map<string, { count: number; agree: number }>();
  let [count, agree, unknown] = [0, 0, 0];
  for (let row = 0; row < table.rows; row++) {
    const judge = judgeOf(c['generation']![row]!);
    const decision = decisionOf[row]!;
    const says = judge === null ? null : judge.answer(c, row, tables.decisions.columns, decision);
    if (says === null) {
      unknown += 1;
      continue;
    }
    count += 1;
    const policy = says.policy ? 1 : 0;
    const checks = [
      ['logit', c['logit']![row]!, says.logit],
      ['policy', c['policy']![row]!, policy],
      ['result', c['result']![row]!, c['mode']![row] === SHADOW ? c['stock']![row]! : policy],
    ] as const;
    const wrong = checks.find(([, kernel, computed]) => kernel !== computed);
    if (wrong === undefined) agree += 1;
    else if (disagreements.length < MOST_SHOWN) {
      const [what, kernel, computed] = wrong;
      disagreements.push({ row, ts: c['ts']![row]!, pid: c['pid']![row]!, what, kernel, computed });
    }
    if (decision >= 0) judge!.compareCounters(c, row, tables.decisions.columns, decision, counters);
  }
  const names = [...counters.keys()].sort((a, b) => (a < b ? -1 : 1));
  return { count, agree, disagreements, unknown, counters: Object.fromEntries(names.map((name) => [name, counters.get(name)!])) };
}

/**
 * For each call of the policy the row of `decisions` that is the same call: the next one that the same CPU recorded of the same
 * task, if it is the CPU's next at all. −1 where there is none.
 */
function decisionsOf(table: TableData, decisions: TableData): Int32Array {
  const [mine, theirs] = [table.columns as Columns, decisions.columns as Columns];
  const found = new Int32Array(table.rows).fill(-1);
  /** By CPU: the last row of the policy that no decision has followed. */
  const open = new Map<number, number>();
  let row = 0;
  for (let decision = 0; decision < decisions.rows; decision++) {
    for (; row < table.rows && mine['seq']![row]! < theirs['seq']![decision]!; row++) open.set(mine['on']![row]!, row);
    const cpu = theirs['cpu']![decision]!;
    const mineOf = open.get(cpu);
    if (mineOf === undefined) continue;
    open.delete(cpu);
    if (mine['pid']![mineOf] === theirs['pid']![decision] && theirs['reason']![decision] === DECIDED) found[mineOf] = decision;
  }
  return found;
}

const DECIDED = 5;
/** In the column `by`. */
const BY_REST = 1;
const BY_FALL = 2;

/** Computes the answers of one policy. */
interface Judge {
  /** What it says of a call; null where the recording lacks what it takes. */
  answer(c: Columns, row: number, decisions: Columns, decision: number): { readonly logit: number; readonly policy: boolean } | null;
  compareCounters(c: Columns, row: number, decisions: Columns, decision: number, counters: Map<string, { count: number; agree: number }>): void;
}

function judgeFor(page: NetworkPage | RulePage): Judge {
  return page.kind === 'network' ? networkJudge(page) : ruleJudge(page);
}

function networkJudge({ program, task, guard }: NetworkPage): Judge {
  const interpreter = new Interpreter(program);
  const features = program.inputs.map(({ name }) => featureByName(name)!);
  const raw = new Float64Array(features.length);
  const role = roleOf(task);
  const rest = new Rest(guard?.refractoryNs ?? 0);
  return {
    answer(c, row) {
      if (c['n']![row] !== features.length || c['task']![row] !== task) return null;
      for (let i = 0; i < features.length; i++) raw[i] = c[`raw${i}`]![row]!;
      const logit = interpreter.logit(raw);
      // The stock test of a call of which hot and answer are known.
      const call = { hot: c['hot']![row]!, nrBalanceFailed: c['stock']![row]!, cacheNiceTries: 0 };
      const stock = c['stock']![row] === 1;
      // That a model has fallen behind hangs on calls before the recording began: the kernel's word is taken for it.
      if (c['by']![row] === BY_FALL) return { logit, policy: stock };
      const policy = role.decide(call, logit >= program.threshold);
      return { logit, policy: rest.answer(policy, stock, c, row) };
    },
    compareCounters(c, row, decisions, decision, counters) {
      features.forEach(({ name, column, ofColumn }, i) => {
        if (NOT_COMPARED.has(name)) return;
        const found = counters.get(name) ?? { count: 0, agree: 0 };
        found.count += 1;
        if (ofColumn(decisions[column]![decision]!) === c[`raw${i}`]![row]) found.agree += 1;
        counters.set(name, found);
      });
    },
  };
}

/** The rest after an early move, from each CPU apart. */
class Rest {
  /** By source CPU: when a task was last moved early from there, by the kernel's clock. */
  private readonly last = new Map<number, number>();

  constructor(private readonly ns: number) {}

  answer(policy: boolean, stock: boolean, c: Columns, row: number): boolean {
    const [src, clock] = [c['src_cpu']![row]!, c['clock']![row]!];
    const last = this.last.get(src);
    // What was moved before the recording began is known to the kernel alone.
    const rests = last === undefined ? c['by']![row] === BY_REST : clock - last < this.ns;
    if (rests) return stock;
    if (policy && !stock && this.ns > 0) this.last.set(src, clock);
    return policy;
  }
}

/** What early-migration decides on. `cold`: of the tasks that wait, −1 where nobody looked, null where it is not recorded. */
interface EarlyCounters {
  readonly failed: number;
  readonly tries: number;
  readonly ran: number;
  readonly cold: number | null;
}

/** From the event itself; of the first kernels, which had them not in it, from the row of `decisions` of the same call. */
function earlyCounters(c: Columns, row: number, decisions: Columns, decision: number): EarlyCounters | null {
  if (c['n']![row] === 4) {
    const [failed, tries, ran, cold] = [0, 1, 2, 3].map((i) => c[`raw${i}`]![row]!) as [number, number, number, number];
    return { failed, tries, ran, cold };
  }
  if (decision < 0) return null;
  const of = (name: string): number => decisions[name]![decision]!;
  return { failed: of('nr_balance_failed'), tries: of('cache_nice_tries'), ran: of('delta'), cold: null };
}

function ruleJudge({ rule, parameters }: RulePage): Judge {
  return {
    answer(c, row, decisions, decision) {
      if (c['task']![row] !== 0) return null;
      const [hot, stock] = [c['hot']![row] === 1, c['stock']![row] === 1];
      if (rule === 'early-migration') {
        const seen = earlyCounters(c, row, decisions, decision);
        if (seen === null || (seen.cold === null && parameters.lookahead > 0)) return null;
        const tried = seen.failed >= parameters.attempts;
        const foreseen = parameters.lookahead > 0 && seen.failed + parameters.lookahead > seen.tries && seen.cold === 0;
        return { logit: 0, policy: stock || (seen.ran >= parameters.minDeltaNs && (tried || foreseen)) };
      }
      return { logit: 0, policy: { stock, always: true, never: false, 'cold-only': !hot }[rule] };
    },
    compareCounters: () => undefined,
  };
}

/**
 * The agreement of a run whose one policy was a model: calls that are not of this model count as disagreements.
 *
 * @returns first: the first that differs, in words; null where none does
 */
export function agreementWithModel(
  contents: Pick<BundleContents, 'instrument' | 'tables'>,
  model: Model,
): { readonly count: number; readonly agree: number; readonly first: string | null } {
  const page = pageOfModel(model);
  const { count, agree, unknown, disagreements } = agreementOf(contents, () => page);
  const [first] = disagreements;
  const inWords = first === undefined ? null : `row ${first.row}, pid ${first.pid}: ${first.what} ${first.kernel}, computed ${first.computed}`;
  return { count: count + unknown, agree, first: inWords ?? (unknown === 0 ? null : `${unknown} calls of another policy`) };
}
