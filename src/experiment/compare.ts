import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createPolicy } from '../policies/registry.js';
import type { Metrics } from '../sim/records/metrics.js';
import type { JobResult } from './job.js';
import type { ResolvedScenario } from './resolved.js';
import { planJobs, runJobs, type RunnerOptions } from './runner.js';
import { pairedDifferences, type PairedDifference } from './stats/paired.js';
import { UNCALIBRATED_ERROR_PERCENT } from './stats/verdict.js';

/** Policies where neither the command nor a scenario names any. */
export const DEFAULT_POLICIES = ['stock', 'early-migration'];

/** Result of one run in a comparison: nothing in it depends on the machine that it ran on. */
export interface ComparedRun {
  readonly policy: string;
  readonly workload: string;
  readonly seed: number;
  readonly streamHash: string;
  readonly finished: boolean;
  readonly events: number;
  readonly simulatedNs: number;
  readonly metrics: Metrics;
}

/** What a comparison found: the document of `compare --json`. */
export interface Comparison {
  readonly schema: 1;
  readonly baseline: string;
  readonly policies: readonly string[];
  readonly scenarios: ReadonlyArray<{
    readonly name: string;
    readonly machine: string;
    readonly changes: ResolvedScenario['changes'];
    readonly calibrationErrorPercent: number | null;
    readonly throughputUnit: string;
    readonly durationNs: number;
    readonly seeds: readonly number[];
    readonly notes: readonly string[];
  }>;
  readonly results: readonly ComparedRun[];
  readonly paired: readonly PairedDifference[];
}

/**
 * Runs several policies on the same machines, workloads and seeds, and compares each with the baseline: `stock` where it
 * is among them, else the first.
 */
export async function compare(
  scenarios: readonly ResolvedScenario[],
  policies: readonly string[],
  options: RunnerOptions,
): Promise<Comparison> {
  for (const policy of policies) createPolicy(policy);
  const jobs = planJobs(scenarios, policies, options.bundles);
  for (const { bundle } of jobs) if (bundle !== null) mkdirSync(dirname(bundle), { recursive: true });
  const results = (await runJobs(scenarios, jobs, options)).map(comparedRun);
  const baseline = policies.includes('stock') ? 'stock' : policies[0]!;
  const errors = new Map(scenarios.map(({ name, errorPercent }) => [name, errorPercent]));
  return {
    schema: 1,
    baseline,
    policies,
    scenarios: scenarios.map((scenario) => ({
      name: scenario.name,
      machine: scenario.profile.name,
      changes: scenario.changes,
      calibrationErrorPercent: scenario.errorPercent,
      throughputUnit: scenario.unit === '' ? '' : `${scenario.unit}/s`,
      durationNs: scenario.durationNs,
      seeds: scenario.seeds,
      notes: [...scenario.notes, calibrationNote(scenario)],
    })),
    results,
    paired: pairedDifferences(results, baseline, (workload) => errors.get(workload) ?? null),
  };
}

function comparedRun(result: JobResult): ComparedRun {
  const { policy, workload, seed, streamHash, finished, events, simulatedNs, metrics } = result;
  return { policy, workload, seed, streamHash, finished, events, simulatedNs, metrics };
}

function calibrationNote({ profile, errorPercent }: ResolvedScenario): string {
  const known = errorPercent === null ? 'is not calibrated' : `is calibrated to ${errorPercent} %`;
  const limit = errorPercent ?? UNCALIBRATED_ERROR_PERCENT;
  return `Machine ${profile.name} ${known}: a difference of run time below ${limit} % is taken for no result.`;
}
