import { describe, expect, it } from 'vitest';
import { loadMachine } from '../../../../src/experiment/schema/profile.js';
import { build_topology } from '../../../../src/sim/kernel/topology/build.js';
import { Simulation } from '../../../../src/sim/simulation.js';
import { buildGenerator } from '../../../../src/workloads/registry.js';

const { topology } = loadMachine('i5-1035g1');

describe('domains that a user has set', () => {
  it('have the knobs of their level, and nothing else is changed', () => {
    const built = build_topology(topology);
    const tuned = build_topology(topology, { MC: { cache_nice_tries: 7 }, SMT: { imbalance_pct: 150 } });
    const levels = new Set(built.sds.map((sd) => sd.name));
    expect([...levels]).toEqual(['SMT', 'MC']);
    expect(tuned).toEqual({
      ...built,
      sds: built.sds.map((sd) => (sd.name === 'MC' ? { ...sd, cacheNiceTries: 7 } : { ...sd, imbalancePct: 150 })),
    });
  });

  it('decide when a hot task is forced', () => {
    const machine = loadMachine('pvt8c');
    const forced = (tries: number): number => {
      const profile = { ...machine, sysctl: { ...machine.sysctl, migration_cost_ns: 5_000_000 }, domains: { MC: { cache_nice_tries: tries } } };
      const workload = buildGenerator('threadpool', { workers: 24, hogs: 0, idleUs: 400 }, { cpus: 8, seed: 1 }, 'test');
      return new Simulation({ profile, workload, policy: null, seed: 1, durationNs: 2e8 }).run().metrics.forced_migrations!;
    };
    expect(forced(0)).toBeGreaterThan(forced(1));
    expect(forced(20)).toBeLessThan(forced(1) / 2);
  });
});
