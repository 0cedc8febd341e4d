import { createPolicy } from '../policies/registry.js';
import type { Policy } from '../sim/policy/policy.js';
import type { Metrics } from '../sim/records/metrics.js';
import type { Workload } from '../sim/programs/program.js';
import type { RunResult } from '../sim/run-types.js';
import { Simulation } from '../sim/simulation.js';
import { buildWorkload } from './build-workload.js';
import type { Observation } from './observe.js';
import type { ResolvedScenario } from './resolved.js';
import { StoppedError } from '../input/error.js';

/** One run to be made: plain data. */
export interface Job {
  /** Index into the scenarios that the pool was opened with. */
  readonly scenario: number;
  readonly policy: string;
  readonly seed: number;
  /** Directory to write the run's bundle to; null: none is kept. */
  readonly bundle: string | null;
  /** Probabilities, 0…1: the run is observed as a recording is, with its distributions' quantiles at these. */
  readonly observe?: readonly number[];
  /** What of the scenario is otherwise in this run; absent: nothing. */
  readonly variant?: JobVariant;
}

/** What may differ from run to run of a scenario. Groups and rules for tasks do not. */
export type JobVariant = Partial<Pick<ResolvedScenario, 'profile' | 'workload' | 'durationNs'>>;

/** What is kept of a run. */
export interface JobResult {
  readonly policy: string;
  readonly workload: string;
  readonly seed: number;
  readonly streamHash: string;
  readonly events: number;
  readonly simulatedNs: number;
  readonly finished: boolean;
  readonly metrics: Metrics;
  /** Wall time of the simulation alone, ns. Not part of what a seed determines. */
  readonly wallNs: number;
  /** Where the job asked for it. */
  readonly observation?: Observation;
}

/** Called with the share of the simulated time that is done, 0…1; false stops the run. */
export type Progress = (share: number) => boolean;

/** Makes runs one after another. A workload is built once for each seed of a scenario, and kept for the next policy. */
export class JobRunner {
  private key = '';
  private workload: Workload | null = null;

  constructor(private readonly scenarios: readonly ResolvedScenario[]) {}

  /** @throws StoppedError where `progress` stopped it; InputError where the scenario turns out to be wrong */
  async run(job: Job, progress: Progress): Promise<JobResult> {
    const scenario = { ...this.scenarios[job.scenario]!, ...job.variant };
    const policy = createPolicy(job.policy);
    const workload = this.workloadOf(scenario, job);
    const { durationNs, profile } = scenario;
    const record = job.bundle !== null || job.observe !== undefined;
    const simulation = new Simulation({ profile, workload, policy, seed: job.seed, durationNs, record });
    let stopped = false;
    const started = process.hrtime.bigint();
    const result: RunResult = simulation.run((simulatedNs) => {
      stopped = !progress(simulatedNs / durationNs);
      return !stopped;
    });
    const wallNs = Number(process.hrtime.bigint() - started);
    if (stopped) throw new StoppedError(`${scenario.name} was stopped`);
    if (job.bundle !== null) {
      // Only here, as it brings the database with it.
      const { writeRunBundle } = await import('./run-bundle.js');
      await writeRunBundle(job.bundle, scenario, workload, policy, job.seed, result);
    }
    const observation = job.observe === undefined ? null : await observed(scenario, workload, policy, job, result);
    const { streamHash, events, simulatedNs, finished, metrics } = result;
    return {
      policy: job.policy,
      workload: scenario.name,
      seed: job.seed,
      streamHash,
      events,
      simulatedNs,
      finished,
      metrics,
      wallNs,
      ...(observation === null ? {} : { observation }),
    };
  }

  private workloadOf(scenario: ResolvedScenario, job: Job): Workload {
    const { workload } = scenario;
    const params = workload.kind === 'fixed' ? '' : `${job.seed} ${JSON.stringify(workload.params)}`;
    const key = `${job.scenario}/${scenario.profile.topology.cpus.length}/${params}`;
    if (this.workload === null || this.key !== key) {
      this.workload = buildWorkload(scenario, job.seed);
      this.key = key;
    }
    return this.workload;
  }
}

async function observed(
  scenario: ResolvedScenario,
  workload: Workload,
  policy: Policy,
  job: Job,
  result: RunResult,
): Promise<Observation> {
  // Only here, as the contents of a bundle bring the database with them.
  const { runContents } = await import('./run-bundle.js');
  const { observe } = await import('./observe.js');
  return observe(runContents(scenario, workload, policy, job.seed, result), job.observe!);
}
