import { describe, expect, it } from 'vitest';
import { MANIFEST } from '../../src/bundle/tables/schema.js';
import { buildWorkload } from '../../src/experiment/build-workload.js';
import { resolveScenario } from '../../src/experiment/resolve.js';
import { runContents } from '../../src/experiment/run-bundle.js';
import { createPolicy } from '../../src/policies/registry.js';
import { simulate } from '../../src/sim/simulation.js';
import { TABLES, type TableName } from '../../src/sim/records/records.js';
import { extractWorkload } from '../../src/workloads/replay/extract.js';

async function contentsOf(policyText: string) {
  const scenario = await resolveScenario('forkjoin', {
    machine: 'pvt8c',
    durationSeconds: 0.1,
    settings: [{ path: 'features.SIS_UTIL', value: false, source: '--set' }],
  });
  const workload = buildWorkload(scenario, 1);
  const policy = createPolicy(policyText);
  const result = simulate(
    { profile: scenario.profile, workload, policy, seed: 1, durationNs: scenario.durationNs, record: true },
  );
  return { scenario, result, contents: runContents(scenario, workload, policy, 1, result) };
}

describe('the bundle of a run', () => {
  it('says what made it', async () => {
    const { contents, result, scenario } = await contentsOf('early-migration:attempts=2');
    const { manifest } = contents;
    expect(manifest).toMatchObject({
      source: 'sim',
      topology: 'pvt8c',
      cpus: 8,
      hz: 250,
      workload: 'forkjoin',
      seed: 1,
      durationNs: result.simulatedNs,
      policy: { name: 'early-migration', params: { attempts: 2 } },
      sysctl: { migration_cost_ns: 500_000, child_runs_first: 0 },
    });
    expect(manifest.features).toContain('NO_SIS_UTIL');
    expect(manifest.features).toContain('WA_IDLE');
    expect(manifest.policy.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(manifest.notes).toContain('features.SIS_UTIL of pvt8c was set to false');
    expect(scenario.changes).toEqual([{ path: 'features.SIS_UTIL', value: false }]);
  });

  it('says what run it is, as a measured run of a kernel does', async () => {
    const stock = (await contentsOf('stock')).contents.manifest;
    expect(stock.run).toMatchObject({ workload: 'forkjoin', policy: 'stock', mode: 'off', model: null, place: 'sim', seed: 1 });
    expect(MANIFEST.parse(stock).run).toEqual(stock.run);
    const { contents, result, scenario } = await contentsOf('neural-early');
    const { run, inputs } = contents.manifest;
    expect(run).toMatchObject({ policy: 'neural-early', mode: 'decide', model: inputs['neural-early:model'], completionNs: result.simulatedNs });
    expect(run!.throughput).toEqual({ value: result.metrics.throughput, unit: scenario.unit });
  });

  it('holds every row, every task with its parent, and the domains', async () => {
    const { contents, result } = await contentsOf('stock');
    for (const name of Object.keys(TABLES) as TableName[]) {
      expect(contents.manifest.rows[name]).toBe(result.tables![name].rows);
      expect(Object.keys(contents.tables[name].columns)).toEqual(TABLES[name].map((column) => column.name));
    }
    expect(contents.tasks).toHaveLength(result.tasks.length);
    const pids = new Set(contents.tasks.map(({ pid }) => pid));
    const children = contents.tasks.filter(({ parent }) => pids.has(parent));
    expect(children.length).toBeGreaterThanOrEqual(10);
    expect(contents.domains).toHaveLength(8);
    expect(contents.domains[0]).toMatchObject({ cpu: 0, name: 'MC', span: [0, 1, 2, 3, 4, 5, 6, 7] });
  });

  it('tells policies with other parameters apart', async () => {
    const hash = async (text: string) => (await contentsOf(text)).contents.manifest.policy.hash;
    expect(await hash('early-migration:attempts=2')).not.toBe(await hash('early-migration:attempts=3'));
    expect(await hash('early-migration:attempts=1')).toBe(await hash('early-migration'));
  });

  it('can be replayed as a workload that takes about the CPU time of the run', async () => {
    const { contents, result } = await contentsOf('stock');
    const { workload, cpus, stats } = extractWorkload(contents);
    expect(cpus).toBe(8);
    const ran = result.tasks.reduce((sum, task) => sum + task.runNs, 0);
    expect(stats.cpuNs).toBeGreaterThan(0.9 * ran);
    expect(stats.cpuNs).toBeLessThan(1.1 * ran);
    expect(workload.templates.length).toBeGreaterThanOrEqual(10);
  });
});

describe('what a replayed run keeps', () => {
  it('is who may run where, and in which group', async () => {
    const scenario = await resolveScenario('groups', { machine: 'pvt8c', durationSeconds: 0.05 });
    const workload = buildWorkload(scenario, 1);
    const policy = createPolicy('stock');
    const result = simulate({ profile: scenario.profile, workload, policy, seed: 1, durationNs: scenario.durationNs, record: true });
    const replayed = extractWorkload(runContents(scenario, workload, policy, 1, result)).workload;
    const weights = (groups: readonly { readonly name: string; readonly weight: number; readonly quotaNs: number | null }[]) =>
      groups.map(({ name, weight, quotaNs }) => `${name} ${weight} ${quotaNs}`).sort((a, b) => (a < b ? -1 : 1));
    expect(weights(replayed.groups.slice(1))).toEqual(weights(workload.groups.slice(1)));
    const sizes = (of: typeof workload): string[] =>
      of.groups.map(({ name }, row) => `${name}: ${of.templates.filter(({ group }) => group === row).length > 0}`);
    expect(sizes(replayed).slice(1)).toEqual(sizes(workload).slice(1));
  });

  it('is the affinity of bound tasks', async () => {
    const scenario = await resolveScenario('spinners', { machine: 'pvt8c', durationSeconds: 0.05, params: { tasks: 3, cpus: [2, 5] } });
    const workload = buildWorkload(scenario, 1);
    const policy = createPolicy('stock');
    const result = simulate({ profile: scenario.profile, workload, policy, seed: 1, durationNs: scenario.durationNs, record: true });
    const replayed = extractWorkload(runContents(scenario, workload, policy, 1, result)).workload;
    const spinners = replayed.templates.filter(({ comm }) => comm === 'spinner');
    expect(spinners).toHaveLength(3);
    for (const { mask } of spinners) expect(replayed.masks[mask]).toEqual([2, 5]);
  });
});
