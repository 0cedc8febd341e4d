import { soft_answer, task_is_hot } from '../sim/kernel/balance/hot-rule.js';
import { REASON_ACTIVE_BALANCE, REASON_DECIDED, SCHED_IDLE } from '../sim/kernel/constants.js';
import type { BundleContents } from './tables/contents.js';

/** A row of decisions whose recorded answer is not what stock CFS answers on the recorded inputs. */
export interface Disagreement {
  readonly row: number;
  readonly ts: number;
  readonly pid: number;
  readonly recorded: { readonly hot: number; readonly result: number };
  readonly computed: { readonly hot: number; readonly result: number };
}

export interface L1Report {
  /** Rows of decisions. */
  readonly rows: number;
  /** Rows that hold all that the answer depends on. */
  readonly decidable: number;
  /** Decidable rows on which both `hot` and `result` agree. */
  readonly agree: number;
  /** The first hundred of the others. */
  readonly disagreements: readonly Disagreement[];
}

const MAX_DISAGREEMENTS = 100;
/** `hot` of a decision where the kernel did not come to the test. */
const NOT_EVALUATED = -2;
/** What a column holds where the source of the bundle does not know it. */
const UNKNOWN = -1;

/**
 * L1, the first rung that compares with a kernel: the recorded inputs of every can_migrate_task() call in, stock CFS's
 * answer out, compared with the recorded one. On a capture of a stock kernel it must be 100 %.
 *
 * The refusals before the hot test follow from the recorded reason. A hot test takes delta as clock_task − exec_start. A
 * migration cost of −1 in the table means what it means to the kernel, that all tasks are hot, unless the manifest gives
 * the sysctl another value, or tells no sysctl at all: then the cost is not known.
 */
export function replayL1(contents: BundleContents): L1Report {
  const { rows, columns } = contents.tables.decisions;
  const column = (name: string): ArrayLike<number> => columns[name]!;
  const hot = column('hot');
  const result = column('result');
  const stockAnswer = stockJudge(contents);
  const disagreements: Disagreement[] = [];
  let decidable = 0;
  let agree = 0;
  for (let row = 0; row < rows; row += 1) {
    const computed = result[row] === UNKNOWN ? null : stockAnswer(row);
    if (computed === null) continue;
    decidable += 1;
    // Where the source does not tell hot from cold, its yes may be a forced one.
    const told = hot[row] !== UNKNOWN;
    const same = told ? computed.hot === hot[row] && computed.result === result[row] : computed.result > 0 === result[row]! > 0;
    if (same) {
      agree += 1;
    } else if (disagreements.length < MAX_DISAGREEMENTS) {
      disagreements.push({
        row,
        ts: column('ts')[row]!,
        pid: column('pid')[row]!,
        recorded: { hot: hot[row]!, result: result[row]! },
        computed,
      });
    }
  }
  return { rows, decidable, agree, disagreements };
}

/** What stock CFS finds and answers on the recorded inputs of a decision, by row; null where an input of it is not known. */
export function stockJudge(contents: BundleContents): (row: number) => Disagreement['computed'] | null {
  const reason = contents.tables.decisions.columns['reason']!;
  const judge = softJudge(contents);
  return (row) => {
    const why = reason[row]!;
    if (why === UNKNOWN) return null;
    if (why !== REASON_DECIDED) return { hot: NOT_EVALUATED, result: why === REASON_ACTIVE_BALANCE ? 1 : 0 };
    const answer = judge(row);
    return answer === null ? null : { hot: answer === 1 ? 0 : 1, result: answer };
  };
}

/** The soft branch for a row, or null where an input of it is not known. */
function softJudge(contents: BundleContents): (row: number) => 0 | 1 | 2 | null {
  const { columns } = contents.tables.decisions;
  const column = (name: string): ArrayLike<number> => columns[name]!;
  const level = column('level');
  const policy = column('policy');
  const buddy = column('buddy');
  const dstCpu = column('dst_cpu');
  const dstNr = column('dst_nr');
  const delta = column('delta');
  const clockTask = column('clock_task');
  const execStart = column('exec_start');
  const cost = column('migration_cost');
  const failed = column('nr_balance_failed');
  const tries = column('cache_nice_tries');
  const sharesCapacity = capacitySharing(contents);
  const buddiesAreHot = !contents.manifest.features.includes('NO_CACHE_HOT_BUDDY');
  const sysctlCost = contents.manifest.sysctl['migration_cost_ns'];
  // A table of decisions alone, which came without the machine's knobs: its −1 is no setting.
  const costUnknown = sysctlCost === undefined && Object.keys(contents.manifest.sysctl).length === 0;

  return (row) => {
    const needed = level[row] === UNKNOWN || policy[row] === UNKNOWN || buddy[row] === UNKNOWN || dstNr[row] === UNKNOWN;
    if (needed || failed[row] === UNKNOWN || tries[row] === UNKNOWN) return null;
    if (clockTask[row] === UNKNOWN && delta[row] === UNKNOWN) return null;
    const since = clockTask[row] === UNKNOWN ? delta[row]! : clockTask[row]! - execStart[row]!;
    const migrationCost = cost[row] === UNKNOWN && sysctlCost !== undefined ? sysctlCost : cost[row]!;
    if (migrationCost === UNKNOWN && costUnknown) return null;
    const isHot = task_is_hot(
      sharesCapacity(dstCpu[row]!, level[row]!),
      policy[row] === SCHED_IDLE,
      buddiesAreHot && buddy[row] !== 0,
      dstNr[row]!,
      migrationCost,
      since,
    );
    return soft_answer(isHot, failed[row]!, tries[row]!);
  };
}

/** Whether the domain of a CPU at a level has SD_SHARE_CPUCAPACITY; where the domains are not known, level 0 does. */
function capacitySharing(contents: BundleContents): (cpu: number, level: number) => boolean {
  const shares = new Map<number, boolean>();
  const key = (cpu: number, level: number): number => cpu * 256 + level;
  for (const { cpu, level, flags } of contents.domains) shares.set(key(cpu, level), flags.includes('SD_SHARE_CPUCAPACITY'));
  return (cpu, level) => shares.get(key(cpu, level)) ?? level === 0;
}
