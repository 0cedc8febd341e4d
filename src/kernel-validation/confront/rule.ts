import { FEW_EVENTS } from '../../calibration/judge.js';
import type { ConfrontVerdict, DecisionAgreement, MetricConfrontation, SideDifference } from './types.js';

/** Runs are chaotic even where they are deterministic, and one is one sample: below this many on a side nothing is decided. */
export const FEW_RUNS = 3;

/** What a side says of the difference policy − stock. */
export type Claim = 'less' | 'more' | 'same' | 'unclear';

interface Judged {
  readonly verdict: ConfrontVerdict;
  readonly reason: string;
}

/**
 * What an interval of the difference says, with x the limit below which a difference is none:
 *
 *                     −x           0           x
 *     same             │    ├──────┼───┤       │         within ±x
 *     more             │           │  ├────────┼──┤      above 0, and not within ±x
 *     less         ├───┼─────────┤ │           │         below 0, and not within ±x
 *     unclear      ├───┼───────────┼───────┤   │         anything else
 *
 * In parts of stock's mean; where that is 0 in the metric's own unit, and x is 0.
 */
export function claimOf(side: SideDifference, limit: number): Claim {
  const [lo, hi, x] = side.relative === null
    ? [side.lo, side.hi, 0]
    : [side.relativeLo, side.relativeHi, limit];
  if (lo === null || hi === null) return 'unclear';
  if (lo >= -x && hi <= x) return 'same';
  if (lo > 0) return 'more';
  return hi < 0 ? 'less' : 'unclear';
}

/**
 * The verdict on one metric:
 *
 * - *confirmed*: both sides claim the same: both less, both more, or both no difference beyond x;
 * - *refuted*: one claims less and the other more; or one claims no difference beyond x, and the other's interval lies wholly
 *   beyond x, on either side;
 * - *undecided*: else; and always with fewer than FEW_RUNS runs of the policy or of stock on either side, with fewer than
 *   FEW_EVENTS events behind the figures of a side, and where runs end because their time is up, which tells nothing of how long
 *   they take.
 *
 * @param fixed the simulated runs all took the same time to the ns
 */
export function judgeMetric(predicted: SideDifference, measured: SideDifference, limit: number, fixed: boolean): Judged {
  const few = Math.min(predicted.runs, measured.runs);
  if (few < FEW_RUNS) return { verdict: 'undecided', reason: `${few} ${few === 1 ? 'run' : 'runs'}, fewer than ${FEW_RUNS}` };
  if (fixed) return { verdict: 'undecided', reason: 'runs end when their time is up' };
  const rare = Math.min(predicted.events ?? Infinity, measured.events ?? Infinity);
  if (rare < FEW_EVENTS) return { verdict: 'undecided', reason: `fewer than ${FEW_EVENTS} events` };
  const [p, m] = [claimOf(predicted, limit), claimOf(measured, limit)];
  const reason = `predicted ${p}, measured ${m}`;
  if (p === 'unclear' || m === 'unclear') return { verdict: 'undecided', reason };
  if (p === m) return { verdict: 'confirmed', reason };
  if (p !== 'same' && m !== 'same') return { verdict: 'refuted', reason };
  const beyond = p === 'same' ? isBeyond(measured, limit) : isBeyond(predicted, limit);
  return beyond ? { verdict: 'refuted', reason } : { verdict: 'undecided', reason: `${reason}, but not beyond the limit` };
}

/** The interval has nothing in common with ±x. */
function isBeyond(side: SideDifference, limit: number): boolean {
  const [lo, hi, x] = side.relative === null
    ? [side.lo, side.hi, 0]
    : [side.relativeLo, side.relativeHi, limit];
  return lo! > x || hi! < -x;
}

/**
 * The verdict in total. It rests on the objective of each policy on each workload, which is what a policy is chosen by, and on
 * the decisions:
 *
 * - *refuted*: a recorded decision is not that of the integer program, or an objective is refuted;
 * - *confirmed*: decisions were recorded and all agree, there is an objective, and each is confirmed;
 * - *undecided*: else.
 *
 * The other metrics are counted beside it and decide nothing: among some twenty of them on several workloads, each at 95 %,
 * one or the other is refuted by chance.
 */
export function judgeTotal(metrics: readonly MetricConfrontation[], decisions: DecisionAgreement): { verdict: ConfrontVerdict; reasons: string[] } {
  const objectives = metrics.filter(({ objective }) => objective);
  const of = (verdict: ConfrontVerdict): MetricConfrontation[] => objectives.filter((one) => one.verdict === verdict);
  const named = (some: readonly MetricConfrontation[]): string =>
    some.map(({ metric, policy, workload }) => `${metric} of ${policy} on ${workload}`).join(', ');
  const wrong = decisions.count - decisions.agree;
  const refuting = [
    ...(wrong > 0 ? [`${wrong} of ${decisions.count} recorded decisions are not those of the integer program`] : []),
    ...(of('refuted').length > 0 ? [`refuted: ${named(of('refuted'))}`] : []),
  ];
  if (refuting.length > 0) return { verdict: 'refuted', reasons: refuting };
  const open = [
    ...(decisions.count === 0 ? ['no decision of the kernel’s policy was recorded'] : []),
    ...(objectives.length === 0 ? ['no policy was both predicted and measured beside stock'] : []),
    ...of('undecided').map((one) => `undecided: ${named([one])} (${one.reason})`),
  ];
  if (open.length > 0) return { verdict: 'undecided', reasons: open };
  return {
    verdict: 'confirmed',
    reasons: [`all ${decisions.count} recorded decisions agree`, `confirmed: ${named(objectives)}`],
  };
}

/** The rule in words, for the text and the page. */
export const RULE: readonly string[] = [
  'A difference is policy − stock, in parts of stock’s mean, with its 95 % interval: of pairs of runs with the same seed and perturbation where there are such, else of the means.',
  'An interval within ± the limit says “same”; one that is not, and lies above 0, “more”; below 0, “less”; any other is “unclear”.',
  'Confirmed: both sides say the same, and it is not “unclear”. Refuted: one says “less” and the other “more”, or one says “same” and the other’s interval lies wholly beyond the limit. Undecided: anything else.',
  `Undecided as well: fewer than ${FEW_RUNS} runs of the policy or of stock on a side (one run is one sample, however deterministic), fewer than ${FEW_EVENTS} events behind a figure, and a completion time where runs end because their time is up.`,
  'In total: refuted where a recorded decision is not the integer program’s or an objective is refuted; confirmed where decisions were recorded, all agree, and every objective is confirmed; else undecided. The objective of a workload is its throughput where both sides have it, else its completion time.',
];
