import { describe, expect, it } from 'vitest';
import { Kernel } from '../../../src/sim/kernel/kernel.js';
import { setLastBalances } from '../../../src/sim/start/last-balances.js';
import { attach_topology } from '../../../src/sim/kernel/topology/attach.js';
import { build_topology } from '../../../src/sim/kernel/topology/build.js';
import { machine } from '../../support/scenarios.js';

const profile = machine('pvt8', { hz: 250 });
const SMT = 0;
const MC = 2;

function kernel(): Kernel {
  const { topology, sysctl, features, costs, hz } = profile;
  const built = build_topology(topology);
  const k = new Kernel({ tasks: 1, groups: 1, masks: 1, topology: built, sysctl, features, costs, hz });
  attach_topology(k, built);
  return k;
}

/** jiffies */
function lastOf(k: Kernel, cpu: number, level: number): number {
  let sd = k.rq.sd[cpu]!;
  while (k.sd.level[sd] !== level) sd = k.sd.parent[sd]!;
  return k.sd.last_balance[sd]!;
}

describe('setLastBalances', () => {
  it('lets every domain be due at once where nothing is known', () => {
    const k = kernel();
    setLastBalances(k, undefined);
    expect([...k.sd.last_balance.subarray(0, 16)]).toEqual(Array.from({ length: 16 }, () => -60 * 250));
  });

  it('lets a domain be due when its first balance is recorded, as the CPU was idle or busy then', () => {
    const k = kernel();
    setLastBalances(k, [
      { cpu: 3, level: MC, ns: 5_000_000, busy: false },
      { cpu: 4, level: MC, ns: 5_000_000, busy: true },
      { cpu: 4, level: SMT, ns: 3_000_000, busy: false },
    ]);
    // MC spans 8 CPUs: 8 ms, 2 jiffies, when idle; 16 times as long, less one tick, when busy.
    expect(lastOf(k, 3, MC)).toBe(1 - 2);
    expect(lastOf(k, 4, MC)).toBe(1 - 31);
    // At the first tick it may have been due for long.
    expect(lastOf(k, 4, SMT)).toBe(-60 * 250 - 1);
    expect(lastOf(k, 3, SMT)).toBe(0);
    // Each looks again when the first of its domains is due: CPU 3's SMT domain after 2 ms, a jiffy; nobody balanced CPU 4's.
    expect([k.rq.next_balance[3], k.rq.next_balance[4]]).toEqual([1, -60 * 250]);
  });

  it('counts jiffies from the first tick where that is known', () => {
    const k = kernel();
    const tickNs = 1_500_000;
    setLastBalances(k, [
      { cpu: 3, level: MC, ns: 5_400_000, busy: true },
      { cpu: 4, level: MC, ns: 5_600_000, busy: true },
    ], tickNs);
    expect(lastOf(k, 3, MC)).toBe(-60 * 250 - 31);
    expect(lastOf(k, 4, MC)).toBe(2 - 31);
  });

  it('takes a domain that was not due for long for balanced at the start', () => {
    const k = kernel();
    setLastBalances(k, [{ cpu: 0, level: MC, ns: 900_000_000, busy: true }]);
    expect(lastOf(k, 0, MC)).toBe(0);
    expect(lastOf(k, 1, MC)).toBe(0);
  });

  it('knows nothing of CPUs and levels that the machine lacks', () => {
    const k = kernel();
    setLastBalances(k, [{ cpu: 64, level: MC, ns: 0, busy: true }, { cpu: 0, level: 5, ns: 0, busy: true }]);
    expect(lastOf(k, 0, MC)).toBe(0);
  });
});
