import {
  QUANTILES,
  type CalibrationDocument,
  type Distribution,
  type FitRow,
  type Residual,
} from '../../src/calibration/types.js';

/** Numbers in [0, 1) that look random and are the same each time. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const WORKLOADS = ['forkjoin-mc5', 'hackbench-sock', 'oversub-mc5', 'reqresp-mc5', 'threadpool-mc5-ml-c', 'batch-mc5-ml-a'];

/** Metric, size of the kernel's figure, tolerance. */
const METRICS: ReadonlyArray<readonly [string, number, number]> = [
  ['completion_ns', 2.4e9, 0.03],
  ['context_switches', 48_000, 0.1],
  ['can_migrate_calls_per_s', 5400, 0.1],
  ['hot_refusals', 760, 0.1],
  ['forced_migrations', 41, 0.18],
  ['lb_failed_share', 0.34, 0.1],
  ['migrations_wakeup', 9100, 0.1],
  ['migrations_balance', 620, 0.1],
  ['migrations_active', 12, 0.25],
  ['migrations_fork', 160, 0.1],
  ['lb_calls', 15_300, 0.1],
  ['nr_balance_failed_mean', 0.62, 0.1],
  ['wakeup_latency_p50_ns', 6200, 0.1],
  ['wakeup_latency_p99_ns', 3.1e6, 0.2],
  ['fairness_jain', 0.993, 0.03],
];

const KNOBS = [
  'sysctl.migration_cost_ns=0',
  'costs.context_switch=20000',
  'sysctl.sched_latency_ns=48000000',
  'topology.mc.imbalance_pct=300',
];

/** A document as a calibration of six recordings gives it: all verdicts, a kernel's 0, an outlier. */
export function sampleDocument(workloads: readonly string[] = WORKLOADS, metrics = METRICS): CalibrationDocument {
  const random = numbers(7);
  return {
    profile: 'virtual-8-smt',
    inputs: workloads.map((name, i) => ({
      name,
      workload: name.replace(/-mc5.*/, ''),
      hash: Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join(''),
      holdout: i >= 2,
    })),
    seeds: 10,
    fits: FITS,
    residuals: metrics.flatMap(([metric, size, tolerance], m) =>
      workloads.map((workload, w) =>
        residual({ metric, size, tolerance, workload, holdout: w >= 2, random, place: m * 31 + w * 7 }),
      ),
    ),
    distributions: ['wakeup_latency', 'burst', 'stint'].flatMap((name, n) =>
      workloads.map((workload) => distribution(name, workload, [4000, 90_000, 700_000][n]!, random)),
    ),
    notes: [
      'batch-mc5-ml-a: 3 tasks were seen first in the middle of the recording; their first burst is not used.',
      'Costs of newly-idle balancing rest on 412 calls that were recorded whole.',
      'forkjoin-mc5: only one seed was recorded, so the spread of the kernel is not known for it.',
    ],
  };
}

interface Making {
  readonly metric: string;
  readonly size: number;
  readonly tolerance: number;
  readonly workload: string;
  readonly holdout: boolean;
  readonly random: () => number;
  readonly place: number;
}

function residual({ metric, size, tolerance, workload, holdout, random, place }: Making): Residual {
  const whole = size > 10 && !metric.endsWith('_s');
  const scaled = metric === 'fairness_jain' ? size - 0.02 * random() : size * (0.2 + 2.2 * random());
  const kernel = metric === 'migrations_active' && place % 5 === 0 ? 0 : whole ? Math.round(scaled) : scaled;
  const wide = metric === 'fairness_jain' ? 0.2 : place % 11 === 3 ? 6 : place % 7 === 2 ? 2.2 : 0.9;
  const error = (random() + random() - 1) * tolerance * wide * 1.4;
  const sim = kernel === 0 ? 1.4 : kernel * (1 + error);
  const half = Math.abs(sim) * tolerance * (0.05 + 0.3 * random());
  const [simLo, simHi] = [sim - half, sim + half];
  const relErr = kernel === 0 ? null : (sim - kernel) / kernel;
  const measured = place % 13 !== 5;
  const turned = kernel === 0 ? null : kernel * (measured ? 1 + tolerance * (2 + 5 * random()) : 1 + tolerance * 0.4);
  return {
    workload,
    metric,
    kernel,
    sim,
    simLo,
    simHi,
    relErr,
    tolerance,
    kernelSpread: workload.startsWith('forkjoin') ? null : tolerance * (0.3 + 0.7 * random()),
    verdict: verdictOf(kernel, simLo, simHi, tolerance, measured),
    power: measured ? 'measured' : 'not measured',
    knob: KNOBS[place % KNOBS.length]!,
    turned,
    holdout,
  };
}

function verdictOf(kernel: number, lo: number, hi: number, tolerance: number, measured: boolean): Residual['verdict'] {
  if (kernel === 0) return 'fail';
  const [from, to] = [kernel * (1 - tolerance), kernel * (1 + tolerance)];
  if (hi < from || lo > to) return 'fail';
  if (!measured) return 'not measured';
  return lo >= from && hi <= to ? 'pass' : 'undecided';
}

function distribution(name: string, workload: string, size: number, random: () => number): Distribution {
  const spread = name === 'stint' ? 0.12 : 0.9;
  const quantiles = (scale: number, wider: number): number[] =>
    QUANTILES.map((p, i) => {
      const z = Math.log((p + 0.0005) / (1.0005 - p));
      return i === 0 && name === 'wakeup_latency' ? 0 : Math.round(scale * Math.exp(z * spread * wider));
    });
  const scale = size * (0.3 + 2 * random());
  return {
    workload,
    name,
    unit: 'ns',
    kernel: quantiles(scale, 1),
    sim: quantiles(scale * (0.85 + 0.3 * random()), 0.85 + 0.3 * random()),
  };
}

const FITS: readonly FitRow[] = [
  {
    parameter: 'costs.context_switch', unit: 'ns', value: 1480, previous: 1200, lo: 1452, hi: 1507, n: 48_211,
    method: 'Median time from the switch to the first recorded action of the next task, less the tracer’s own cost.',
  },
  {
    parameter: 'costs.wakeup', unit: 'ns', value: 910, previous: 700, lo: 884, hi: 941, n: 31_970,
    method: 'Median of the time from waking to wakeup on the same CPU.',
  },
  {
    parameter: 'costs.tick', unit: 'ns', value: 2210, previous: 1000, lo: 2050, hi: 2390, n: 4102,
    method: 'Regression of lost CPU time on ticks, over bursts that no other event meets.',
  },
  {
    parameter: 'costs.newidle', unit: 'ns', value: 5300, previous: 4000, lo: 4700, hi: 6200, n: 412,
    method: 'Mean of max_newidle_lb_cost, weighted with the calls.',
  },
  {
    parameter: 'latency.ipi_to_idle', unit: 'ns', value: 3150, previous: 18_000, lo: 3020, hi: 3290, n: 8760,
    method: 'Median of the time from wakeup to the switch on an idle CPU.',
  },
  {
    parameter: 'caches.l2.refillNsPerKiB', unit: 'ns/KiB', value: 0, previous: 11.2, lo: null, hi: null, n: 0,
    method: 'The recordings come from a machine without caches: set to 0.',
  },
];
