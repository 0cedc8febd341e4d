import { inOrder, ruleOf } from '../../calibration/metrics.js';
import { distinct } from '../../experiment/stats/paired.js';
import { BETTER, UNCALIBRATED_ERROR_PERCENT } from '../../experiment/stats/verdict.js';
import { differenceOf, valueOf } from './difference.js';
import { groupRuns, type PolicyRuns, type WorkloadRuns } from './group.js';
import { rankingOf, tauOf, type Contest } from './ranking.js';
import { judgeMetric, judgeTotal } from './rule.js';
import { refuseTwice, type Run } from './run.js';
import type { ConfrontDocument, DecisionAgreement, MetricConfrontation, RunListed, SideDifference } from './types.js';

const THROUGHPUT = 'throughput';
const COMPLETION = 'completion_ns';

/**
 * Lays what was predicted beside what was measured. The same runs give the same document.
 *
 * @param decisions of all runs of the kernel together, see `agreement.ts`
 * @throws InputError where a run is there twice
 */
export function confront(runs: readonly Run[], decisions: DecisionAgreement): ConfrontDocument {
  refuseTwice(runs);
  const { workloads, notes } = groupRuns(runs);
  const metrics = workloads.flatMap((group) => group.policies.flatMap((policy) => metricsOf(group, policy)));
  const contests = workloads.filter(({ policies }) => policies.length > 0).map(contestOf);
  const { verdict, reasons } = judgeTotal(metrics, decisions);
  return {
    schema: 1,
    decisions,
    metrics,
    tau: tauOf(contests),
    rankings: contests.map(rankingOf),
    verdict,
    reasons,
    runs: runs.map(listed),
    notes: [...notes, ...unitNotes(workloads)],
  };
}

function metricsOf(group: WorkloadRuns, own: PolicyRuns): MetricConfrontation[] {
  const { workload, stock } = group;
  const all = distinct([...own.sim, ...own.kernel, ...stock.sim, ...stock.kernel].flatMap((run) => Object.keys(run.figures)));
  const objective = objectiveOf(group);
  const out: MetricConfrontation[] = [];
  for (const metric of [...all.filter((name) => name === THROUGHPUT), ...inOrder(all.filter((name) => name !== THROUGHPUT))]) {
    const predicted = differenceOf(own.sim, stock.sim, metric);
    const measured = differenceOf(own.kernel, stock.kernel, metric);
    // What one side cannot tell, or neither side ever did, says nothing of the other.
    if (predicted === null || measured === null || [predicted, measured].every(isNothing)) continue;
    const { unit, limit } = limitOf(metric);
    const fixed = metric === COMPLETION && distinct([...own.sim, ...stock.sim].map((run) => valueOf(run, metric))).length === 1;
    const error = (name: 'stock' | 'policy'): number | null =>
      measured[name] === 0 ? null : (predicted[name] - measured[name]) / Math.abs(measured[name]);
    out.push({
      workload,
      policy: own.policy,
      metric,
      unit,
      objective: metric === objective,
      predicted,
      measured,
      limit,
      stockError: error('stock'),
      policyError: error('policy'),
      ...judgeMetric(predicted, measured, limit, fixed),
    });
  }
  return out;
}

function isNothing({ stock, policy }: SideDifference): boolean {
  return stock === 0 && policy === 0;
}

/** Units and limits are those of L3; a throughput is judged as completion times are. */
function limitOf(metric: string): { readonly unit: string; readonly limit: number } {
  return metric === THROUGHPUT ? { unit: '1/s', limit: UNCALIBRATED_ERROR_PERCENT / 100 } : ruleOf(metric);
}

/** Throughput where every run of the workload has one, else completion time. */
function objectiveOf({ stock, policies }: WorkloadRuns): typeof THROUGHPUT | typeof COMPLETION {
  const runs = [stock, ...policies].flatMap(({ sim, kernel }) => [...sim, ...kernel]);
  return runs.every(({ figures }) => figures[THROUGHPUT] !== undefined) ? THROUGHPUT : COMPLETION;
}

function contestOf(group: WorkloadRuns): Contest {
  const metric = objectiveOf(group);
  return { workload: group.workload, metric, better: BETTER[metric], policies: [group.stock, ...group.policies] };
}

function unitNotes(workloads: readonly WorkloadRuns[]): string[] {
  return workloads.flatMap(({ workload, stock }) => {
    const [sim, kernel] = [stock.sim, stock.kernel].map((runs) => runs[0]!.facts.throughput?.unit);
    if (sim === undefined || kernel === undefined || sim === kernel) return [];
    return [`throughput of ${workload} is predicted in ${sim} and measured in ${kernel}: differences are compared in parts of stock’s`];
  });
}

function listed({ name, side, facts }: Run): RunListed {
  return { name, side, ...facts };
}
