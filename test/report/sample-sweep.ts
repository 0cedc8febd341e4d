import type { Gain, SweepComparison, SweepFindings } from '../../src/report/sweep/types.js';

const gain = (mean: number, half = 1): Gain => ({ mean, lo: mean - half, hi: mean + half });

/**
 * A sweep of two axes in two contexts: the second attempt gains 10 % in throughput, and loses 5 % in latency; the rest gains nothing
 * or loses.
 */
export function sampleSweep(name = 'sample', contexts: readonly string[] = ['batch', 'web']): SweepFindings {
  const levels = [['1', '2'], ['100', '200', '300']] as const;
  const grid = levels[0].flatMap((a) => levels[1].map((b) => [a, b] as const));
  const gainOf = (a: string, b: string): number => (a === '2' ? 10 : 0) - Number(b) / 100 + 1;
  const candidates = [
    { id: 0, label: 'the baseline', policy: 'stock', difference: 'the baseline' },
    ...grid.map(([a, b], i) => ({ id: i + 1, label: `attempts ${a}, cost ${b}`, policy: `early-migration:attempts=${a}`, difference: `attempts 1 → ${a}` })),
  ];
  const comparisons = grid.flatMap(([a, b], i) =>
    [null, ...contexts.map((_, context) => context)].flatMap((context): SweepComparison[] => [
      one(i + 1, context, 'throughput', gainOf(a, b)),
      one(i + 1, context, 'wakeup_latency_p99_ns', -gainOf(a, b) / 2),
    ]),
  );
  return {
    name,
    description: 'For the tests.',
    question: 'Which attempts and cost are best?',
    answer: ['All 2 contexts together: the best, attempts 2, cost 100 gains +10.00 %.', ...contexts.map((label) => `${label}: the same.`)],
    baseline: 'stock',
    scenarios: contexts.map((label) => ({ name: label, machine: 'm', notes: [`a note on ${label}`] })),
    contexts: contexts.map((label, id) => ({ id, label })),
    objectives: [
      { metric: 'throughput', better: 'higher', scale: 'relative', unit: '% of the baseline' },
      { metric: 'wakeup_latency_p99_ns', better: 'lower', scale: 'relative', unit: '% of the baseline' },
    ],
    search: { method: 'grid' },
    seeds: { first: 3, most: 6, looks: [3, 6] },
    budgetRuns: 5000,
    runs: 84,
    ended: 'decided',
    correction: { alpha: 0.05, comparisons: comparisons.length, looks: 2, why: 'Holm.' },
    candidates,
    cells: candidates.flatMap(({ id }) =>
      contexts.map((_, context) => ({
        candidate: id, context, seeds: 6,
        metrics: { wakeup_latency_p50_ns: gain(1000 + id), wakeup_latency_p99_ns: null, migrations_wakeup: gain(7 + id), migrations_balance: gain(3), migrations_active: gain(0), migrations_fork: gain(2) },
      })),
    ),
    comparisons,
    best: { candidate: 4 },
    effects: {
      seeds: 3,
      main: [
        { factor: 'policy.attempts', share: gain(0.8, 0.1), levels: levels[0].map((level) => ({ level, cells: 6, gain: gain(gainOf(level, '200')) })) },
        { factor: 'sysctl.cost', share: gain(0.1, 0.1), levels: levels[1].map((level) => ({ level, cells: 4, gain: gain(gainOf('1', level)) })) },
      ],
      interactions: [
        { factors: ['policy.attempts', 'sysctl.cost'], share: gain(0, 0.1), cells: grid.map(([a, b]) => ({ levels: [a, b], gain: gain(gainOf(a, b)) })) },
      ],
    },
    pareto: [
      { candidate: 0, gains: [gain(0, 0), gain(0, 0)], onFront: true, frequency: 0.9 },
      ...grid.map(([a, b], i) => ({ candidate: i + 1, gains: [gain(gainOf(a, b)), gain(-gainOf(a, b) / 2)], onFront: a === '2' && b === '100', frequency: a === '2' ? 0.6 : 0.1 })),
    ],
    milestones: [
      { runs: 12, candidate: 1, ...ends(0) },
      { runs: 42, candidate: 4, ...ends(10) },
      { runs: 84, candidate: 4, ...ends(9.8) },
    ],
  };
}

function ends(mean: number): { readonly gain: number; readonly lo: number; readonly hi: number } {
  return { gain: mean, lo: mean - 2, hi: mean + 2 };
}

function one(candidate: number, context: number | null, metric: string, mean: number): SweepComparison {
  const sure = Math.abs(mean) > 3;
  return {
    candidate, context, metric, pairs: 6, gain: mean, lo: mean - 1, hi: mean + 1, adjustedP: sure ? 0.0001 : 1,
    verdict: mean === 0 ? 'same' : sure ? (mean > 0 ? 'better' : 'worse') : 'undecided', reason: sure || mean === 0 ? '' : 'interval includes 0',
  };
}
