import { confront } from '../../../src/kernel-validation/confront/confront.js';
import type { ConfrontDocument } from '../../../src/kernel-validation/confront/types.js';
import { agreed, pairsOfRuns, someRun } from './some-runs.js';

/** A confrontation with all three verdicts, on workloads of these names, with a policy of this name. */
export function sampleConfrontation(workloads: readonly [string, string, string] = ['pool', 'build', 'few'], policy = 'neural-early'): ConfrontDocument {
  const [good, bad, few] = workloads;
  const forced = (side: 'sim' | 'kernel') => pairsOfRuns(side, policy, 0.1, 6, good).map((run) => ({
    ...run,
    figures: { ...run.figures, forced_migrations: run.facts.policy === 'stock' ? { value: 0, events: 0 } : { value: 40 + run.facts.seed, events: 40 } },
  }));
  const runs = [
    ...forced('sim'), ...forced('kernel'),
    ...pairsOfRuns('sim', policy, 0.1, 4, bad), ...pairsOfRuns('kernel', policy, -0.1, 4, bad),
    ...pairsOfRuns('sim', policy, 0.2, 2, few), ...pairsOfRuns('kernel', policy, 0.2, 2, few),
    someRun({ side: 'kernel', policy, seed: 1, workload: 'alone' }),
  ];
  const decisions = agreed(12_345);
  return confront(runs, {
    ...decisions, agree: 12_344, runs: [{ run: `kernel/${policy}/${good}/1`, count: 12_345, agree: 12_344 }],
    first: [{ run: `kernel/${policy}/${good}/1`, what: 'row 7: the kernel says 1, the program 0' }],
  });
}
