import { describe, expect, it } from 'vitest';
import { loadMachine } from '../../../../src/experiment/schema/profile.js';
import { build_topology } from '../../../../src/sim/kernel/topology/build.js';
import { SD_BALANCE_FORK } from '../../../../src/sim/kernel/constants.js';
import { setFlagsOf } from '../../../../src/sim/kernel/topology/tune.js';
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

  it('have the intervals that they were given, and the cost of a search', () => {
    const set = { busy_factor: 3, min_interval: 11, max_interval: 22, max_newidle_lb_cost: 12_345 };
    for (const sd of build_topology(topology, { MC: set }).sds) {
      if (sd.name !== 'MC') continue;
      expect(sd).toMatchObject({ busyFactor: 3, minInterval: 11, maxInterval: 22, maxNewidleLbCost: 12_345 });
    }
  });

  it('decide how often CPUs balance, and whether one that goes idle does', () => {
    const machine = loadMachine('pvt8c');
    const balances = (MC: object): number[] => {
      const workload = buildGenerator('oversub', {}, { cpus: 8, seed: 1 }, 'test');
      const sim = new Simulation({ profile: { ...machine, domains: { MC } }, workload, policy: null, seed: 1, durationNs: 3e8, record: true });
      const { columns, rows } = sim.run().tables!.balances;
      const count = [0, 0, 0];
      for (let row = 0; row < rows; row++) count[columns['idle']![row]!]!++;
      return count;
    };
    const [, busy, newidle] = balances({});
    expect(balances({ busy_factor: 1 })[1]).toBeGreaterThan(3 * busy!);
    expect(newidle).toBeGreaterThan(10);
    expect(balances({ max_newidle_lb_cost: 1e9 })[2]).toBe(0);
  });

  it('have the flags that they were given, and all others as before', () => {
    const built = build_topology(topology);
    const tuned = build_topology(topology, { MC: { SD_BALANCE_FORK: false, SD_BALANCE_EXEC: true } });
    const flags = (sd: { name: string; flags: number }): number => (sd.name === 'MC' ? sd.flags & ~SD_BALANCE_FORK : sd.flags);
    expect(tuned.sds.map((sd) => sd.flags)).toEqual(built.sds.map(flags));
    const back = build_topology(topology, { MC: { SD_BALANCE_FORK: true } });
    expect(back).toEqual(built);
    expect(setFlagsOf(tuned.sds.find((sd) => sd.name === 'MC')!.flags)).toMatchObject({ SD_BALANCE_FORK: false, SD_BALANCE_EXEC: true });
  });

  it('send children away from where they were born, or do not', () => {
    const forks = (flag: boolean): number => {
      const profile = { ...loadMachine('pvt8c'), domains: { MC: { SD_BALANCE_FORK: flag } } };
      const workload = buildGenerator('forkjoin', {}, { cpus: 8, seed: 1 }, 'test');
      return new Simulation({ profile, workload, policy: null, seed: 1, durationNs: 5e7 }).run().metrics.migrations_fork!;
    };
    expect(forks(true)).toBeGreaterThan(3);
    expect(forks(false)).toBe(0);
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
