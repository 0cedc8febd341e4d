import { describe, expect, it } from 'vitest';
import type { RunFacts } from '../../../src/bundle/capture/measured-run.js';
import { kernelCost, latencyOf, policyCallsOf } from '../../../src/kernel-validation/cost/kernel-cost.js';
import { modelOfShape } from '../../../src/kernel-validation/cost/shapes.js';
import { someRun } from '../confront/some-runs.js';

const MODEL = modelOfShape([7, 10, 1], 'int8');
const MODELS = new Map([[MODEL.hash, MODEL]]);

function facts(seed: number, policy: string, more: Partial<RunFacts>): RunFacts {
  return someRun({ side: 'kernel', policy, seed, facts: { model: policy === 'stock' ? null : MODEL.hash, ...more } }).facts;
}

describe('the cost in the kernel', () => {
  it('is cycles by calls over all runs, beside stock', () => {
    const rows = kernelCost([
      facts(1, 'stock', { latency: { calls: 100, cycles: 20_000 } }),
      facts(2, 'stock', { stats: { can_migrate_calls: 300, can_migrate_cycles: 100_000 } }),
      facts(1, 'neural-early', { stats: { calls: 100, cycles: 30_000 } }),
      facts(2, 'neural-early', { stats: { calls: 300, cycles: 60_000 } }),
      facts(3, 'neural-early', { stats: { calls: 0, cycles: 0 } }),
      facts(4, 'neural-early', { stats: null }),
    ], MODELS);
    expect(rows).toEqual([
      { place: 'lab', what: 'stock', policy: '', shape: '', format: '', unit: 'instructions', value: 300, least: 200, most: 100_000 / 300, calls: 400, ratio: null },
      { place: 'lab', what: 'policy', policy: 'neural-early', shape: '7-10-1', format: 'int8', unit: 'instructions', value: 225, least: 200, most: 300, calls: 400, ratio: 1.75 },
    ]);
  });

  it('is in cycles elsewhere, and apart by place and model', () => {
    const rows = kernelCost([
      facts(1, 'neural-early', { place: 'here', stats: { calls: 1, cycles: 500 } }),
      facts(1, 'neural-early', { place: 'kvm', stats: { calls: 1, cycles: 400 }, model: 'c'.repeat(64) }),
    ], MODELS);
    expect(rows.map(({ place, unit, shape, ratio }) => [place, unit, shape, ratio])).toEqual([
      ['here', 'cycles', '7-10-1', null], ['kvm', 'cycles', '', null],
    ]);
  });

  it('says nothing of what was not counted', () => {
    expect(kernelCost([facts(1, 'stock', {}), facts(1, 'neural-early', {})], MODELS)).toEqual([]);
    expect(latencyOf({ mode: 'off', latency: null, stats: { can_migrate_calls: 3 } })).toBeNull();
  });

  it('leaves out runs in which the policy’s calls were recorded, which takes time within them; stock runs record none', () => {
    const timed = { latency: { calls: 10, cycles: 900 }, stats: { calls: 10, cycles: 400 } };
    const runOf = (mode: RunFacts['mode'], policyEvents?: boolean): RunFacts => facts(1, 'neural-early', { ...timed, mode, ...(policyEvents === undefined ? {} : { policyEvents }) });
    for (const mode of ['decide', 'shadow'] as const) {
      expect([latencyOf(runOf(mode, true)), policyCallsOf(runOf(mode, true))]).toEqual([null, null]);
      expect([latencyOf(runOf(mode, false)), policyCallsOf(runOf(mode))]).toEqual([timed.latency, timed.stats]);
    }
    expect(latencyOf(runOf('off', true))).toEqual(timed.latency);
    expect(kernelCost([runOf('decide', true)], MODELS)).toEqual([]);
  });
});
