import type { Job } from '../experiment/job.js';
import type { Observation } from '../experiment/observe.js';
import type { ResolvedScenario } from '../experiment/resolved.js';
import { runJobs, type RunnerOptions } from '../experiment/runner.js';
import type { MachineProfile } from '../sim/profile.js';
import { KNOB_NAMES, turned, type KnobName } from './knobs.js';
import { inOrder, ruleOf } from './metrics.js';
import { scenarioOf, type Recording } from './recording.js';
import type { FreeRuns } from './residuals.js';
import { QUANTILES } from './types.js';

/** The power check asks for a large effect: this many seeds are enough to see one. */
const KNOB_SEEDS = 4;

/** A recording and the machine that its workload is to run on. */
export interface Subject {
  readonly recording: Recording;
  readonly machine: MachineProfile;
}

export interface FreeRunsResult {
  readonly free: readonly FreeRuns[];
  /** What a reader should know of the runs. */
  readonly notes: readonly string[];
}

/**
 * Runs every recording's workload under the stock policy: with seeds 1…`seeds`, and for the power check with each knob that
 * one of its metrics needs. One run gives all metrics. The workload is the same in all of them, as it was extracted with the
 * machine's own costs: a knob changes the machine that it runs on and not what is run.
 *
 * @throws StoppedError where the signal stopped it
 */
export async function makeFreeRuns(
  subjects: readonly Subject[],
  seeds: number,
  options: RunnerOptions,
): Promise<FreeRunsResult> {
  const scenarios: ResolvedScenario[] = [];
  const jobs: Job[] = [];
  const owner: Array<{ readonly subject: number; readonly knob: KnobName | null }> = [];
  const plan = (subject: number, knob: KnobName | null, scenario: ResolvedScenario, count: number): void => {
    const at = scenarios.push(scenario) - 1;
    for (let seed = 1; seed <= count; seed++) {
      jobs.push({ scenario: at, policy: 'stock', seed, bundle: null, observe: QUANTILES });
      owner.push({ subject, knob });
    }
  };
  subjects.forEach(({ recording, machine }, i) => {
    const scenario = scenarioOf(recording, machine, []);
    plan(i, null, scenario, seeds);
    for (const knob of knobsOf(recording)) {
      plan(i, knob, { ...scenario, profile: turned(knob, machine) }, Math.min(seeds, KNOB_SEEDS));
    }
  });

  const results = await runJobs(scenarios, jobs, options);
  const observed = (subject: number, knob: KnobName | null): Observation[] =>
    results.flatMap((result, i) => (owner[i]!.subject === subject && owner[i]!.knob === knob ? [result.observation!] : []));
  const free = subjects.map(({ recording, machine }, i) => ({
    recording,
    machine,
    runs: observed(i, null),
    turned: new Map(knobsOf(recording).map((knob) => [knob, observed(i, knob)])),
  }));
  const notes = subjects.flatMap(({ recording }, i) => {
    const own = results.filter((_, job) => owner[job]!.subject === i && owner[job]!.knob === null);
    const cut = own.filter(({ finished }) => !finished).length;
    return cut === 0 ? [] : [`${recording.name}: ${cut} of ${seeds} free runs had not ended when their time was up`];
  });
  return { free, notes };
}

/** The knobs that the metrics of a recording need, each once, in the order of the table. */
function knobsOf({ observation }: Recording): KnobName[] {
  const needed = new Set(inOrder(Object.keys(observation.figures)).flatMap((metric) => ruleOf(metric).knobs));
  return KNOB_NAMES.filter((name) => needed.has(name));
}
