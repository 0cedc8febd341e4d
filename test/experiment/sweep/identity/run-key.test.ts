import { describe, expect, it } from 'vitest';
import { modelVersion } from '../../../../src/experiment/sweep/identity/model-version.js';
import { cellKey, runKey } from '../../../../src/experiment/sweep/identity/run-key.js';
import { resolveScenario } from '../../../../src/experiment/resolve.js';
import { createPolicy } from '../../../../src/policies/registry.js';

const scenario = await resolveScenario('hackbench', { machine: 'pvt8c', params: { groups: 2 } });
const policy = createPolicy('early-migration:attempts=2');
const key = cellKey(scenario, policy);

describe('the identity of a run', () => {
  it('is the same for the same, whatever it is called and in whatever order it is written', () => {
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    const { sysctl } = scenario.profile;
    const turned = Object.fromEntries(Object.entries(sysctl).reverse()) as unknown as typeof sysctl;
    const renamed = { ...scenario, name: 'x', source: 'y', notes: ['z'], profile: { ...scenario.profile, name: 'n', description: 'd', sysctl: turned } };
    expect(cellKey(renamed, createPolicy('early-migration:attempts=2,lookahead=0'))).toBe(key);
    const spelt = { ...scenario, workload: { kind: 'generator' as const, generator: 'hackbench', params: { groups: '2', fds: 20 } } };
    expect(cellKey(spelt, policy)).toBe(key);
    expect(runKey(key, 1)).toBe(runKey(key, 1));
  });

  it('is another for anything that may decide it', () => {
    const { profile } = scenario;
    const others = [
      cellKey({ ...scenario, durationNs: scenario.durationNs + 1 }, policy),
      cellKey({ ...scenario, profile: { ...profile, hz: 1000 } }, policy),
      cellKey({ ...scenario, profile: { ...profile, domains: { MC: { imbalance_pct: 120 } } } }, policy),
      cellKey({ ...scenario, profile: { ...profile, sysctl: { ...profile.sysctl, nr_migrate: 8 } } }, policy),
      cellKey({ ...scenario, workload: { kind: 'generator', generator: 'hackbench', params: { groups: 3 } } }, policy),
      cellKey({ ...scenario, tasks: [{ match: '*', nice: 1 }] }, policy),
      cellKey(scenario, createPolicy('early-migration:attempts=3')),
      cellKey(scenario, createPolicy('stock')),
      cellKey(scenario, createPolicy('neural-early')),
      cellKey(scenario, createPolicy('neural-early:threshold=700')),
    ];
    expect(new Set([key, ...others]).size).toBe(others.length + 1);
    expect(runKey(key, 1)).not.toBe(runKey(key, 2));
  });

  it('holds a version of the model that is a hash over its code', () => {
    expect(modelVersion()).toMatch(/^[0-9a-f]{64}$/);
  });
});
