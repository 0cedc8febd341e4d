import { createHash } from 'node:crypto';
import { Stream } from '../../sim/engine/rng.js';
import type { EventSet, Place, RunSettings } from '../guest/settings.js';
import type { MeasuredPolicy } from './policies.js';
import type { MeasuredWorkload } from './workloads.js';

/** What a measurement is asked to be. */
export interface MeasurePlan {
  readonly place: Place;
  readonly workloads: readonly MeasuredWorkload[];
  readonly policies: readonly MeasuredPolicy[];
  readonly repetitions: number;
  /** Root seed of all perturbations. */
  readonly seed: number;
  readonly durationMs: number;
  readonly events: EventSet;
  readonly bufferKiB: number;
  readonly migrationCostNs: number | null;
  /** Quanta of virtual time that repetitions are spread over, ns. */
  readonly quantaNs: readonly number[];
}

/** One run of a plan. */
export interface PlannedRun {
  /** Of its directory: unique in the plan. */
  readonly name: string;
  readonly workload: MeasuredWorkload;
  readonly policy: MeasuredPolicy;
  readonly repetition: number;
  readonly settings: RunSettings;
  /** Of the emulator. */
  readonly quantumNs: number;
}

/** The longest delay before a workload starts: a tick of 250 Hz, so that every phase against the ticks may come, µs. */
const DELAY_RANGE_US = 4000;
const SEEDS = 2 ** 31;

/**
 * The runs of a plan, in the order in which they are made. All policies meet a workload under the same perturbations: the n-th
 * repetition has the same start delay, seed and quantum for each, so that they can be compared in pairs. On the user's own
 * machine the order is drawn, so that what changes there with time – heat, other programs – falls on all alike; elsewhere
 * repetitions come one after another, so that a measurement that was cut short is one of fewer repetitions.
 */
export function plannedRuns(plan: MeasurePlan): PlannedRun[] {
  const runs: PlannedRun[] = [];
  for (let repetition = 0; repetition < plan.repetitions; repetition++) {
    for (const workload of plan.workloads) {
      const random = new Stream(plan.seed, `measure ${workload.name} ${repetition}`);
      const delayUs = random.below(DELAY_RANGE_US);
      const seed = 1 + random.below(SEEDS - 1);
      const quantumNs = plan.quantaNs[repetition % plan.quantaNs.length]!;
      for (const policy of plan.policies) {
        const settings: RunSettings = {
          place: plan.place, workload: workload.script, params: workload.params, durationMs: plan.durationMs, events: plan.events,
          bufferKiB: plan.bufferKiB, mode: policy.mode, page: policy.page, standby: policy.standby, seed, delayUs,
          migrationCostNs: plan.migrationCostNs, rtapp: workload.rtapp, script: null, pushes: null, malformed: new Map(), switchMode: null,
        };
        runs.push({ name: `${workload.name}-${policy.label}-r${repetition}`, workload, policy, repetition, settings, quantumNs });
      }
    }
  }
  return plan.place === 'here' ? shuffled(runs, new Stream(plan.seed, 'measure order')) : runs;
}

function shuffled<T>(items: readonly T[], random: Stream): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/**
 * The sha256 of all that a run is made with: a run that is there is taken for this one only where it is the same.
 * @param made hashes of kernel, emulator and guest, or what the machine is
 */
export function runHash(run: PlannedRun, made: Readonly<Record<string, string | number>>): string {
  const settings = { ...run.settings, page: null, standby: null, malformed: null, pushes: null };
  const facts = { name: run.name, quantumNs: run.quantumNs, settings, made };
  return createHash('sha256').update(JSON.stringify(facts)).update(run.settings.page ?? '').update(run.settings.standby ?? '').digest('hex');
}
