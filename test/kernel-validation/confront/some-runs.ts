import type { RunFacts } from '../../../src/bundle/capture/measured-run.js';
import type { Figure } from '../../../src/experiment/observe.js';
import type { Run } from '../../../src/kernel-validation/confront/run.js';
import type { DecisionAgreement, SideName } from '../../../src/kernel-validation/confront/types.js';

export interface Given {
  readonly side: SideName;
  readonly policy: string;
  readonly seed: number;
  readonly workload?: string;
  readonly throughput?: number | null;
  readonly completionNs?: number;
  readonly figures?: Readonly<Record<string, Figure>>;
  readonly facts?: Partial<RunFacts>;
}

/** A run that nobody made. */
export function someRun({ side, policy, seed, workload = 'pool', throughput = 1000, completionNs = 1e9 + seed, figures = {}, facts = {} }: Given): Run {
  const own: RunFacts = {
    workload,
    policy,
    mode: policy === 'stock' ? 'off' : 'decide',
    model: policy === 'stock' ? null : 'a'.repeat(64),
    kernelSource: null,
    place: side === 'sim' ? 'sim' : 'lab',
    seed,
    repetition: side === 'sim' ? 0 : seed,
    perturbation: { delayUs: side === 'sim' ? 0 : 870 * seed, seed, quantumNs: side === 'sim' ? 0 : 1000 },
    completionNs,
    throughput: throughput === null ? null : { value: throughput, unit: 'jobs' },
    stats: null,
    memoryBytes: null,
    ...facts,
  };
  const shown: Record<string, Figure> = { completion_ns: { value: completionNs, events: Infinity }, ...figures };
  if (throughput !== null) shown['throughput'] = { value: throughput, events: Infinity };
  return { name: `${side}/${policy}/${workload}/${seed}`, directory: `${side}-${policy}-${workload}-${seed}`, side, facts: own, figures: shown };
}

/**
 * Runs with seeds 1…n of stock and of a policy that has so much more throughput; runs of one seed have the same luck, so that
 * pairs differ by little.
 */
export function pairsOfRuns(side: SideName, policy: string, gain: number, n: number, workload = 'pool'): Run[] {
  return Array.from({ length: n }, (_, i) => i + 1).flatMap((seed) => {
    const luck = 1000 + 40 * ((seed * 7) % 5);
    const noise = ((seed * 3) % 4) - 1.5;
    return [
      someRun({ side, policy: 'stock', seed, workload, throughput: luck }),
      someRun({ side, policy, seed, workload, throughput: luck * (1 + gain) + noise }),
    ];
  });
}

export function agreed(count: number, agree = count): DecisionAgreement {
  return { count, agree, runs: [], first: agree === count ? [] : [{ run: 'r', what: 'row 1' }] };
}
