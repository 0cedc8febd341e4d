import { availableParallelism } from 'node:os';
import { compare } from '../experiment/compare.js';
import { resolveScenario } from '../experiment/resolve.js';
import type { ResolvedScenario } from '../experiment/resolved.js';
import { NEURAL, outcomeOf, outcomePolicies, PLAIN, type Outcome, type OutcomeRow } from '../learning/evaluate/outcome.js';
import { generatorNames } from '../workloads/registry.js';
import { interruptible } from './interrupt.js';
import { flag, integer, text } from './options.js';
import { startProgress } from './progress.js';
import { scenarioRequest } from './scenario-input.js';
import { table, wrap } from './table.js';
import { duration } from './units.js';
import type { CliIo, VerbInput } from './verb.js';

/** Where the shipped models learnt: eight cores that share a cache, and tasks that stay hot for 5 ms. */
const MACHINE = 'pvt8c';
const MIGRATION_COST = { path: 'sysctl.migration_cost_ns', value: 5_000_000, source: '--set' };
/** Seconds of simulated time for workloads that end by it, and the least seeds that can be judged fairly quickly. */
const SECONDS = 1;
const SEEDS = 3;
const MAX_JOBS = 256;

/**
 * `cfslab evaluate --outcome`: what the policies come to, which matters more than how often they are right.
 *
 * @returns the exit code
 */
export async function evaluateOutcome(input: VerbInput, io: CliIo): Promise<number> {
  const seeds = integer(input, 'seeds', 1, 10_000) ?? SEEDS;
  const jobs = integer(input, 'jobs', 0, MAX_JOBS) ?? availableParallelism();
  const asked = scenarioRequest(input, Array.from({ length: seeds }, (_, i) => i + 1));
  const own = text(input, 'machine') !== undefined;
  const request = {
    ...asked,
    machine: asked.machine ?? MACHINE,
    durationSeconds: asked.durationSeconds ?? SECONDS,
    settings: own ? asked.settings! : [MIGRATION_COST, ...asked.settings!],
  };
  const scenarios: ResolvedScenario[] = [];
  for (const name of input.args.length > 0 ? input.args : generatorNames()) scenarios.push(await resolveScenario(name, request));
  const progress = startProgress(io, flag(input, 'json') && !io.terminal);
  try {
    const comparison = await interruptible((signal) =>
      compare(scenarios, outcomePolicies(), { jobs, signal, onProgress: (done, total) => progress.update(done, total) }),
    );
    const outcome = outcomeOf(comparison);
    const document = { schema: 1, scenarios: comparison.scenarios, ...outcome };
    io.out(flag(input, 'json') ? `${JSON.stringify(document, null, 1)}\n` : outcomeText(outcome, scenarios[0]!, seeds));
    return 0;
  } finally {
    progress.stop();
  }
}

function outcomeText({ rows, breakEven, unjudged }: Outcome, { profile }: ResolvedScenario, seeds: number): string {
  const workloads = [...new Set(rows.map(({ workload }) => workload))];
  const prices = [...new Set(rows.flatMap(({ priceNs }) => (priceNs === null ? [] : [priceNs])))];
  const find = (workload: string, policy: string, priceNs: number | null): OutcomeRow | undefined =>
    rows.find((row) => row.workload === workload && row.priceNs === priceNs && row.policy.split(':')[0] === policy);
  const plain = table(
    [{ head: ['workload'], left: true }, ...PLAIN.map((policy) => ({ head: [policy] }))],
    workloads.map((workload) => [workload, ...PLAIN.map((policy) => cell(find(workload, policy, null)))]),
  );
  const neural = NEURAL.map((policy) =>
    [
      `${policy}, an inference charged at`,
      table(
        [{ head: ['workload'], left: true }, ...prices.map((price) => ({ head: [duration(price)] })), { head: ['pays up to'] }, { head: ['worse from'] }],
        workloads.map((workload) => {
          const even = breakEven.find((one) => one.workload === workload && one.policy === policy);
          const shown = (price: number | null | undefined): string => (price === null || price === undefined ? '–' : duration(price));
          return [workload, ...prices.map((price) => cell(find(workload, policy, price))), shown(even?.paysUpToNs), shown(even?.costsFromNs)];
        }),
      ),
    ].join('\n'),
  );
  return [
    wrap(`What the policies gain over stock on ${profile.name}, ${seeds} seeds: throughput, or completion time where the workload ends, %`),
    '',
    plain,
    ...neural.flatMap((part) => ['', part]),
    ...(unjudged.length === 0 ? [] : ['', wrap(`Neither ends nor counts what it does, and is not judged: ${unjudged.join(', ')}.`)]),
    '',
    wrap('Mean paired difference, above 0 is better than stock: + better, − worse, = the same in every pair, ? undecided (0 in the 95 % interval, or less than the calibration error).'),
    '',
  ].join('\n');
}

const MARKS = { better: '+', worse: '−', same: '=', undecided: '?' } as const;

function cell(row: OutcomeRow | undefined): string {
  return row === undefined ? '–' : `${row.gain.toFixed(2)} ${MARKS[row.verdict]}`;
}
