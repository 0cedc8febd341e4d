import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ResolvedScenario } from '../experiment/resolved.js';
import { bundlePath, runJobs, type RunnerOptions } from '../experiment/runner.js';
import type { ShownRuns } from '../report/runs/shown.js';
import { openBundle } from './bundles.js';

/** A run that a report shows: what it is called there, and what it is made of. */
export interface RunToShow {
  readonly label: string;
  readonly scenario: ResolvedScenario;
  readonly policy: string;
}

/**
 * Makes runs again, which gives the same bits, and reads them. Nothing is left behind.
 * @param workload what they have in common, as the report says it
 */
export async function makeShownRuns(
  workload: string, seed: number, runs: readonly RunToShow[], options: RunnerOptions,
): Promise<ShownRuns> {
  const folder = mkdtempSync(join(tmpdir(), 'cfslab-report-'));
  try {
    const places = runs.map(({ policy, scenario }, i) => join(folder, String(i), bundlePath(policy, scenario.name, seed)));
    for (const place of places) mkdirSync(dirname(place), { recursive: true });
    const jobs = runs.map(({ policy }, i) => ({ scenario: i, policy, seed, bundle: places[i]! }));
    await runJobs(runs.map(({ scenario }) => scenario), jobs, options);
    return await readShownRuns(workload, seed, runs.map(({ label }, i) => ({ label, place: places[i]! })));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads runs whose bundles are there. */
export async function readShownRuns(
  workload: string, seed: number, bundles: ReadonlyArray<{ readonly label: string; readonly place: string }>,
): Promise<ShownRuns> {
  const runs = [];
  for (const { label, place } of bundles) runs.push({ label, contents: await openBundle(place) });
  return { workload, seed, runs };
}
