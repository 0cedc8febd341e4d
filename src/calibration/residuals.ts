import type { Observation } from '../experiment/observe.js';
import type { MachineProfile } from '../sim/profile.js';
import { halfOf, reach, toleranceOf, type Bounds } from './bounds.js';
import { estimate, judge, shows, type Estimate, type Judged } from './judge.js';
import { knobText, type KnobName } from './knobs.js';
import { inOrder, ruleOf, type MetricRule } from './metrics.js';
import { repetitionOf, type Recording } from './recording.js';
import { seedSpread, type Repetition } from './seed-spread.js';
import type { Distribution, Residual } from './types.js';
import { QUANTILES } from './types.js';

/** Free runs of one recording's workload. */
export interface FreeRuns {
  readonly recording: Recording;
  /** The machine that they were made on. */
  readonly machine: MachineProfile;
  /** One for each seed. */
  readonly runs: readonly Observation[];
  /** With a knob turned, by knob. */
  readonly turned: ReadonlyMap<KnobName, readonly Observation[]>;
}

/**
 * The kernel's metrics of one recording beside those of its free runs, each with its verdict.
 *
 * @param all recordings that may be repetitions of it, in any order; it may be among them
 */
export function residualsOf(free: FreeRuns, all: readonly Repetition[]): Residual[] {
  const { figures } = free.recording.observation;
  // What neither side ever did says nothing of the other.
  const said = Object.keys(figures).filter(
    (metric) => figures[metric]!.value !== 0 || free.runs.some((run) => (run.figures[metric]?.value ?? 0) !== 0),
  );
  return inOrder(said).map((metric) => residualOf(metric, free, all));
}

function residualOf(metric: string, free: FreeRuns, all: readonly Repetition[]): Residual {
  const { recording } = free;
  const rule = ruleOf(metric);
  const kernel = recording.observation.figures[metric]!;
  const sim = estimateOf(metric, free.runs);
  const seeds = seedSpread(repetitionOf(recording), all, metric);
  const blocks = recording.blockSpread[metric] ?? null;
  const bounds = toleranceOf(kernel.value, rule.limit, seeds, blocks);
  const power = powerOf(metric, rule, free, sim, bounds);
  const judged: Judged = power.measured
    ? judge(kernel, sim, bounds, /_p\d+_ns$/.test(metric))
    : { verdict: 'not measured', reason: 'no knob turned wrong moves it out of its tolerance' };
  return {
    workload: recording.name,
    metric,
    kernel: kernel.value,
    sim: sim.mean,
    simLo: sim.lo,
    simHi: sim.hi,
    relErr: kernel.value === 0 ? null : (sim.mean - kernel.value) / kernel.value,
    tolerance: reach(bounds, kernel.value, sim.mean) ?? rule.limit,
    toleranceLo: bounds.lo,
    toleranceHi: bounds.hi,
    kernelSpread: seeds === null ? null : halfOf(seeds, kernel.value),
    verdict: judged.verdict,
    power: power.measured ? 'measured' : 'not measured',
    knob: power.knob,
    turned: power.turned,
    holdout: recording.input.holdout,
    unit: rule.unit,
    kernelRange: seeds,
    blockSpread: blocks,
    toleranceFrom: bounds.from,
    kernelEvents: Number.isFinite(kernel.events) ? kernel.events : null,
    runs: sim.runs,
    reason: judged.reason,
  };
}

function estimateOf(metric: string, runs: readonly Observation[]): Estimate {
  return estimate(runs.map(({ figures }) => figures[metric]));
}

interface Power {
  readonly measured: boolean;
  readonly knob: string;
  readonly turned: number | null;
}

/** The first of the metric's knobs that shows; where none does, the one that moves it furthest. */
function powerOf(metric: string, rule: MetricRule, free: FreeRuns, sim: Estimate, bounds: Bounds): Power {
  let furthest: Power = { measured: false, knob: '', turned: null };
  let distance = -1;
  for (const name of rule.knobs) {
    const runs = free.turned.get(name);
    if (runs === undefined) continue;
    const wrong = estimateOf(metric, runs);
    const knob = knobText(name, free.machine);
    if (shows(sim, wrong, bounds)) return { measured: true, knob, turned: wrong.mean };
    if (Math.abs(wrong.mean - sim.mean) <= distance) continue;
    distance = Math.abs(wrong.mean - sim.mean);
    furthest = { measured: false, knob, turned: wrong.mean };
  }
  return furthest;
}

/** The distributions of both sides; the simulator's quantiles are the means of those of its runs. */
export function distributionsOf({ recording, runs }: FreeRuns): Distribution[] {
  return Object.entries(recording.observation.distributions).flatMap(([name, kernel]) => {
    const sims = runs.map((run) => run.distributions[name]?.quantiles).filter((quantiles) => quantiles !== undefined);
    if (sims.length === 0) return [];
    const sim = QUANTILES.map((_, i) => sims.reduce((sum, quantiles) => sum + quantiles[i]!, 0) / sims.length);
    return [{ workload: recording.name, name, unit: 'ns', kernel: kernel.quantiles, sim }];
  });
}
