import { describe, expect, it } from 'vitest';
import { applyFits } from '../../src/calibration/apply-fits.js';
import { KNOB_NAMES, knobText, turned } from '../../src/calibration/knobs.js';
import { inOrder, ruleOf } from '../../src/calibration/metrics.js';
import type { FitRow } from '../../src/calibration/types.js';
import { withSettings } from '../../src/experiment/machine.js';
import { loadMachine, machineNames } from '../../src/experiment/schema/profile.js';
import { seriesOf } from '../../src/experiment/series.js';
import { InputError } from '../../src/input/error.js';
import { simulated } from './support/simulated.js';

const machine = loadMachine('pvt8c');

describe('knobs turned wrong', () => {
  it.each(machineNames())('make another machine of %s, and a valid one', (name) => {
    const base = loadMachine(name);
    for (const knob of KNOB_NAMES) {
      const wrong = turned(knob, base);
      expect(wrong).not.toEqual(base);
      const others = { sysctl: 0, features: 0, costs: 0, hz: 0, smtSpeed: 0, domains: {} };
      expect({ ...wrong, ...others }).toEqual({ ...base, ...others });
    }
  });

  it('are turned the other way where they stood wrong already', () => {
    const never = withSettings(machine, [{ path: 'sysctl.migration_cost_ns', value: 0, source: 'test' }]).profile;
    expect(knobText('never hot', machine)).toBe('sysctl.migration_cost_ns=0');
    expect(knobText('never hot', never)).toBe('sysctl.migration_cost_ns=5000000');
  });

  it('are named for every metric that there is', async () => {
    const metrics = seriesOf(await simulated('oversub', 'pvt8numa', 0.02, 1)).map(({ metric }) => metric);
    expect(metrics.length).toBeGreaterThan(15);
    for (const metric of metrics) {
      const { knobs, limit, why } = ruleOf(metric);
      expect(knobs.length).toBeGreaterThan(0);
      expect(knobs.every((knob) => KNOB_NAMES.includes(knob))).toBe(true);
      expect(limit).toBe(metric === 'completion_ns' ? 0.03 : metric === 'wakeup_latency_p99_ns' ? 0.2 : 0.1);
      expect(why).toMatch(/\.$/);
    }
    expect(inOrder([...metrics].reverse())[0]).toBe('completion_ns');
    expect([...inOrder(metrics)].sort((a, b) => (a < b ? -1 : 1))).toEqual([...metrics].sort((a, b) => (a < b ? -1 : 1)));
    for (const name of ['nothing', 'toString', 'lb_constructor_MC']) expect(() => ruleOf(name)).toThrow(RangeError);
  });
});

describe('fitted values', () => {
  const row = (parameter: string, value: number): FitRow => ({
    parameter, unit: 'ns', value, previous: 0, lo: null, hi: null, n: 1, method: 'test',
  });

  it('go where their path says, and nowhere else', () => {
    const { profile, unused } = applyFits(machine, [row('costs.wakeup', 1234), row('cache.llcPsPerByte', 9)]);
    expect(profile.costs).toEqual({ ...machine.costs, wakeup: 1234 });
    expect(profile.cache.llcPsPerByte).toBe(9);
    expect(unused).toEqual([]);
    expect(machine.costs.wakeup).not.toBe(1234);
  });

  it('that no profile holds are left aside', () => {
    const rows = [row('bursts.p50', 5), row('costs.nothing', 5), row('features.WA_IDLE', 1), row('costs.lb_base.MC', 5)];
    expect(applyFits(machine, rows).unused).toEqual(rows);
    expect(applyFits(machine, rows).profile).toEqual(machine);
  });

  it('are held to the rules of a profile', () => {
    expect(() => applyFits(machine, [row('costs.wakeup', -1)])).toThrow(InputError);
    expect(() => applyFits(machine, [row('costs.wakeup', 1.5)])).toThrow(/costs.wakeup/);
  });
});
