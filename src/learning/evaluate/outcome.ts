import type { Comparison } from '../../experiment/compare.js';
import type { PairedDifference } from '../../experiment/stats/paired.js';
import type { MetricName } from '../../sim/records/metrics.js';

/** What an inference is charged, ns. The last is the thesis' kernel (table 5.9: 31 to 67 µs a call, 47 for hackbench). */
export const PRICES_NS: readonly number[] = [0, 100, 1_000, 47_000];

/** Policies that ask a model, and those that ask none: what a model has to beat. */
export const NEURAL = ['neural-imitate', 'neural-forced', 'neural-early'] as const;
export const PLAIN = ['early-migration', 'always', 'never'] as const;

/** What a workload is run for, in this order: the first that its runs have is judged. */
const WHAT_COUNTS: readonly MetricName[] = ['throughput', 'completion_ns'];

/** How a policy did against stock on a workload. */
export interface OutcomeRow {
  readonly workload: string;
  readonly policy: string;
  /** ns that a decision is charged; null where it is the policy's own. */
  readonly priceNs: number | null;
  readonly metric: MetricName;
  readonly pairs: number;
  /** Mean paired difference, and the ends of its 95 % interval, in percent of stock; above 0 is better, whatever the metric. */
  readonly gain: number;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly verdict: PairedDifference['verdict'];
  readonly reason: PairedDifference['reason'];
}

/** Up to which price a policy pays on a workload. */
export interface BreakEven {
  readonly workload: string;
  readonly policy: string;
  /** The highest price at which, and at all lower ones, it is better than stock; null where it is at none. */
  readonly paysUpToNs: number | null;
  /** The lowest price at which it is worse than stock; null where it is at none. */
  readonly costsFromNs: number | null;
}

export interface Outcome {
  readonly rows: readonly OutcomeRow[];
  readonly breakEven: readonly BreakEven[];
  /** Workloads whose runs neither end nor count what they do, so that there is nothing to gain. */
  readonly unjudged: readonly string[];
}

/** Stock, the plain policies, and each neural one at each price, as `compare` takes them. */
export function outcomePolicies(prices: readonly number[] = PRICES_NS): string[] {
  return ['stock', ...PLAIN, ...NEURAL.flatMap((name) => prices.map((price) => `${name}:costNs=${price}`))];
}

/** Reads out of a comparison of these policies what they gain and where that stops. */
export function outcomeOf(comparison: Comparison): Outcome {
  const rows = comparison.scenarios.flatMap(({ name }) => {
    const of = comparison.paired.filter(({ workload }) => workload === name);
    const metric = WHAT_COUNTS.find((one) => of.some((difference) => difference.metric === one && difference.pairs > 0));
    return of.filter((difference) => difference.metric === metric).map(rowOf);
  });
  const places = [...new Map(rows.filter(({ priceNs }) => priceNs !== null).map((row) => [`${row.workload} ${nameOf(row.policy)}`, row])).values()];
  const unjudged = comparison.scenarios.map(({ name }) => name).filter((name) => rows.every(({ workload }) => workload !== name));
  return { rows, unjudged, breakEven: places.map(({ workload, policy }) => breakEvenOf(workload, nameOf(policy), rows)) };
}

function rowOf({ workload, policy, metric, pairs, baselineMean, mean, lo, hi, verdict, reason }: PairedDifference): OutcomeRow {
  const sign = metric === 'throughput' ? 1 : -1;
  const percent = (value: number): number => (baselineMean === 0 ? 0 : (sign * 100 * value) / baselineMean + 0);
  const ends = [lo, hi].map((end) => (end === null ? null : percent(end)));
  const [low, high] = sign === 1 ? ends : [ends[1]!, ends[0]!];
  const price = /[:,]costNs=(\d+)/.exec(policy)?.[1];
  return {
    workload, policy, priceNs: price === undefined ? null : Number(price), metric, pairs, gain: percent(mean), lo: low!, hi: high!, verdict, reason,
  };
}

function breakEvenOf(workload: string, policy: string, rows: readonly OutcomeRow[]): BreakEven {
  const own = rows
    .filter((row) => row.workload === workload && row.priceNs !== null && nameOf(row.policy) === policy)
    .sort((a, b) => a.priceNs! - b.priceNs!);
  const stops = own.findIndex(({ verdict }) => verdict !== 'better');
  const pays = stops < 0 ? own.at(-1) : own[stops - 1];
  return { workload, policy, paysUpToNs: pays?.priceNs ?? null, costsFromNs: own.find(({ verdict }) => verdict === 'worse')?.priceNs ?? null };
}

function nameOf(policy: string): string {
  return policy.split(':')[0]!;
}
