import { describe, expect, it } from 'vitest';
import { sameTopology, withSettings } from '../../src/experiment/machine.js';
import { loadMachine } from '../../src/experiment/schema/profile.js';
import { parseAssignment, scalarOf, settingsOf } from '../../src/experiment/settings.js';

const set = (path: string, value: number | boolean | string) => ({ path, value, source: '--set' });

describe('variants of a machine', () => {
  const machine = loadMachine('pvt8c');

  it('change what they are told to, and nothing else; the profile stays', () => {
    const before = JSON.stringify(machine);
    const { profile, changes } = withSettings(
      machine,
      [set('sysctl.migration_cost_ns', 5_000_000), set('features.SIS_UTIL', false), set('hz', 1000)],
    );
    expect(profile.sysctl.migration_cost_ns).toBe(5_000_000);
    expect(profile.features.SIS_UTIL).toBe(false);
    expect(changes).toEqual([
      { path: 'sysctl.migration_cost_ns', value: 5_000_000 },
      { path: 'features.SIS_UTIL', value: false },
      { path: 'hz', value: 1000 },
    ]);
    expect(JSON.stringify(machine)).toBe(before);
    const back = { ...profile, hz: machine.hz, sysctl: machine.sysctl, features: machine.features };
    expect(JSON.stringify(back)).toBe(before);
  });

  it('set the knobs of all domains of a level, each change by its own path', () => {
    const settings = [set('domains.MC.cache_nice_tries', 3), set('domains.MC.imbalance_pct', 130)];
    const { profile, changes } = withSettings(machine, settings);
    expect(profile.domains).toEqual({ MC: { cache_nice_tries: 3, imbalance_pct: 130 } });
    expect(changes).toEqual(settings.map(({ path, value }) => ({ path, value })));
    expect(() => withSettings(machine, [set('domains.MD.imbalance_pct', 130)])).toThrow(/one of SMT, CLS, MC/);
    expect(() => withSettings(machine, [set('domains.MC.flags', 130)])).toThrow(/one of cache_nice_tries, imbalance_pct/);
    expect(() => withSettings(machine, [set('domains.MC.imbalance_pct', 99)])).toThrow(/at least 100/);
  });

  it('set the flags of all domains of a level', () => {
    const { profile } = withSettings(machine, [set('domains.MC.SD_BALANCE_FORK', false), set('domains.MC.busy_factor', 2)]);
    expect(profile.domains).toEqual({ MC: { SD_BALANCE_FORK: false, busy_factor: 2 } });
    expect(() => withSettings(machine, [set('domains.MC.SD_BALANCE_FORK', 0)])).toThrow(/true or false/);
    expect(() => withSettings(machine, [set('domains.MC.busy_factor', true)])).toThrow(/a number/);
    expect(() => withSettings(machine, [set('domains.MC.SD_NUMA', false)])).toThrow(/SD_BALANCE_FORK/);
  });

  it('record nothing where nothing differs', () => {
    expect(withSettings(machine, [set('hz', machine.hz)]).changes).toEqual([]);
    expect(withSettings(machine, []).profile).toBe(machine);
  });

  it.each([
    ['sysctl.migration_cost', 1, /expected one of latency_ns/],
    ['sysctl', 1, /sysctl: expected one of latency_ns/],
    ['hz.x', 1, /hz\.x/],
    ['name', 'x', /expected one of sysctl\.\*/],
    ['__proto__.x', 1, /expected one of/],
    ['sysctl.__proto__', 1, /expected one of/],
    ['features.SIS_UTIL', 1, /expected a boolean, found 1/],
    ['sysctl.latency_ns', 'much', /expected a number, found "much"/],
    ['sysctl.latency_ns', -1, /expected at least 1000, found -1/],
    ['hz', 123, /expected one of 100, 250, 300, 1000, found 123/],
  ])('refuse %s = %s', (path, value, message) => {
    expect(() => withSettings(machine, [set(path, value)])).toThrow(message);
  });

  it('read assignments', () => {
    expect(parseAssignment('a.b=5e6', '--set')).toEqual({ name: 'a.b', value: '5e6' });
    expect(['5e6', 'true', 'false', '', 'x', 'Infinity'].map(scalarOf)).toEqual([5e6, true, false, '', 'x', 'Infinity']);
    expect(parseAssignment('a=b=c', '--set')).toEqual({ name: 'a', value: 'b=c' });
    for (const bad of ['a', '=5', '']) expect(() => parseAssignment(bad, '--set')).toThrow(/--set: expected NAME=VALUE/);
  });

  it('take the overrides of a scenario', () => {
    expect(settingsOf({ hz: 1000, sysctl: { nr_migrate: 8 } }, 'f')).toEqual([
      { path: 'hz', value: 1000, source: 'f' },
      { path: 'sysctl.nr_migrate', value: 8, source: 'f' },
    ]);
    expect(settingsOf(undefined, 'f')).toEqual([]);
  });
});

describe('topologies', () => {
  it('are the same whatever their ids are called', () => {
    const { topology } = loadMachine('pvt8');
    const renamed = { ...topology, cpus: topology.cpus.map((cpu) => ({ ...cpu, core: cpu.core + 10, llc: cpu.llc + 7 })) };
    expect(sameTopology(topology, renamed)).toBe(true);
    expect(sameTopology(topology, loadMachine('pvt8c').topology)).toBe(false);
    expect(sameTopology(topology, loadMachine('pvt8numa').topology)).toBe(false);
  });
});
