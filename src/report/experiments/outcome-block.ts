import type { Block } from './blocks.js';
import type { ExperimentOutcome, Experiments } from './types.js';

/** What policies gain over stock, by workload, an inference charged at each price: what matters more than being right. */
export function outcomeBlock({ outcome, outcomeSeeds }: Experiments): Block {
  const prices = [...new Set(outcome.map(({ priceNs }) => priceNs))].sort((a, b) => (a ?? -1) - (b ?? -1));
  const places = [...new Map(outcome.map((one) => [`${one.workload} ${one.policy}`, one])).values()];
  const decided = outcome.filter(({ verdict }) => verdict === 'better' || verdict === 'worse');
  return {
    id: 'outcome',
    title: 'Outcome: what policies gain over stock',
    paragraphs: [
      `Throughput, or completion where a workload ends, in percent of stock, above 0 is better; the mean difference of ${outcomeSeeds} pairs ` +
        'of runs with the same seed, its 95 % interval, and the verdict where it is better or worse. Below 3 % nothing is, since the ' +
        'machine’s costs are no better known. Simulated; the thesis’ kernel took 47 µs for a call with its model (table 5.9).',
      `${decided.length} of ${outcome.length} differences are decided.`,
    ],
    columns: ['workload', 'policy', ...prices.map((price) => (price === null ? 'no model' : `${price} ns`))],
    rows: places.map(({ workload, policy }) => [
      workload,
      policy,
      ...prices.map((price) =>
        cellOf(outcome.find((one) => one.workload === workload && one.policy === policy && one.priceNs === price)),
      ),
    ]),
  };
}

function cellOf(one: ExperimentOutcome | undefined): string {
  if (one === undefined) return '';
  const interval = one.lo === null || one.hi === null ? '' : ` (${signed(one.lo)} … ${signed(one.hi)})`;
  return `${signed(one.gain)}${interval}${one.verdict === 'better' || one.verdict === 'worse' ? ` ${one.verdict}` : ''}`;
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return text === '0.00' ? '0.00' : `${value < 0 ? '−' : '+'}${text}`;
}
