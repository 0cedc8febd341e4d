import { describe, expect, it } from 'vitest';
import { fitDirect } from '../../../src/calibration/probe/direct.js';
import type { Probe } from '../../../src/calibration/probe/schema.js';
import { loadMachine } from '../../../src/experiment/schema/profile.js';
import { frame, TRUTH } from './synthetic.js';

const PROFILE = loadMachine('epyc-256');
const PROBE: Probe = { ...frame(TRUTH), curves: [] };

function withDirect(change: Partial<Probe['direct']>): Probe {
  return { ...PROBE, direct: { ...PROBE.direct, ...change } };
}

describe('fitDirect', () => {
  it('takes the system calls and the wake-up off a ping-pong', () => {
    const rows = fitDirect(PROBE, PROFILE);
    expect(rows.map(({ parameter, value, previous }) => [parameter, value, previous])).toEqual([
      ['costs.wakeup', 950 - 250, PROFILE.costs.wakeup],
      ['costs.context_switch', 2300 - 500 - 700, PROFILE.costs.context_switch],
    ]);
    for (const { value, lo, hi } of rows) expect(lo! < value && value < hi!).toBe(true);
  });

  it('leaves the wake-up in the switch where no other CPU was measured, or the interrupt costs too much', () => {
    const dear = { relation: 'llc' as const, n: 7, q1: 8900, median: 9000, q3: 9100 };
    const { relation, ...writeWakingNs } = dear;
    const across = [{ ...PROBE.direct.across[0]!, relation, writeWakingNs }];
    for (const probe of [withDirect({ across: [] }), withDirect({ across })]) {
      const rows = fitDirect(probe, PROFILE);
      expect(rows.map((row) => [row.parameter, row.value])).toEqual([['costs.context_switch', 1800]]);
      expect(rows[0]!.method).toContain('the wake-up is in it');
    }
  });

  it('has no row for what came out below zero', () => {
    const probe = withDirect({ pingPongNs: { n: 7, q1: 400, median: 400, q3: 400 } });
    expect(fitDirect(probe, PROFILE)).toEqual([]);
  });
});
